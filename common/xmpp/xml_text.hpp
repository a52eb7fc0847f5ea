// SPDX-License-Identifier: LGPL-2.1-or-later
// Text as XML 1.0 can hold it: UTF-8 without controls (but TAB, LF and CR), surrogates, U+FFFE and U+FFFF.
#pragma once

#include <string>
#include <string_view>

#include "base/export.hpp"

namespace columbarium::xmpp {

// Whether the text holds nothing that XML forbids.
[[nodiscard]] COLUMBARIUM_API bool is_xml_text(std::string_view text);

// The text with U+FFFD for each character that XML forbids, and for each octet that is no part of UTF-8.
[[nodiscard]] COLUMBARIUM_API std::string xml_text(std::string_view text);

// Whether the text is UTF-8 without NUL.
[[nodiscard]] COLUMBARIUM_API bool is_utf8(std::string_view text);

} // namespace columbarium::xmpp
