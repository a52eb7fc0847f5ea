// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/vcard_value.hpp"

#include <algorithm>
#include <memory>

#include <glib.h>

#include "base/ascii.hpp"

namespace columbarium::lists {

namespace {

struct Free {
    void operator()(void* memory) const { g_free(memory); }
};

int hex_digit(char c) {
    return g_ascii_xdigit_value(c);
}

// Undoes "=C3" or "%C3"; what is no such thing stays.
std::string decode_hex(std::string_view text, char mark) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == mark && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
            hex_digit(text[i + 2]) >= 0) {
            decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

std::string decode_base64(std::string_view text) {
    gint state = 0;
    guint save = 0;
    std::string decoded(text.size() / 4 * 3 + 3, '\0');
    decoded.resize(g_base64_decode_step(text.data(), text.size(),
                                        reinterpret_cast<guchar*>(decoded.data()), // NOLINT: octets
                                        &state, &save));
    return decoded;
}

bool is_utf8(std::string_view text) {
    // NUL is a control character like others here, but GLib takes it for the end of a text.
    std::string without_nul(text);
    std::ranges::replace(without_nul, '\0', ' ');
    return g_utf8_validate_len(without_nul.data(), without_nul.size(), nullptr) != 0;
}

std::optional<std::string> convert(const std::string& octets, const std::string& charset) {
    gsize written = 0;
    const std::unique_ptr<char, Free> converted(g_convert(octets.data(), static_cast<gssize>(octets.size()),
                                                          "UTF-8", charset.c_str(), nullptr, &written,
                                                          nullptr));
    if (!converted)
        return std::nullopt;
    return std::string(converted.get(), written);
}

// iconv takes options behind a slash; names of character sets are plain words.
bool is_charset_name(std::string_view name) {
    return name.size() <= 40 && std::ranges::all_of(name, [](char c) {
               return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == ':';
           });
}

} // namespace

std::optional<std::string> decode_vcard_value(const VcardProperty& property) {
    std::string octets(property.value);
    const std::string_view encoding = property.parameter("ENCODING");
    if (equals_ignoring_case(encoding, "QUOTED-PRINTABLE"))
        octets = decode_hex(octets, '=');
    else if (equals_ignoring_case(encoding, "BASE64") || equals_ignoring_case(encoding, "B"))
        octets = decode_base64(octets);
    const std::string charset(property.parameter("CHARSET"));
    if (charset.empty() || equals_ignoring_case(charset, "UTF-8") || equals_ignoring_case(charset, "UTF8")) {
        if (is_utf8(octets))
            return octets;
        return charset.empty() ? convert(octets, "ISO-8859-1") : std::nullopt;
    }
    if (is_charset_name(charset))
        if (auto converted = convert(octets, charset))
            return converted;
    if (is_utf8(octets))
        return octets;
    return std::nullopt;
}

std::vector<std::string_view> split_vcard_value(std::string_view value, char separator) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\\') {
            ++i;
        } else if (value[i] == separator) {
            parts.push_back(value.substr(begin, i - begin));
            begin = i + 1;
        }
    }
    parts.push_back(value.substr(begin));
    return parts;
}

std::string vcard_text(std::string_view value) {
    std::string text;
    text.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char next = value[i] == '\\' && i + 1 < value.size() ? value[i + 1] : '\0';
        if (next == ',' || next == ';' || next == '\\' || next == ':') {
            text += next;
            ++i;
        } else if (next == 'n' || next == 'N') {
            text += ' ';
            ++i;
        } else {
            const auto octet = static_cast<unsigned char>(value[i]);
            const bool second = i + 1 < value.size() && octet == 0xc2 &&
                                static_cast<unsigned char>(value[i + 1]) < 0xa0; // U+0080 to U+009F
            i += second ? 1 : 0;
            text += second || octet < 0x20 || octet == 0x7f ? ' ' : value[i];
        }
    }
    return std::string(trim(text));
}

std::string vcard_uid(std::string_view value) {
    constexpr std::string_view prefix = "urn:uuid:";
    const std::string text = vcard_text(value);
    const bool prefixed = starts_with_ignoring_case(text, prefix);
    return std::string(trim(std::string_view(text).substr(prefixed ? prefix.size() : 0)));
}

std::vector<std::string> mailto_addresses(std::string_view uri) {
    constexpr std::string_view scheme = "mailto:";
    uri = trim(uri);
    if (starts_with_ignoring_case(uri, scheme))
        uri.remove_prefix(scheme.size());
    uri = uri.substr(0, uri.find_first_of("?#"));
    std::vector<std::string> addresses;
    while (!uri.empty()) {
        const std::size_t comma = uri.find(',');
        const std::string address = decode_hex(uri.substr(0, comma), '%');
        if (!trim(address).empty())
            addresses.emplace_back(trim(address));
        uri = comma == std::string_view::npos ? std::string_view{} : uri.substr(comma + 1);
    }
    return addresses;
}

} // namespace columbarium::lists
