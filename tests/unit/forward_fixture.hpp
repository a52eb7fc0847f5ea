// SPDX-License-Identifier: LGPL-2.1-or-later
// Forwards of a desk as tests ask for them, put together as an adapter sends them, and looked at.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "desk/forward.hpp"
#include "mail/address.hpp"
#include "mail/header_fields.hpp"
#include "mail/source.hpp"

namespace columbarium::test {

inline constexpr std::chrono::sys_seconds forward_time{
    std::chrono::seconds(1'781'524'800)}; // 2026-06-15 12:00

// What a forward is asked for; the request refers to it.
struct ForwardStory {
    config::DeskPolicy policy{.from = "Support <support@example.org>"};
    config::Destination destination{"disputes", config::Channel{}, "", false};
    std::string desk_address = "support@example.org";
    std::string by = "anna";
    bool by_person = true;
    std::string note;
    std::vector<std::string> tokens;
    std::vector<std::string> explanations;
    std::optional<std::string> sender = "fred@example.net";
    std::string message_id = "1.abc@host.example.org";

    ForwardStory() { channel().forward_to = "disputes@lists.example.org"; }
    config::Channel& channel() { return std::get<config::Channel>(destination.kind); }
    ForwardStory& as_inline() {
        channel().original = config::Channel::Original::as_inline;
        return *this;
    }
    [[nodiscard]] Expected<desk::Forward> compose(std::string_view original) const {
        mail::StringSource source(original);
        mail::Message message(source);
        return desk::compose_forward({policy, destination, desk_address, by, by_person, note, tokens,
                                      explanations, sender, forward_time, message_id},
                                     message);
    }
};

// Line ends as an adapter makes them: LF alone becomes CRLF.
inline std::string with_crlf(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
            result += '\r';
        result += text[i];
    }
    return result;
}

// The message as it is sent.
inline std::string whole_of(const desk::Forward& forward, std::string_view original) {
    return forward.head + (forward.attaches_original ? with_crlf(original) : std::string()) + forward.tail;
}

// The attached original as it stands in the forward's octets, found by the boundary that the header tells.
inline std::string attached_in(const std::string& whole) {
    const std::size_t at = whole.find("boundary=\"");
    if (at == std::string::npos)
        return {};
    const std::size_t begin = at + std::string_view("boundary=\"").size();
    const std::string delimiter = "\r\n--" + whole.substr(begin, whole.find('"', begin) - begin);
    const std::size_t part = whole.rfind(delimiter + "\r\n");
    const std::size_t content = whole.find("\r\n\r\n", part) + 4;
    const std::size_t end = whole.find(delimiter + "--\r\n", content);
    return part == std::string::npos || end == std::string::npos ? std::string()
                                                                 : whole.substr(content, end - content);
}

// What is wrong with what we wrote of a forward, "" for nothing: RFC 5322 section 2.3, RFC 2047 section 2,
// only the fields of a forward, each but the marks once.
inline std::string fault_of_forward(const desk::Forward& forward) {
    constexpr std::array<std::string_view, 14> known = {"from",
                                                        "to",
                                                        "reply-to",
                                                        "subject",
                                                        "date",
                                                        "message-id",
                                                        "in-reply-to",
                                                        "references",
                                                        "mime-version",
                                                        "content-type",
                                                        "content-transfer-encoding",
                                                        "auto-submitted",
                                                        "x-auto-response-suppress",
                                                        "x-columbarium-forward"};
    if (!forward.attaches_original && !forward.tail.empty())
        return "has a tail without an original";
    bool in_header = true;
    const std::string written = forward.head + forward.tail;
    for (std::string_view rest = written; !rest.empty();) {
        const std::size_t end = rest.find("\r\n");
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
        in_header = in_header && !line.empty();
        if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
            return "holds a bare CR, LF or a NUL";
        if (!is_ascii(line) || line.size() > 998)
            return "holds a line that is long or not ASCII";
        if (in_header && line.find("=?") != std::string_view::npos && line.size() > 76)
            return "holds a long line with an encoded word";
    }
    const std::size_t end = forward.head.find("\r\n\r\n");
    if (end == std::string::npos)
        return "has no end of its header";
    const std::string_view header = std::string_view(forward.head).substr(0, end + 2);
    const mail::HeaderFields fields(header);
    std::size_t lines = 0;
    for (std::string_view rest = header; !rest.empty();)
        lines += is_blank(take_line(rest).front()) ? 0 : 1;
    if (lines != fields.fields().size())
        return "has a line that is no field";
    std::map<std::string, int> seen;
    for (const mail::HeaderField& field : fields.fields()) {
        const std::string name = to_lower(field.name);
        if (std::ranges::find(known, name) == known.end())
            return fmt::format("has the field {}", field.name);
        if (++seen[name] > 1 && name != "x-columbarium-forward")
            return fmt::format("has the field {} twice", field.name);
    }
    for (const char* required : {"from", "to", "subject", "date", "message-id", "mime-version",
                                 "content-type", "x-auto-response-suppress", "x-columbarium-forward"})
        if (seen[required] == 0)
            return fmt::format("has no {}", required);
    if (fields.raw("To") != forward.recipient)
        return fmt::format("goes to {}", fields.raw("To"));
    return {};
}

} // namespace columbarium::test
