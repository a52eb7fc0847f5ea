// SPDX-License-Identifier: LGPL-2.1-or-later
// The map "resolve": check_recipient_access of Postfix.
#include "maps.hpp"

namespace columbarium::service {

wire::Reply answer_resolve(const Question& question) {
    const auto resolution = question.rooms.people.resolve(question.key);
    if (!resolution)
        return reply_of(resolution.error());
    if (!*resolution)
        return {wire::ReplyStatus::not_found, ""};
    return {wire::ReplyStatus::ok, tombstone::to_value(**resolution)};
}

} // namespace columbarium::service
