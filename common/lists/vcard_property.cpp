// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/vcard_property.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace columbarium::lists {

namespace {

constexpr std::size_t parameter_name_limit = 64; // octets; no name that anybody reads is longer

std::string to_upper(std::string_view text) {
    std::string upper(text);
    for (char& c : upper)
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    return upper;
}

// The first of `characters` outside of quotes, from `start` on. Where a quote is never closed it is none.
std::size_t find_unquoted(std::string_view text, std::string_view characters, std::size_t start = 0) {
    bool quoted = false;
    for (std::size_t i = start; i < text.size(); ++i) {
        if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && characters.find(text[i]) != std::string_view::npos)
            return i;
    }
    return quoted ? text.find_first_of(characters, start) : std::string_view::npos;
}

// RFC 6868 section 3.
std::string decode_carets(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = text[i] == '^' && i + 1 < text.size() ? text[i + 1] : '\0';
        if (next == 'n' || next == '\'' || next == '^') {
            decoded += next == 'n' ? '\n' : next == '\'' ? '"' : '^';
            ++i;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

std::string unquote(std::string_view text) {
    text = trim(text);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        text = text.substr(1, text.size() - 2);
    return decode_carets(text);
}

// What a word without "=" stands for in vCard 2.1.
std::string_view name_of_bare(std::string_view word) {
    for (const std::string_view encoding : {"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"})
        if (equals_ignoring_case(word, encoding))
            return "ENCODING";
    return "TYPE";
}

void add_parameter(std::vector<VcardParameter>& parameters, std::string_view text) {
    text = trim(text);
    if (text.empty())
        return;
    const std::size_t equals = find_unquoted(text, "=");
    if (equals == std::string_view::npos) {
        parameters.push_back({std::string(name_of_bare(text)), unquote(text)});
        return;
    }
    const std::string name = to_upper(trim(text.substr(0, equals)));
    // Each value is kept with it: a long name with many values would be a gigabyte.
    if (name.size() > parameter_name_limit)
        return;
    std::string_view values = text.substr(equals + 1);
    // TYPE="work,home" occurs, and means two types.
    if (name == "TYPE" && values.size() >= 2 && values.front() == '"' &&
        values.find('"', 1) == values.size() - 1)
        values = values.substr(1, values.size() - 2);
    for (;;) {
        const std::size_t comma = find_unquoted(values, ",");
        parameters.push_back({name, unquote(values.substr(0, comma))});
        if (comma == std::string_view::npos)
            return;
        values.remove_prefix(comma + 1);
    }
}

std::string_view without_group(std::string_view name) {
    // vCard 2.1 knows groups in groups.
    const std::size_t dot = name.rfind('.');
    return trim(dot == std::string_view::npos ? name : name.substr(dot + 1));
}

} // namespace

std::string_view VcardProperty::parameter(std::string_view wanted) const {
    const auto found = std::ranges::find(parameters, wanted, &VcardParameter::name);
    return found == parameters.end() ? std::string_view{} : std::string_view(found->value);
}

bool VcardProperty::has_type(std::string_view type) const {
    return std::ranges::any_of(parameters, [type](const VcardParameter& parameter) {
        return parameter.name == "TYPE" && equals_ignoring_case(parameter.value, type);
    });
}

std::string vcard_property_name(std::string_view line) {
    const std::size_t end = line.find_first_of(":;");
    return end == std::string_view::npos ? "" : to_upper(without_group(line.substr(0, end)));
}

std::optional<VcardProperty> parse_vcard_property(std::string_view line) {
    const std::size_t colon = find_unquoted(line, ":");
    if (colon == std::string_view::npos)
        return std::nullopt;
    VcardProperty property;
    property.name = vcard_property_name(line);
    property.value = line.substr(colon + 1);
    std::string_view head = line.substr(0, colon);
    std::size_t semicolon = find_unquoted(head, ";");
    while (semicolon != std::string_view::npos) {
        head.remove_prefix(semicolon + 1);
        semicolon = find_unquoted(head, ";");
        add_parameter(property.parameters, head.substr(0, semicolon));
    }
    return property;
}

bool is_quoted_printable(std::string_view line) {
    const std::size_t colon = find_unquoted(line, ":");
    if (colon == std::string_view::npos)
        return false;
    const auto property = parse_vcard_property(line.substr(0, colon + 1));
    return property && equals_ignoring_case(property->parameter("ENCODING"), "QUOTED-PRINTABLE");
}

} // namespace columbarium::lists
