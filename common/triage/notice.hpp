// SPDX-License-Identifier: LGPL-2.1-or-later
// A message that may be a report by a mail system, taken apart: what the system says, its fields for
// machines, and what it returns of the message it speaks of.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "mail/header_fields.hpp"
#include "mail/part.hpp"

namespace columbarium::triage {

// Octets of a notice's text that are looked at, and of its machine part.
inline constexpr std::size_t notice_text_limit = 24 * 1024;
inline constexpr std::size_t report_field_limit = 128 * 1024;

// The kinds of report that RFC 6522's report-type names, or that the parts tell where a gateway left it out.
enum class ReportKind { none, delivery_status, disposition_notification, feedback_report };

struct Notice {
    ReportKind kind = ReportKind::none;
    std::string text;             // the human part, without what is returned below it; UTF-8, line ends LF
    std::string fields;           // the machine part's body; "" where there is none
    std::string returned_header;  // the returned message's header, or as much of it as there is
    bool returns_message = false; // whether a returned message or header was found
};

// Takes the parts of a message apart. Only parts of the message itself count: what is inside a forwarded
// message is its matter.
[[nodiscard]] Notice read_notice(std::span<const mail::Part> parts);

// A text without quoted lines (">") and without what stands below the mark of a forwarded or answered
// message.
[[nodiscard]] std::string own_words(std::string_view text);

} // namespace columbarium::triage
