// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the [triage] table of columbarium.toml.
#include "config/triage_policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "config/desk_tables.hpp"
#include "config/pattern.hpp"
#include "config/syntax.hpp"
#include "config/toml_reader.hpp"

namespace columbarium::config {

namespace {

constexpr std::size_t token_limit = 100;
constexpr std::size_t token_name_limit = 64; // octets

// ftext of RFC 5322 section 3.6.8.
bool is_field_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f && c != ':'; });
}

// "EN" to "en". ISO 639: two or three letters.
std::string_view prepare_language(std::string& language) {
    language = to_lower(language);
    return (language.size() == 2 || language.size() == 3) && std::ranges::all_of(language, is_letter)
               ? std::string_view()
               : "is no language by ISO 639, as in \"en\"";
}

// "0x0123 4567 ..." to what policies hold.
std::string_view prepare_openpgp_key(std::string& key) {
    std::string digits;
    for (const char c : key)
        if (!is_blank(c))
            digits += c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    if (digits.starts_with("0x") || digits.starts_with("0X"))
        digits.erase(0, 2);
    const auto is_hexadecimal = [](char c) { return is_digit(c) || (c >= 'A' && c <= 'F'); };
    constexpr std::array<std::size_t, 3> lengths = {16, 40, 64};
    constexpr std::size_t version_3_length = 32;
    const bool are_digits = std::ranges::all_of(digits, is_hexadecimal);
    if (are_digits && digits.size() == version_3_length)
        return "is a fingerprint of a version 3 key, which messages do not tell: write the key's id instead, "
               "16 hexadecimal digits";
    if (!are_digits || std::ranges::find(lengths, digits.size()) == lengths.end())
        return "is no key id or fingerprint: 16, 40 or 64 hexadecimal digits";
    key = std::move(digits);
    return {};
}

std::string_view prepare_file_name(std::string& name) {
    return file_name_fault(name);
}

// "X-Spam-Flag: ^yes"
Expected<std::vector<SpamField>> read_spam_fields(const TableReader& reader,
                                                  const std::vector<SpamField>& otherwise) {
    constexpr std::string_view key = "spam_fields";
    if (!reader.has(key))
        return otherwise;
    std::vector<SpamField> fields;
    const auto prepare = [&fields](const std::string& entry) -> std::string {
        const std::size_t colon = entry.find(':');
        SpamField field;
        field.field = trim(std::string_view(entry).substr(0, colon));
        if (colon != std::string::npos)
            field.pattern = trim(std::string_view(entry).substr(colon + 1));
        if (!is_field_name(field.field) || field.pattern.empty())
            return "must be a header field and a pattern, as in \"X-Spam-Flag: ^yes\"";
        if (std::string fault = pattern_fault(field.pattern); !fault.empty())
            return "has a pattern that " + fault;
        fields.push_back(std::move(field));
        return {};
    };
    const auto read = prepared_list(reader, key, prepare);
    if (!read)
        return tl::make_unexpected(read.error());
    return fields;
}

// "subject", "body", "header:X-Ticket" or "address:From"; what is wrong with it, "" for nothing.
std::string_view read_source(std::string_view entry, TokenPattern::Source& source) {
    const std::size_t colon = std::min(entry.find(':'), entry.size());
    const std::string_view place = entry.substr(0, colon);
    const std::string_view field = trim(entry.substr(std::min(colon + 1, entry.size())));
    if (equals_ignoring_case(entry, "subject")) {
        source = {TokenPattern::Place::subject, ""};
    } else if (equals_ignoring_case(entry, "body")) {
        source = {TokenPattern::Place::body, ""};
    } else if (equals_ignoring_case(place, "header") && is_field_name(field)) {
        source = {TokenPattern::Place::header, std::string(field)};
    } else if (equals_ignoring_case(place, "address") && is_field_name(field)) {
        source = {TokenPattern::Place::address, std::string(field)};
    } else {
        return "is no place to look: \"subject\", \"body\", or a field as in \"header:X-Ticket\" or "
               "\"address:From\"";
    }
    return {};
}

