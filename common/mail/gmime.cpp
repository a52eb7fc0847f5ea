// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/gmime.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace columbarium::mail {

namespace {

// ASCII, and no NUL.
bool is_valid_as_it_is(std::string_view text) {
    return is_ascii(text) && text.find('\0') == std::string_view::npos;
}

// Charsets in which 7-bit octets do not stand for ASCII text, so that such a text must be converted too.
bool is_shifted_charset(std::string_view charset) {
    return starts_with_ignoring_case(charset, "iso-2022") || starts_with_ignoring_case(charset, "utf-7") ||
           starts_with_ignoring_case(charset, "utf-16") || starts_with_ignoring_case(charset, "utf-32") ||
           starts_with_ignoring_case(charset, "hz");
}

} // namespace

void ensure_gmime() {
    static const bool initialised = [] {
        g_mime_init();
        return true;
    }();
    static_cast<void>(initialised);
}

GMimeParserOptions* parser_options() {
    ensure_gmime();
    static GMimeParserOptions* const options = [] {
        GMimeParserOptions* created = g_mime_parser_options_new();
        g_mime_parser_options_set_rfc2047_compliance_mode(created, GMIME_RFC_COMPLIANCE_LOOSE);
        return created;
    }();
    return options;
}

std::string valid_utf8(std::string_view text) {
    if (is_valid_as_it_is(text))
        return std::string(text);
    const GString_ptr valid(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
    return valid.get();
}

std::string to_utf8(std::string_view text, std::string_view charset) {
    const bool ascii = is_valid_as_it_is(text);
    if (ascii && !is_shifted_charset(charset))
        return std::string(text);
    if (equals_ignoring_case(charset, "utf-8") || equals_ignoring_case(charset, "utf8"))
        return valid_utf8(text);
    // Free-text gateways name no charset, or us-ascii, and write one: UTF-8 where it is valid, else Latin-1.
    const bool unnamed = charset.empty() || equals_ignoring_case(charset, "us-ascii");
    if (unnamed && g_utf8_validate_len(text.data(), text.size(), nullptr))
        return std::string(text);
    const std::string name = unnamed ? "iso-8859-1" : std::string(charset);
    ensure_gmime();
    const iconv_t iconv = g_mime_iconv_open("utf-8", name.c_str());
    if (iconv == reinterpret_cast<iconv_t>(-1)) // NOLINT: the value of the error is this cast
        return valid_utf8(text);
    const GIConv converter =
        reinterpret_cast<GIConv>(iconv); // NOLINT: GLib calls the same thing by its own name
    gsize written = 0;
    GError* error = nullptr;
    std::string result;
    result.reserve(text.size());
    // g_convert stops at the first octet that cannot be read: go on behind it, so that one damaged octet
    // does not cost the rest. Bounded, for texts that are damaged everywhere.
    for (int attempts = 0; attempts < 100 && !text.empty(); ++attempts) {
        gsize read = 0;
        g_iconv(converter, nullptr, nullptr, nullptr, nullptr);
        const GString_ptr converted(g_convert_with_iconv(text.data(), static_cast<gssize>(text.size()),
                                                         converter, &read, &written, &error));
        if (converted) {
            result.append(converted.get(), written);
            text = {};
            break;
        }
        g_clear_error(&error);
        if (read > 0) {
            const GString_ptr good(g_convert_with_iconv(text.data(), static_cast<gssize>(read), converter,
                                                        nullptr, &written, nullptr));
            if (good)
                result.append(good.get(), written);
        }
        result += "\xef\xbf\xbd";
        text.remove_prefix(std::min<std::size_t>(read + 1, text.size()));
    }
    g_mime_iconv_close(iconv);
    return valid_utf8(result + valid_utf8(text));
}

} // namespace columbarium::mail
