// SPDX-License-Identifier: LGPL-2.1-or-later
// The text of a message as a person reads it.
#pragma once

#include <cstddef>
#include <string>

#include "base/expected.hpp"
#include "mail/message.hpp"

namespace columbarium::triage {

// Octets of text that are looked at.
inline constexpr std::size_t body_text_limit = 64 * 1024;

struct BodyText {
    // UTF-8, line ends LF. The text parts that are shown, one after the other; of multipart/alternative the
    // plain one where it holds words, else what a reader sees of the HTML one. Not what is attached, and not
    // messages inside the message.
    std::string text;
    // The charset that the text's part claims, lower case, "" for none.
    std::string charset;
    // Octets of the shown parts that their charset does not know, and all octets of them that were looked at.
    std::size_t unreadable = 0;
    std::size_t octets = 0;
};

// A temporary failure where the message could not be read.
[[nodiscard]] Expected<BodyText> read_body_text(mail::Message& message);

} // namespace columbarium::triage
