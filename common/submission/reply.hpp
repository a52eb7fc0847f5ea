// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads what an SMTP server says (RFC 5321 section 4.2). Private to common/submission.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "submission/connection.hpp"

namespace columbarium::submission {

// Octets of one reply at most, with all its lines.
inline constexpr std::size_t longest_reply = 16 * 1024;

// Takes the first reply off what was received; nothing where it is not complete. A temporary failure where it
// is no SMTP, or longer than longest_reply.
[[nodiscard]] Expected<std::optional<Reply>> take_reply(std::string& received);

// Of a line of the answer to EHLO: "DSN" of "250-DSN\r\n", in upper case. "" where there is none.
[[nodiscard]] std::string keyword_of(std::string_view line);

// A text for the log: one line, printable ASCII, at most 300 octets.
[[nodiscard]] std::string printable_line(std::string_view text);

// The data of a mail as it goes over the wire: every line end CRLF, dots stuffed (section 4.5.2), and the end
// of the data.
[[nodiscard]] std::string stuffed(std::string_view text);

} // namespace columbarium::submission
