// SPDX-License-Identifier: LGPL-2.1-or-later
// What has to hold of every message that we compose, whatever it was made of.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "mail/address.hpp"
#include "mail/header_fields.hpp"

namespace columbarium::test {

inline constexpr std::array<std::string_view, 13> fields_of_replies = {"From",
                                                                       "To",
                                                                       "Date",
                                                                       "Subject",
                                                                       "Message-ID",
                                                                       "In-Reply-To",
                                                                       "References",
                                                                       "Auto-Submitted",
                                                                       "X-Auto-Response-Suppress",
                                                                       "Content-Language",
                                                                       "MIME-Version",
                                                                       "Content-Type",
                                                                       "Content-Transfer-Encoding"};

// What is wrong with its lines, "" for nothing (RFC 5322 section 2.3, RFC 2047 section 2).
inline std::string fault_of_lines(std::string_view text) {
    if (!text.ends_with("\r\n"))
        return "does not end with CRLF";
    std::size_t number = 0;
    bool in_header = true;
    while (!text.empty()) {
        const std::size_t end = text.find("\r\n");
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 2);
        ++number;
        in_header = in_header && !line.empty();
        if (line.find_first_of("\r\n") != std::string_view::npos || line.find('\0') != std::string_view::npos)
            return fmt::format("line {} holds a bare CR, LF or a NUL", number);
        if (!is_ascii(line))
            return fmt::format("line {} is not ASCII", number);
        if (line.size() > 998)
            return fmt::format("line {} has {} octets", number, line.size());
        if (in_header && line.find("=?") != std::string_view::npos && line.size() > 76)
            return fmt::format("line {} holds an encoded word and has {} octets", number, line.size());
    }
    return {};
}

// What is wrong with its header, "" for nothing: only the fields of ours, each once, one sender, one
// recipient.
inline std::string fault_of_header(std::string_view text, std::string_view from, std::string_view to) {
    const std::string_view header = text.substr(0, text.find("\r\n\r\n") + 2);
    const mail::HeaderFields fields(header);
    std::size_t lines = 0;
    for (std::string_view rest = header; !rest.empty();)
        lines += is_blank(take_line(rest).front()) ? 0 : 1;
    if (lines != fields.fields().size())
        return "a line is no field";
    std::map<std::string, int> seen;
    for (const mail::HeaderField& field : fields.fields()) {
        if (std::ranges::none_of(fields_of_replies, [&field](std::string_view known) {
                return equals_ignoring_case(known, field.name);
            }))
            return fmt::format("the field {} is none of ours", field.name);
        if (++seen[to_lower(field.name)] > 1)
            return fmt::format("the field {} stands there twice", field.name);
    }
    for (const char* required : {"from", "to", "date", "subject", "message-id", "auto-submitted",
                                 "x-auto-response-suppress", "mime-version", "content-type"})
        if (seen[required] != 1)
            return fmt::format("the field {} is missing", required);
    // By the field's own words: our reader turns A-labels into letters, and leaves out what it cannot turn.
    const auto holds_one = [](std::string_view raw) {
        return mail::parse_mailboxes(raw).size() == 1 || to_lower(raw).find("xn--") != std::string::npos;
    };
    if (!holds_one(fields.raw("To")) || fields.raw("To") != to)
        return fmt::format("goes to \"{}\"", fields.raw("To"));
    const std::string_view sender = fields.raw("From");
    if (!holds_one(sender) || (sender != from && !sender.ends_with(fmt::format("<{}>", from))))
        return fmt::format("comes from \"{}\"", fields.raw("From"));
    if (fields.raw("Auto-Submitted") != "auto-replied")
        return "is not auto-replied";
    return {};
}

inline std::string fault_of_composed(std::string_view text, std::string_view from, std::string_view to) {
    const std::string fault = fault_of_lines(text);
    return fault.empty() ? fault_of_header(text, from, to) : fault;
}

} // namespace columbarium::test
