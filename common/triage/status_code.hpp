// SPDX-License-Identifier: LGPL-2.1-or-later
// Enhanced status codes (RFC 3463) and SMTP reply codes (RFC 5321 section 4.2) in fields and free text.
#pragma once

#include <string>
#include <string_view>

namespace columbarium::triage {

// The code at the start of a Status field: "5.1.1 (bad mailbox)" is "5.1.1". "" where the field holds no
// code of class 2, 4 or 5 (RFC 3463 section 2).
[[nodiscard]] std::string status_code_in_field(std::string_view raw);

// The most telling enhanced code in a text: the first one that is specific, else the first one. Host
// addresses and version numbers are not taken for codes. "" where there is none.
[[nodiscard]] std::string status_code_in_text(std::string_view text);

// The first SMTP reply code of class 4 or 5 that stands where a server's answer begins: "550". Else "".
[[nodiscard]] std::string reply_code_in_text(std::string_view text);

// Whether a code says more than its class: neither "" nor X.0.0, nor X.5.0 and its like with detail 0.
[[nodiscard]] bool is_specific(std::string_view status);

// The enhanced code that RFC 5321 section 4.2.3 and RFC 5248 put beside a reply code, where one stands out:
// "552" is "5.2.2"; else the class, as in "5.0.0"; "" for "".
[[nodiscard]] std::string status_of_reply_code(std::string_view reply_code);

} // namespace columbarium::triage
