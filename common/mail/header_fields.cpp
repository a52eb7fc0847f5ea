// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/header_fields.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "mail/gmime.hpp"

namespace columbarium::mail {

namespace {

// Whether a name may stand before a colon: printable ASCII without blanks (RFC 5322 section 3.6.8). Blanks
// between name and colon are obsolete syntax and tolerated by the caller.
bool is_field_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) { return c > 32 && c < 127; });
}

const HeaderField* find_field(const std::vector<HeaderField>& fields, std::string_view name) {
    const auto found = std::ranges::find_if(
        fields, [name](const HeaderField& field) { return equals_ignoring_case(field.name, name); });
    return found == fields.end() ? nullptr : &*found;
}

} // namespace

HeaderFields::HeaderFields(std::string_view block) {
    std::string_view rest = block;
    fields_.reserve(24);
    const char* value_start = nullptr; // of the field that may still be folded
    while (!rest.empty()) {
        const std::string_view line = take_line(rest);
        length_ = block.size() - rest.size();
        if (line.empty())
            break;
        if (is_blank(line.front())) {
            if (value_start != nullptr) {
                const std::size_t octets = static_cast<std::size_t>(line.data() + line.size() - value_start);
                fields_.back().raw = std::string_view(value_start, octets);
            }
            continue;
        }
        value_start = nullptr;
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos)
            continue;
        const std::string_view name = trim(line.substr(0, colon));
        if (!is_field_name(name))
            continue;
        const std::string_view value = line.substr(colon + 1);
        value_start = value.data();
        fields_.push_back({name, value});
    }
    for (HeaderField& field : fields_)
        field.raw = trim(field.raw);
}

bool HeaderFields::has(std::string_view name) const {
    return find_field(fields_, name) != nullptr;
}

std::string_view HeaderFields::raw(std::string_view name) const {
    const HeaderField* field = find_field(fields_, name);
    return field == nullptr ? std::string_view{} : field->raw;
}

std::string HeaderFields::text(std::string_view name) const {
    return decode_text(raw(name));
}

std::string unfold(std::string_view raw) {
    std::string result;
    result.reserve(raw.size());
    bool at_fold = false;
    for (const char c : raw) {
        if (c == '\r' || c == '\n') {
            at_fold = true;
        } else if (at_fold && is_blank(c)) {
            continue;
        } else {
            if (at_fold)
                result += ' ';
            at_fold = false;
            result += c;
        }
    }
    return result;
}

std::string decode_text(std::string_view raw) {
    std::string unfolded = unfold(raw);
    const bool plain = std::ranges::all_of(unfolded, [](char c) { return c >= 32 && c < 127; });
    if (plain && unfolded.find("=?") == std::string::npos)
        return unfolded;
    std::ranges::replace(unfolded, '\0', ' ');
    ensure_gmime();
    const GString_ptr decoded(g_mime_utils_header_decode_text(parser_options(), unfolded.c_str()));
    return decoded ? valid_utf8(decoded.get()) : valid_utf8(unfolded);
}

} // namespace columbarium::mail
