// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the tables [desk] and [answers.NAME] of columbarium.toml.
#include "config/desk_policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "config/desk_tables.hpp"
#include "config/notice_keys.hpp"
#include "config/toml_reader.hpp"

namespace columbarium::config {

namespace {

constexpr std::size_t most_per_message = 100;
constexpr std::size_t most_per_hour = 1'000'000;
constexpr std::size_t most_hops = 20;
constexpr std::size_t longest_answer_name = 64; // octets

// It stands in names of files and in claims.
bool is_answer_name(std::string_view name) {
    return !name.empty() && name.size() <= longest_answer_name && std::ranges::all_of(name, [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_';
    });
}

Expected<DeskAnswer> read_answer(std::string name, const TableReader& reader) {
    const std::array<std::string, 3> known = {"subject", "templates", "languages"};
    DeskAnswer answer;
    answer.name = std::move(name);
    Expected<void> read = reader.check_keys(known);
    bool complete = read &&
                    take(read_subject(reader, answer.subject, TemplateNames::answer), answer.subject, read) &&
                    take(reader.required_string("templates"), answer.templates, read) &&
                    take(read_templates(reader), answer.templates, read);
    if (complete && reader.has("languages"))
        complete = take(read_languages(reader, "languages"), answer.languages, read);
    if (!complete)
        return tl::make_unexpected(std::move(read.error()));
    return answer;
}

} // namespace

Expected<DeskPolicy> read_desk(const toml::table& desk, std::string_view path, toml::source_index line) {
    const TableReader reader(desk, path, "desk", line);
    const std::array<std::string, 4> known = {"from", "forwards_per_message", "forwards_per_hour", "hops"};
    DeskPolicy policy;
    Expected<void> read = reader.check_keys(known);
    const auto number = [&](std::string_view key, std::size_t least, std::size_t most, std::size_t& target) {
        return take(reader.integer(key, least, most, target), target, read);
    };
    const bool complete = read &&
                          take(read_from(reader, "Support <support@example.org>"), policy.from, read) &&
                          number("forwards_per_message", 1, most_per_message, policy.forwards_per_message) &&
                          number("forwards_per_hour", 0, most_per_hour, policy.forwards_per_hour) &&
                          number("hops", 1, most_hops, policy.hops);
    if (!complete)
        return tl::make_unexpected(std::move(read.error()));
    return policy;
}

Expected<std::vector<DeskAnswer>> read_answers(const toml::table& answers, std::string_view path,
                                               toml::source_index) {
    std::vector<DeskAnswer> list;
    for (const toml::key* key : keys_in_file_order(answers)) {
        const std::string name(key->str());
        const std::string full_key = fmt::format("answers.{}", name);
        const toml::source_index line = key->source().begin.line;
        if (!is_answer_name(name))
            return config_failure(path, line, full_key,
                                  fmt::format("a name is made of at most {} letters, digits, \"-\" and \"_\"",
                                              longest_answer_name));
        const toml::table* table = answers.get(name)->as_table();
        if (table == nullptr)
            return config_failure(path, line, full_key, "must be a table, as in [answers.the-bat]");
        const auto same = std::ranges::find_if(
            list, [&](const DeskAnswer& other) { return equals_ignoring_case(other.name, name); });
        if (same != list.end())
            return config_failure(
                path, line, full_key,
                fmt::format("there is \"{}\" already; names must differ in more than case", same->name));
        auto answer = read_answer(name, TableReader(*table, path, full_key, line));
        if (!answer)
            return tl::make_unexpected(std::move(answer.error()));
        list.push_back(std::move(*answer));
    }
    return list;
}

} // namespace columbarium::config
