// SPDX-License-Identifier: LGPL-2.1-or-later
// The map "tombstone": relocated_maps of Postfix.
#include "maps.hpp"

#include <variant>

namespace columbarium::service {

wire::Reply answer_tombstone(const Question& question) {
    const auto resolution = question.rooms.people.resolve(question.key);
    if (!resolution)
        return reply_of(resolution.error());
    const auto* change = *resolution ? std::get_if<tombstone::ChangeOfAddress>(&**resolution) : nullptr;
    if (change == nullptr)
        return {wire::ReplyStatus::not_found, ""};
    return {wire::ReplyStatus::ok, change->address};
}

} // namespace columbarium::service
