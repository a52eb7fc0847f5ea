// SPDX-License-Identifier: LGPL-2.1-or-later
// The user's own address book as a setting of the host: KIND:PLACE[;OPTION=VALUE]...
#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/nearest.hpp"
#include "config/list_definition.hpp"

namespace columbarium::config {

namespace {

constexpr const char* setting_name = "columbarium_addrbook";

tl::unexpected<Error> setting_failure(std::string_view text) {
    return temporary_failure(fmt::format("{}: {}", setting_name, text));
}

// Takes the first word off `text`. Words are separated by ";", as in other settings of Dovecot that a
// passwd-file has to hold, or by blanks.
std::string_view take_word(std::string_view& text) {
    constexpr std::string_view separators = "; \t";
    text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
    const std::string_view word = text.substr(0, text.find_first_of(separators));
    text.remove_prefix(word.size());
    return word;
}

Expected<void> read_option(std::string_view option, ListDefinition& definition) {
    const std::size_t equals = option.find('=');
    const std::string_view name = option.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : option.substr(equals + 1);
    if (value.empty())
        return setting_failure(fmt::format("the option \"{}\" needs a value (OPTION=VALUE)", name));
    if (name == "user") {
        definition.user = value;
    } else if (name == "password_file") {
        definition.password_file = value;
    } else if (name == "ca_file") {
        definition.ca_file = value;
    } else if (name == "allow_plaintext") {
        if (value != "yes" && value != "no")
            return setting_failure("allow_plaintext must be yes or no");
        definition.allow_plaintext = value == "yes";
    } else if (name == "max_age_hours") {
        std::size_t hours = 0;
        const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), hours);
        if (fault != std::errc() || end != value.data() + value.size() || hours > longest_max_age_hours)
            return setting_failure(
                fmt::format("max_age_hours must be a number from 0 to {}", longest_max_age_hours));
        definition.max_age_hours = hours;
    } else {
        const std::vector<std::string> known = {"user", "password_file", "ca_file", "allow_plaintext",
                                                "max_age_hours"};
        const std::string nearest = nearest_name(name, known);
        return setting_failure(
            nearest.empty() ? fmt::format("unknown option \"{}\"; known: {}", name, fmt::join(known, ", "))
                            : fmt::format("unknown option \"{}\"; did you mean \"{}\"?", name, nearest));
    }
    return {};
}

} // namespace

Expected<ListDefinition> parse_list_setting(std::string_view text) {
    std::string_view rest = trim(text);
    for (const char c : rest)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            return setting_failure("must not hold control characters");
    const std::size_t colon = rest.find(':');
    const auto kind = list_kind_of_name(rest.substr(0, colon));
    if (colon == std::string_view::npos || !kind)
        return setting_failure("must start with \"vdir:\", \"carddav:\", \"dict:\" or \"file:\"");
    ListDefinition definition;
    definition.name = ":addrbook:default";
    definition.kind = *kind;
    definition.where = setting_name;
    rest = trim(rest.substr(colon + 1));
    if (rest.empty())
        return setting_failure("does not say where the book is kept, as in \"vdir:~/contacts\"");
    if (*kind == ListKind::carddav) {
        definition.place = take_word(rest);
        for (std::string_view option = take_word(rest); !option.empty(); option = take_word(rest))
            if (const auto read = read_option(option, definition); !read)
                return tl::make_unexpected(read.error());
    } else {
        definition.place = rest; // has no options, and may hold blanks
    }
    if (const auto fault = definition_fault(definition))
        return setting_failure(fmt::format("{} {}", fault->key, fault->text));
    return definition;
}

} // namespace columbarium::config
