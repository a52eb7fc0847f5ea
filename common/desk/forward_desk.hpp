// SPDX-License-Identifier: LGPL-2.1-or-later
// By what a desk knows its forwards again. Private to common/desk.
#pragma once

#include <string>
#include <string_view>

#include "config/desk_policy.hpp"

namespace columbarium::desk {

// The desk in triage::ForwardMark: the address of the user whose mail is sorted, or where that is none, the
// policy's; folded.
[[nodiscard]] std::string forward_desk(const config::DeskPolicy& policy, const std::string& desk_address);

// Whether an identifier, with brackets, is one that forward_message_id() made for this desk.
[[nodiscard]] bool is_forward_of(std::string_view message_id, const std::string& desk);

} // namespace columbarium::desk
