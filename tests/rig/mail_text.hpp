// SPDX-License-Identifier: LGPL-2.1-or-later
// Texts of messages: written in a test, read from a file, looked into.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace columbarium::rig {

// The text with every line end as CRLF (LF and CRLF become CRLF; a lone CR stays) and one at its end.
[[nodiscard]] std::string message(std::string_view text);

// A file of tests/mail, byte for byte. Throws std::runtime_error when there is none of that name.
[[nodiscard]] std::string mail_file(const std::filesystem::path& name);

// The value of the first header field of that name (compared without case), unfolded, not decoded. Empty when
// there is none. Line ends LF or CRLF.
[[nodiscard]] std::string header_field(std::string_view message, std::string_view name);

// What follows the empty line after the header. Empty when there is no such line.
[[nodiscard]] std::string body_of(std::string_view message);

} // namespace columbarium::rig
