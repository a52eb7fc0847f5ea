// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the [tombstone] table of columbarium.toml.
#include "config/notice_policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "base/utf8.hpp"
#include "config/notice_keys.hpp"
#include "config/reply_tables.hpp"
#include "config/syntax.hpp"
#include "config/template_syntax.hpp"
#include "config/toml_reader.hpp"
#include "mail/address.hpp"

namespace columbarium::config {

namespace {

struct DisclosureName {
    Disclosure disclosure;
    std::string_view name;
};

constexpr std::array disclosure_names = {DisclosureName{Disclosure::nothing, "nothing"},
                                         DisclosureName{Disclosure::address, "address"},
                                         DisclosureName{Disclosure::address_and_name, "address-and-name"}};

using Texts = std::vector<std::string>;

constexpr std::string_view built_in_language = "en";

// A domain of senders, or with a dot before it one and all below.
std::string_view prepare_sender_domain(std::string& domain) {
    if (!domain.starts_with('.'))
        return prepare_mail_domain(domain);
    const std::string folded = mail::fold_address("a@" + domain.substr(1));
    if (!is_domain(std::string_view(domain).substr(1)) || folded.empty() || !is_ascii(folded))
        return "is no domain";
    domain = "." + folded.substr(2);
    return {};
}

Expected<void> read_languages_of(const toml::table& tombstone, std::string_view path,
                                 const TableReader& reader, NoticePolicy& policy) {
    const toml::node* node = tombstone.get("languages_of");
    if (node == nullptr)
        return {};
    const toml::table* table = node->as_table();
    if (table == nullptr)
        return reader.failure("languages_of", "must be a table, as in [tombstone.languages_of]");
    const TableReader entries(*table, path, "tombstone.languages_of", node->source().begin.line);
    for (const toml::key* key : keys_in_file_order(*table)) {
        std::string domain(key->str());
        if (const std::string_view fault = prepare_sender_domain(domain); !fault.empty())
            return entries.failure(key->str(), fault);
        auto languages = read_languages(entries, key->str());
        if (!languages)
            return tl::make_unexpected(std::move(languages.error()));
        if (!policy.languages_of.emplace(std::move(domain), std::move(*languages)).second)
            return entries.failure(key->str(), "is there twice");
    }
    return {};
}

Expected<Texts> read_roles(const TableReader& reader, Texts otherwise) {
    if (!reader.has("roles"))
        return otherwise;
    auto roles = reader.string_list("roles");
    if (!roles)
        return roles;
    for (std::string& role : *roles) {
        const std::string folded = mail::fold_address(role + "@x.example");
        if (folded.empty() || role.find('@') != std::string::npos)
            return reader.failure(
                "roles", fmt::format("\"{}\" is no local part, as in \"postmaster\"", printable(role)));
        role = folded.substr(0, folded.rfind('@'));
    }
    return roles;
}

// Where no folder is named there is one language.
Expected<void> check_built_in(const TableReader& reader, const NoticePolicy& policy) {
    if (!policy.templates.empty())
        return {};
    const auto is_other = [](const std::string& language) { return language != built_in_language; };
    const bool is_needed = std::ranges::any_of(policy.languages, is_other) ||
                           std::ranges::any_of(policy.languages_of, [&](const auto& entry) {
                               return std::ranges::any_of(entry.second, is_other);
                           });
    if (is_needed)
        return reader.failure("templates",
                              "is missing: only \"en\" is built in, all other languages need their template");
    return {};
}

} // namespace

std::string_view name_of(Disclosure disclosure) {
    const auto* const found = std::ranges::find(disclosure_names, disclosure, &DisclosureName::disclosure);
    return found == disclosure_names.end() ? std::string_view() : found->name;
}

std::optional<Disclosure> disclosure_of_name(std::string_view name) {
    const auto* const found = std::ranges::find(disclosure_names, name, &DisclosureName::name);
    return found == disclosure_names.end() ? std::nullopt : std::optional(found->disclosure);
}

bool is_language_tag(std::string_view text) {
    constexpr std::size_t longest = 60;
    constexpr std::size_t longest_subtag = 8;
    if (text.size() > longest)
        return false;
    for (bool is_first = true;; is_first = false) {
        const std::size_t hyphen = text.find('-');
        const std::string_view subtag = text.substr(0, hyphen);
        if (subtag.size() < (is_first ? 2 : 1) || subtag.size() > longest_subtag ||
            !std::ranges::all_of(subtag, [&](char c) { return is_letter(c) || (!is_first && is_digit(c)); }))
            return false;
        if (hyphen == std::string_view::npos)
            return true;
        text.remove_prefix(hyphen + 1);
    }
}

Expected<NoticePolicy> read_tombstone(const toml::table& tombstone, std::string_view path,
                                      toml::source_index line) {
    const TableReader reader(tombstone, path, "tombstone", line);
    const std::array<std::string, 8> known = {"repeated", "disclose",  "roles",     "from",
                                              "subject",  "templates", "languages", "languages_of"};
    const std::array<std::string, 2> repeated_names = {"refuse", "drop"};
    const std::array<std::string, 3> disclose_names = {"nothing", "address", "address-and-name"};
    NoticePolicy policy;
    std::string repeated;
    std::string disclose;
    Expected<void> read = reader.check_keys(known);
    bool complete =
        read && take(reader.one_of("repeated", repeated_names, "refuse"), repeated, read) &&
        take(reader.one_of("disclose", disclose_names, std::string(name_of(policy.disclose))), disclose,
             read) &&
        take(read_roles(reader, policy.roles), policy.roles, read) &&
        take(read_from(reader, "Change of address <moved@example.org>"), policy.from, read) &&
        take(read_subject(reader, policy.subject, TemplateNames::change_of_address), policy.subject, read) &&
        take(read_templates(reader), policy.templates, read);
    if (complete && reader.has("languages"))
        complete = take(read_languages(reader, "languages"), policy.languages, read);
    if (complete)
        read = read_languages_of(tombstone, path, reader, policy);
    if (read)
        read = check_built_in(reader, policy);
    if (!read)
        return tl::make_unexpected(std::move(read.error()));
    policy.repeated = repeated == "drop" ? NoticePolicy::Repeated::drop : NoticePolicy::Repeated::refuse;
    policy.disclose = disclosure_of_name(disclose).value_or(Disclosure::nothing);
    return policy;
}

} // namespace columbarium::config
