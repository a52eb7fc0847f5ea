// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/uri.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace columbarium {

namespace {

constexpr std::size_t longest_domain = 255;
constexpr std::size_t longest_label = 63;

bool is_label(std::string_view part) {
    return !part.empty() && (part.size() <= longest_label || !is_ascii(part)) && part.front() != '-' &&
           part.back() != '-' && std::ranges::all_of(part, [](char c) {
               return is_letter(c) || is_digit(c) || c == '-' || !is_ascii(c);
           });
}

} // namespace

std::string percent_encoded(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        if (is_unreserved(c))
            encoded += c;
        else
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

bool is_domain(std::string_view text) {
    if (text.size() > longest_domain)
        return false;
    for (;;) {
        const std::size_t dot = text.find('.');
        if (!is_label(text.substr(0, dot)))
            return false;
        if (dot == std::string_view::npos)
            return true;
        text.remove_prefix(dot + 1);
    }
}

std::string without_secrets(std::string_view uri) {
    constexpr std::array<std::string_view, 3> settings = {"password=", "pass=", "secret="};
    std::string shown;
    while (!uri.empty()) {
        const auto setting = std::ranges::find_if(
            settings, [uri](std::string_view name) { return starts_with_ignoring_case(uri, name); });
        if (setting == settings.end()) {
            shown += uri.front();
            uri.remove_prefix(1);
            continue;
        }
        shown.append(uri.substr(0, setting->size())).append("...");
        uri.remove_prefix(std::min(uri.find_first_of(": \t", setting->size()), uri.size()));
    }
    return shown;
}

} // namespace columbarium
