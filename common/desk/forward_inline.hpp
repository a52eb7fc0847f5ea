// SPDX-License-Identifier: LGPL-2.1-or-later
// The original of a forward as text, without what clutters it. Private to common/desk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "mail/message.hpp"
#include "reply/mime.hpp"

namespace columbarium::desk {

struct InlineOriginal {
    // A line for each thing that was left out, an empty one, and the text; LF.
    std::string text;
    std::vector<reply::MimePart> files; // what was attached, without clutter
};

// Nothing where the original has to be attached whole, because something would be lost: it is longer than
// longest_inline, holds messages, reports or encrypted parts, has a damaged structure or text that its
// charset does not know, or has no text besides clutter. A temporary failure where it could not be read.
[[nodiscard]] Expected<std::optional<InlineOriginal>> read_inline_original(mail::Message& message);

} // namespace columbarium::desk
