// SPDX-License-Identifier: LGPL-2.1-or-later
// The map "forwarding": virtual_alias_maps of Postfix.
#include "maps.hpp"

#include <variant>

namespace columbarium::service {

wire::Reply answer_forwarding(const Question& question) {
    const auto resolution = question.rooms.people.resolve(question.key);
    if (!resolution)
        return reply_of(resolution.error());
    const auto* forward = *resolution ? std::get_if<tombstone::Forward>(&**resolution) : nullptr;
    if (forward == nullptr)
        return {wire::ReplyStatus::not_found, ""};
    return {wire::ReplyStatus::ok, forward->address};
}

} // namespace columbarium::service
