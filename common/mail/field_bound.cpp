// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/field_bound.hpp"

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

} // namespace

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
