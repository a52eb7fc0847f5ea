// SPDX-License-Identifier: LGPL-2.1-or-later
#include "maps.hpp"

#include "presence/presence_value.hpp"

namespace columbarium::service {

wire::Reply answer_presence(const Question& question) {
    Engine& engine = question.rooms.engine;
    if (!engine.trouble().empty())
        return {wire::ReplyStatus::temporary, engine.trouble()};
    const auto jid = xmpp::Jid::parse(question.key);
    if (!jid)
        return reply_of(jid.error());
    if (!engine.has_xmpp())
        return {wire::ReplyStatus::permanent, xmpp_is_not_configured};
    const auto presence = engine.look_up(*jid);
    if (!presence)
        return {wire::ReplyStatus::not_found, ""};
    return {wire::ReplyStatus::ok, presence::to_value(*presence)};
}

} // namespace columbarium::service