Expected<std::vector<TokenPattern::Source>> read_sources(const TableReader& reader,
                                                         const std::vector<TokenPattern::Source>& otherwise) {
    constexpr std::string_view key = "in";
    if (!reader.has(key))
        return otherwise;
    std::vector<TokenPattern::Source> sources;
    const auto read = prepared_list(reader, key, [&sources](const std::string& entry) {
        return read_source(entry, sources.emplace_back());
    });
    if (!read)
        return tl::make_unexpected(read.error());
    if (sources.empty())
        return reader.failure(key, "must name a place to look: \"subject\", \"body\", \"header:X-Ticket\"");
    return sources;
}

Expected<TokenPattern> read_token(const toml::table& table, std::string_view path, std::string name,
                                  const std::string& full_key, toml::source_index line) {
    const TableReader reader(table, path, full_key, line);
    const std::array<std::string, 2> known = {"pattern", "in"};
    if (const auto checked = reader.check_keys(known); !checked)
        return tl::make_unexpected(checked.error());
    TokenPattern token;
    token.name = std::move(name);
    auto pattern = reader.required_string("pattern");
    if (!pattern)
        return tl::make_unexpected(std::move(pattern.error()));
    if (const std::string fault = pattern_fault(*pattern); !fault.empty())
        return reader.failure("pattern", fault);
    if (matches_nothing(*pattern))
        return reader.failure("pattern", "matches the empty text, so it is found everywhere");
    token.pattern = std::move(*pattern);
    auto sources = read_sources(reader, token.in);
    if (!sources)
        return tl::make_unexpected(std::move(sources.error()));
    token.in = std::move(*sources);
    return token;
}

bool is_token_name(std::string_view name) {
    return !name.empty() && name.size() <= token_name_limit && std::ranges::all_of(name, [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_';
    });
}

Expected<std::vector<TokenPattern>> read_tokens(const toml::table& triage, const TableReader& reader,
                                                std::string_view path) {
    std::vector<TokenPattern> tokens;
    if (!reader.has("tokens"))
        return tokens;
    const toml::table* tables = triage.get("tokens")->as_table();
    if (tables == nullptr)
        return reader.failure("tokens", "must be tables, as in [triage.tokens.ticket]");
    for (const toml::key* key : keys_in_file_order(*tables)) {
        const std::string name(key->str());
        const std::string full_key = fmt::format("triage.tokens.{}", name);
        const toml::source_index line = key->source().begin.line;
        if (!is_token_name(name))
            return config_failure(path, line, "triage.tokens",
                                  fmt::format("\"{}\" is no name of a token: letters, digits, \"-\" and "
                                              "\"_\", at most {} of them",
                                              printable(name), token_name_limit));
        const toml::table* table = tables->get(name)->as_table();
        if (table == nullptr)
            return config_failure(path, line, full_key, "must be a table, as in [triage.tokens.ticket]");
        const auto same = std::ranges::find_if(
            tokens, [&](const TokenPattern& other) { return equals_ignoring_case(other.name, name); });
        if (same != tokens.end())
            return config_failure(
                path, line, full_key,
                fmt::format("there is \"{}\" already; names must differ in more than case", same->name));
        if (tokens.size() == token_limit)
            return config_failure(path, line, full_key,
                                  fmt::format("there are more than {} tokens", token_limit));
        auto token = read_token(*table, path, name, full_key, line);
        if (!token)
            return tl::make_unexpected(std::move(token.error()));
        tokens.push_back(std::move(*token));
    }
    return tokens;
}

} // namespace

Expected<TriagePolicy> read_triage(const toml::table& triage, std::string_view path,
                                   toml::source_index line) {
    const TableReader reader(triage, path, "triage", line);
    const std::array<std::string, 6> known = {"authserv_ids",       "spam_fields", "openpgp_keys",
                                              "smime_certificates", "languages",   "tokens"};
    TriagePolicy policy;
    Expected<void> read = reader.check_keys(known);
    const bool complete =
        read && take(prepared_list(reader, "authserv_ids", prepare_authserv_id), policy.authserv_ids, read) &&
        take(read_spam_fields(reader, policy.spam_fields), policy.spam_fields, read) &&
        take(prepared_list(reader, "openpgp_keys", prepare_openpgp_key), policy.openpgp_keys, read) &&
        take(prepared_list(reader, "smime_certificates", prepare_file_name), policy.smime_certificates,
             read) &&
        take(prepared_list(reader, "languages", prepare_language), policy.languages, read) &&
        take(read_tokens(triage, reader, path), policy.tokens, read);
    if (!complete)
        return tl::make_unexpected(std::move(read.error()));
    return policy;
}

} // namespace columbarium::config
