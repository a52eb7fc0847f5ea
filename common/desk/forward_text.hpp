// SPDX-License-Identifier: LGPL-2.1-or-later
// What people read of a forward before its original. Private to common/desk.
#pragma once

#include <string>

#include "desk/forward.hpp"
#include "mail/header_fields.hpp"

namespace columbarium::desk {

// "[a20091225.1] real subject": the tokens that the subject does not hold, and real_subject(). Never empty.
[[nodiscard]] std::string forward_subject(const ForwardRequest& request, const mail::HeaderFields& original);

// The first line, the explanations, and From, Date, To and Subject of the original, a line each; LF.
[[nodiscard]] std::string forward_text(const ForwardRequest& request, const mail::HeaderFields& original);

// To whom an answer to the original goes, as the value of Reply-To; folded, with LF. Never the desk or the
// channel: answers to a forward would go round. "" where there is nobody else.
[[nodiscard]] std::string forward_reply_to(const ForwardRequest& request, const mail::HeaderFields& original);

} // namespace columbarium::desk
