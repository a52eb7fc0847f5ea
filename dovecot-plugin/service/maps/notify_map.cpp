// SPDX-License-Identifier: LGPL-2.1-or-later
#include "maps.hpp"

#include "notify/notification.hpp"

namespace columbarium::service {

wire::Reply answer_notify(const Question& question) {
    Engine& engine = question.rooms.engine;
    if (!engine.trouble().empty())
        return {wire::ReplyStatus::temporary, engine.trouble()};
    if (!engine.has_xmpp())
        return {wire::ReplyStatus::permanent, xmpp_is_not_configured};
    auto notification = notify::from_value(question.key);
    if (!notification)
        return reply_of(notification.error());
    const auto added = engine.add(*std::move(notification));
    if (!added)
        return reply_of(added.error());
    return {wire::ReplyStatus::ok, *added ? "queued" : "dropped"};
}

} // namespace columbarium::service
