// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the [feed] table of columbarium.toml.
#include "config/feed_source.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "config/feed_columns.hpp"
#include "config/people_tables.hpp"
#include "config/syntax.hpp"
#include "config/toml_reader.hpp"

namespace columbarium::config {

namespace {

constexpr std::array<std::string_view, 3> keys_of_files = {"file", "command", "command_seconds"};
constexpr std::array<std::string_view, 10> keys_of_ldap = {
    "url",  "start_tls", "ca_file",   "bind_dn",        "password_file",
    "base", "filter",    "page_size", "answer_seconds", "write_back"};

Expected<void> check_feed_keys(const TableReader& reader) {
    for (const char* key : {"password", "bind_password"})
        if (reader.has(key))
            return reader.failure(key,
                                  "must not stand here: everybody may read this file. Put it into a file "
                                  "of its own and name that with password_file");
    std::vector<std::string> known = {"kind", "columns"};
    known.insert(known.end(), keys_of_files.begin(), keys_of_files.end());
    known.insert(known.end(), keys_of_ldap.begin(), keys_of_ldap.end());
    return reader.check_keys(known);
}

Expected<void> refuse_keys(const TableReader& reader, std::span<const std::string_view> keys,
                           std::string_view kind) {
    for (const std::string_view key : keys)
        if (reader.has(key))
            return reader.failure(key, fmt::format("is for kind = {}", kind));
    return {};
}

Expected<std::string> read_file_name(const TableReader& reader, std::string_view key) {
    auto name = reader.optional_string(key);
    if (name && !name->empty())
        if (const std::string_view fault = file_name_fault(*name); !fault.empty())
            return reader.failure(key, fault);
    return name;
}

Expected<void> read_files(const TableReader& reader, FeedSource& source) {
    if (auto refused = refuse_keys(reader, keys_of_ldap, "\"ldap\""); !refused)
        return refused;
    if (reader.has("file") == reader.has("command"))
        return reader.failure(reader.has("file") ? "command" : "file",
                              "needs to be known: a feed has the key file or the key command, one of them");
    if (reader.has("command_seconds") && !reader.has("command"))
        return reader.failure("command_seconds", "needs the key command beside it");
    Expected<void> read;
    const bool complete = take(read_file_name(reader, "file"), source.file, read) &&
                          take(reader.string_list("command"), source.command, read) &&
                          take(reader.integer("command_seconds", 1, 86'400, source.command_seconds),
                               source.command_seconds, read);
    if (!complete || !reader.has("command"))
        return read;
    if (source.command.empty() || !source.command.front().starts_with('/'))
        return reader.failure("command", "must begin with a program and its whole path, as in "
                                         "[\"/usr/local/bin/people\", \"--all\"]");
    for (const std::string& word : source.command)
        if (word.find('\0') != std::string::npos)
            return reader.failure("command", "must not hold a NUL");
    return {};
}

// What follows "ldap://": a host, perhaps a port.
struct Authority {
    std::string host;
    bool is_sound = false;
};

Authority read_authority(std::string_view text) {
    if (text.ends_with('/'))
        text.remove_suffix(1);
    std::string_view host = text.substr(0, text.find(':'));
    std::string_view rest = text.substr(host.size());
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos)
            return {};
        host = text.substr(1, end - 1);
        rest = text.substr(end + 1);
        if (!is_ipv6(std::string(host)))
            return {};
    } else if (!is_domain(host)) {
        return {};
    }
    const bool has_port = rest.size() > 1 && rest.size() <= 6 && rest.front() == ':' &&
                          std::all_of(rest.begin() + 1, rest.end(), [](char c) { return is_digit(c); });
    return {std::string(host), rest.empty() || has_port};
}

Expected<void> read_url(const TableReader& reader, FeedSource& source) {
    Expected<void> read;
    if (!take(reader.required_string("url"), source.url, read) ||
        !take(reader.boolean("start_tls", true), source.start_tls, read))
        return read;
    const bool has_blanks = std::ranges::any_of(source.url, [](char c) { return is_control(c) || c == ' '; });
    const bool is_ldap = starts_with_ignoring_case(source.url, "ldap://");
    const bool is_ldaps = starts_with_ignoring_case(source.url, "ldaps://");
    if (has_blanks || !(is_ldap || is_ldaps || starts_with_ignoring_case(source.url, "ldapi://")))
        return reader.failure("url", "must begin with \"ldap://\", \"ldaps://\" or \"ldapi://\", and hold no "
                                     "blanks");
    if (!is_ldap && reader.has("start_tls"))
        return reader.failure("start_tls", "is for ldap:// only");
    if (!is_ldap)
        source.start_tls = false;
    if (!is_ldap && !is_ldaps)
        return {};
    const Authority authority = read_authority(std::string_view(source.url).substr(is_ldap ? 7 : 8));
    if (!authority.is_sound)
        return reader.failure("url",
                              "must be a host and perhaps a port after the scheme; base and filter are "
                              "keys of their own");
    if (is_ldap && !source.start_tls && !is_loopback(authority.host))
        return reader.failure("start_tls",
                              "may be false for this machine (localhost, 127.0.0.1 or ::1) only: "
                              "names and passwords would cross the network in clear");
    return {};
}

Expected<void> read_identity(const TableReader& reader, FeedSource& source) {
    Expected<void> read;
    const bool complete = take(read_file_name(reader, "ca_file"), source.ca_file, read) &&
                          take(reader.optional_string("bind_dn"), source.bind_dn, read) &&
                          take(read_file_name(reader, "password_file"), source.password_file, read);
    if (!complete)
        return read;
    if (source.bind_dn.empty() != source.password_file.empty())
        return source.bind_dn.empty()
                   ? reader.failure("bind_dn", "is missing: password_file needs it")
                   : reader.failure("password_file",
                                    "is missing: bind_dn needs it; a bind without a password "
                                    "proves nothing (RFC 4513 section 5.1.2)");
    return {};
}

// What is wrong with a search filter, "" for nothing: the directory looks closer.
std::string_view filter_fault(std::string_view filter) {
    if (has_control(filter))
        return "must not hold control characters";
    std::ptrdiff_t depth = 0;
    for (std::size_t at = 0; at < filter.size(); ++at) {
        depth += filter[at] == '(' ? 1 : filter[at] == ')' ? -1 : 0;
        if (depth < 1 && at + 1 < filter.size())
            return "must stand in one pair of parentheses, as in \"(objectClass=person)\"";
    }
    return depth == 0 ? std::string_view() : "has a parenthesis without its partner";
}

Expected<void> read_search(const TableReader& reader, FeedSource& source) {
    Expected<void> read;
    if (!take(reader.required_string("base"), source.base, read))
        return read;
    if (has_control(source.base))
        return reader.failure("base", "must not hold control characters");
    if (reader.has("filter") && !take(reader.required_string("filter"), source.filter, read))
        return read;
    if (const std::string_view fault = filter_fault(source.filter); !fault.empty())
        return reader.failure("filter", fault);
    const auto number = [&](std::string_view key, std::size_t most, std::size_t& target) {
        return take(reader.integer(key, 1, most, target), target, read);
    };
    (void)(number("page_size", 100'000, source.page_size) &&
           number("answer_seconds", 600, source.answer_seconds) &&
           take(reader.boolean("write_back", false), source.write_back, read));
    return read;
}

Expected<void> read_ldap(const TableReader& reader, FeedSource& source) {
    Expected<void> read = refuse_keys(reader, keys_of_files, "\"csv\" and \"jsonl\"");
    if (read)
        read = read_url(reader, source);
    if (read)
        read = read_identity(reader, source);
    if (read)
        read = read_search(reader, source);
    return read;
}

} // namespace

Expected<FeedSource> read_feed(const toml::table& feed, std::string_view path, toml::source_index line) {
    const TableReader reader(feed, path, "feed", line);
    const std::array<std::string, 3> kinds = {"csv", "jsonl", "ldap"};
    FeedSource source;
    std::string kind;
    Expected<void> read = check_feed_keys(reader);
    if (read && !reader.has("kind"))
        return reader.failure("kind", "is missing: \"csv\", \"jsonl\" or \"ldap\"");
    if (!read || !take(reader.one_of("kind", kinds, ""), kind, read))
        return tl::make_unexpected(std::move(read.error()));
    source.kind = kind == "csv"     ? FeedSource::Kind::csv
                  : kind == "jsonl" ? FeedSource::Kind::jsonl
                                    : FeedSource::Kind::ldap;
    read = source.kind == FeedSource::Kind::ldap ? read_ldap(reader, source) : read_files(reader, source);
    if (!read || !take(read_columns(feed, path, reader, source), source.columns, read))
        return tl::make_unexpected(std::move(read.error()));
    return source;
}

} // namespace columbarium::config
