// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carddav/url.hpp"

#include <memory>

#include <curl/curl.h>

#include "base/ascii.hpp"

namespace columbarium::carddav {

namespace {

using UrlHandle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

constexpr std::string_view upper_hex = "0123456789ABCDEF";

int hex_value(char c) {
    if (is_digit(c))
        return c - '0';
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// pchar of RFC 3986 without percent-encoding.
bool stands_for_itself(char c) {
    return is_letter(c) || is_digit(c) ||
           (c != '\0' && std::string_view("-._~!$&'()*+,;=:@").find(c) != std::string_view::npos);
}

void append_encoded(std::string& text, unsigned char octet) {
    text += '%';
    text += upper_hex[octet >> 4U];
    text += upper_hex[octet & 15U];
}

std::string part(const UrlHandle& handle, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(handle.get(), which, &text, flags) != CURLUE_OK)
        return {};
    std::string copy(text);
    curl_free(text);
    return copy;
}

bool has_user(const UrlHandle& handle) {
    return !part(handle, CURLUPART_USER).empty() || !part(handle, CURLUPART_PASSWORD).empty();
}

std::optional<Url> from_handle(const UrlHandle& handle) {
    Url url;
    url.scheme = part(handle, CURLUPART_SCHEME);
    url.host = to_lower(part(handle, CURLUPART_HOST));
    url.port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    const std::optional<std::string> path = canonical_path(part(handle, CURLUPART_PATH));
    if ((url.scheme != "https" && url.scheme != "http") || url.host.empty() || !path)
        return std::nullopt;
    url.path = *path;
    if (const std::string query = part(handle, CURLUPART_QUERY); !query.empty())
        url.path += "?" + query;
    return url;
}

// curl would stop at a NUL.
bool cannot_be_a_url(std::string_view text) {
    if (text.size() > url_limit)
        return true;
    for (const char c : text)
        if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f')
            return true;
    return false;
}

} // namespace

Expected<Url> parse_url(std::string_view text) {
    const UrlHandle handle(curl_url(), &curl_url_cleanup);
    const std::string copy(text);
    if (text.empty() || cannot_be_a_url(text) ||
        curl_url_set(handle.get(), CURLUPART_URL, copy.c_str(), CURLU_PATH_AS_IS) != CURLUE_OK)
        return permanent_failure("\"" + printable_reference(text) +
                                 "\" is no URL; write one that starts with https://");
    if (has_user(handle))
        return permanent_failure("the URL " + printable_reference(text) +
                                 " holds a user name; write user and password_file instead");
    std::optional<Url> url = from_handle(handle);
    if (!url)
        return permanent_failure("\"" + printable_reference(text) +
                                 "\" is no URL of an address book; write one that starts with https://");
    return *std::move(url);
}

std::optional<Url> resolve(const Url& base, std::string_view reference) {
    const UrlHandle handle(curl_url(), &curl_url_cleanup);
    const std::string copy(reference);
    if (reference.empty() || cannot_be_a_url(reference) ||
        curl_url_set(handle.get(), CURLUPART_URL, to_string(base).c_str(), CURLU_PATH_AS_IS) != CURLUE_OK)
        return std::nullopt;
    if (curl_url_set(handle.get(), CURLUPART_URL, copy.c_str(), CURLU_PATH_AS_IS) != CURLUE_OK ||
        has_user(handle))
        return std::nullopt;
    return from_handle(handle);
}

std::string to_string(const Url& url) {
    const bool usual_port = url.port == (url.scheme == "https" ? "443" : "80");
    return url.scheme + "://" + url.host + (usual_port ? "" : ":" + url.port) + url.path;
}

bool same_origin(const Url& one, const Url& other) {
    return one.scheme == other.scheme && one.host == other.host && one.port == other.port;
}

std::optional<std::string> canonical_path(std::string_view path) {
    if (!path.starts_with('/') || path.size() > url_limit)
        return std::nullopt;
    std::string canonical;
    std::size_t segment = 1;
    const auto dots_only = [&] {
        const std::string_view last = std::string_view(canonical).substr(segment);
        return last == "." || last == "..";
    };
    for (std::size_t i = 0; i < path.size(); ++i) {
        const char c = path[i];
        if (c == '/') {
            if (i > 0 && dots_only())
                return std::nullopt;
            canonical += '/';
            segment = canonical.size();
            continue;
        }
        int octet = static_cast<unsigned char>(c);
        if (c == '%') {
            const int high = i + 2 < path.size() ? hex_value(path[i + 1]) : -1;
            const int low = i + 2 < path.size() ? hex_value(path[i + 2]) : -1;
            if (high < 0 || low < 0)
                return std::nullopt;
            octet = high * 16 + low;
            i += 2;
        }
        if (octet < ' ' || octet == 0x7f)
            return std::nullopt;
        if (const char itself = static_cast<char>(octet); stands_for_itself(itself))
            canonical += itself;
        else
            append_encoded(canonical, static_cast<unsigned char>(octet));
    }
    if (dots_only())
        return std::nullopt;
    return canonical;
}

bool is_member_path(std::string_view collection, std::string_view path) {
    if (!path.starts_with(collection))
        return false;
    const std::string_view name = path.substr(collection.size());
    return !name.empty() && name.find('/') == std::string_view::npos;
}

std::string printable_reference(std::string_view reference) {
    constexpr std::size_t longest = 200;
    if (const std::size_t authority = reference.find("//"); authority != std::string_view::npos) {
        const std::size_t start = authority + 2;
        const std::size_t end = reference.find_first_of("/?#", start);
        const std::size_t at = reference.substr(0, end).rfind('@');
        if (at != std::string_view::npos && at >= start)
            return printable_reference(std::string(reference.substr(0, start)) +
                                       std::string(reference.substr(at + 1)));
    }
    std::string text(reference.substr(0, longest));
    for (char& c : text)
        if (static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7f)
            c = '?';
    return reference.size() > longest ? text + "..." : text;
}

} // namespace columbarium::carddav
