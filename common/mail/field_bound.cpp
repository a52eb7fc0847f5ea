// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/field_bound.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "base/ascii.hpp"

namespace columbarium::mail {

namespace {

// Content- fields that a block keeps in any case: type, encoding, disposition, and as many again.
constexpr int content_fields_kept = 6;

// "Name: value" and "Name : value", no blank in the name.
bool may_be_field(std::string_view line) {
    const std::size_t name_end = line.find_first_of(": \t");
    const std::size_t colon = line.find_first_not_of(" \t", name_end);
    return name_end > 0 && colon < line.size() && line[colon] == ':';
}

// The fields that GMime reads as addresses in every message that it finds, attached ones too.
bool may_hold_addresses(std::string_view line) {
    constexpr std::array<std::string_view, 6> names = {"From", "Sender", "Reply-To", "To", "Cc", "Bcc"};
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return starts_with_ignoring_case(line, name); });
}

} // namespace

void cut_nested_groups(std::string& octets) {
    if (std::count(octets.begin(), octets.end(), ':') <= colon_limit)
        return;
    std::ptrdiff_t colons = 0;
    bool in_addresses = false;
    for (std::size_t at = 0; at < octets.size();) {
        const std::size_t line_end = octets.find('\n', at);
        const std::size_t next = line_end == std::string::npos ? octets.size() : line_end + 1;
        if (!is_blank(octets[at])) {
            in_addresses = may_hold_addresses(std::string_view(octets).substr(at, next - at));
            colons = 0;
        }
        for (; in_addresses && at < next; ++at)
            if (octets[at] == ':' && ++colons > colon_limit)
                octets[at] = ' ';
        at = next;
    }
}

void drop_fields_beyond_limit(std::string& octets) {
    // The shortest field, "A:" and a line end, takes three octets.
    if (octets.size() < 3 * field_limit)
        return;
    std::size_t out = 0;
    std::size_t fields = 0;
    int content_fields = 0;
    bool dropping = false;
    for (std::size_t at = 0; at < octets.size();) {
        const std::size_t line_end = octets.find('\n', at);
        const std::size_t next = line_end == std::string::npos ? octets.size() : line_end + 1;
        const std::string_view line(octets.data() + at, next - at);
        const char first = line.front();
        const bool empty = first == '\n' || line == "\r\n";
        if (empty || line.starts_with("--")) {
            dropping = false;
            content_fields = 0;
        } else if (!is_blank(first)) {
            // Also behind a line that is no field: GMime goes on reading a header there.
            dropping =
                may_be_field(line) && ++fields > field_limit &&
                (!starts_with_ignoring_case(line, "Content-") || ++content_fields > content_fields_kept);
        }
        if (!dropping) {
            if (out != at)
                std::memmove(octets.data() + out, octets.data() + at, line.size());
            out += line.size();
        }
        at = next;
    }
    octets.resize(out);
}

} // namespace columbarium::mail
