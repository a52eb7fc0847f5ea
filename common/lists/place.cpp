// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/place.hpp"

#include <memory>

#include <fmt/format.h>
#include <glib.h>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "base/utf8.hpp"
#include "lists/source_kind.hpp"

namespace columbarium::lists {

namespace {

// Hexadecimal digits of the digest that tell one place from another.
constexpr std::size_t digest_digits = 16;

bool has_dot_part(std::string_view path) {
    for (;;) {
        const std::size_t slash = path.find('/');
        const std::string_view part = path.substr(0, slash);
        if (part == "." || part == "..")
            return true;
        if (slash == std::string_view::npos)
            return false;
        path.remove_prefix(slash + 1);
    }
}

tl::unexpected<Error> no_home(std::string_view text) {
    return temporary_failure(
        fmt::format("\"{}\" needs the user's home, and there is none: let the userdb say it", text));
}

} // namespace

Expected<std::string> PlaceExpander::value_of(char letter, Use use) const {
    if (letter == 'h')
        return home_.empty() ? no_home("%h") : Expected<std::string>(home_);
    const std::size_t at = name_.rfind('@');
    std::string_view value = name_;
    if (letter == 'n')
        value = value.substr(0, at);
    else if (letter == 'd')
        value = at == std::string::npos ? std::string_view() : value.substr(at + 1);
    if (name_.empty())
        return temporary_failure("nobody knows whose list it is");
    if (value.empty())
        return temporary_failure(
            fmt::format("the user \"{}\" has nothing for %{}", printable(name_), letter));
    if (has_control(value))
        return temporary_failure(
            fmt::format("the name of the user \"{}\" holds control characters", printable(name_)));
    if (use == Use::path && value.find('/') != std::string_view::npos)
        return temporary_failure(
            fmt::format("the name of the user \"{}\" cannot be part of a path", printable(name_)));
    return use == Use::url ? percent_encoded(value) : std::string(value);
}

Expected<std::string> PlaceExpander::expand(std::string_view text, Use use) const {
    std::string expanded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            expanded += text[i];
            continue;
        }
        const char letter = ++i < text.size() ? text[i] : '%';
        if (letter == '%') {
            expanded += '%';
            continue;
        }
        const auto value = value_of(letter, use);
        if (!value)
            return tl::make_unexpected(value.error());
        expanded += *value;
    }
    // Names can also make such a part together: "%n%d".
    if (use != Use::text && has_dot_part(expanded))
        return temporary_failure(
            fmt::format("the name of the user \"{}\" makes \"{}\" lead elsewhere", printable(name_), text));
    return expanded;
}

Expected<std::string> PlaceExpander::path(std::string_view text) const {
    const bool at_home = text.starts_with("~/") || text.starts_with("%h/");
    if (!at_home)
        return expand(text, Use::path);
    if (!home_.starts_with('/'))
        return no_home(text);
    return expand(text.substr(text.find('/')), Use::path).map([this](const std::string& rest) {
        return home_.ends_with('/') ? home_ + rest.substr(1) : home_ + rest;
    });
}

Expected<std::string> PlaceExpander::url(std::string_view text) const {
    return expand(text, Use::url);
}

Expected<std::string> PlaceExpander::text(std::string_view text) const {
    return expand(text, Use::text);
}

Expected<std::string> state_folder_of(const std::string& state_folder, const std::string& home) {
    if (state_folder.starts_with('/'))
        return state_folder;
    const std::string at_home = state_folder.empty() ? "~/columbarium" : state_folder;
    if (!at_home.starts_with("~/"))
        return temporary_failure(
            fmt::format("columbarium_dir: \"{}\" is no absolute path", printable(state_folder)));
    if (!home.starts_with('/'))
        return temporary_failure("there is no place for indexes of lists: the user has no home, and "
                                 "columbarium_dir is not set");
    return home + at_home.substr(1);
}

std::string index_path(const std::string& state_folder, config::ListKind kind, const std::string& origin) {
    struct Free {
        void operator()(char* text) const { g_free(text); }
    };
    const std::unique_ptr<char, Free> digest(
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, origin.data(), static_cast<gssize>(origin.size())));
    return fmt::format("{}/{}-{}.cdb", state_folder, source_kind(kind),
                       std::string_view(digest.get()).substr(0, digest_digits));
}

} // namespace columbarium::lists
