// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the [presence] table of columbarium.toml.
#include "config/presence_policy.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/nearest.hpp"
#include "base/uri.hpp"
#include "config/syntax.hpp"
#include "config/toml_reader.hpp"
#include "config/xmpp_tables.hpp"

namespace columbarium::config {

namespace {

Expected<std::vector<std::string>> read_busy(const TableReader& reader,
                                             const std::vector<std::string>& otherwise) {
    if (!reader.has("busy"))
        return otherwise;
    const std::array<std::string, 5> shows = {"available", "chat", "away", "xa", "dnd"};
    auto busy = reader.string_list("busy");
    if (!busy)
        return busy;
    for (const std::string& show : *busy) {
        if (std::find(shows.begin(), shows.end(), show) != shows.end())
            continue;
        const std::string nearest = nearest_name(show, shows);
        return reader.failure(
            "busy", nearest.empty()
                        ? fmt::format("unknown value \"{}\"; known: {}", show, fmt::join(shows, ", "))
                        : fmt::format("unknown value \"{}\"; did you mean \"{}\"?", show, nearest));
    }
    return busy;
}

// The form of a language tag (RFC 5646, 2.1): parts of one to eight letters and digits, hyphens between them,
// the first part of letters.
bool is_language_tag(std::string_view tag) {
    for (bool first = true;; first = false) {
        const std::size_t hyphen = tag.find('-');
        const std::string_view part = tag.substr(0, hyphen);
        const bool sound = std::all_of(part.begin(), part.end(),
                                       [first](char c) { return is_letter(c) || (!first && is_digit(c)); });
        if (part.empty() || part.size() > 8 || !sound)
            return false;
        if (hyphen == std::string_view::npos)
            return true;
        tag.remove_prefix(hyphen + 1);
    }
}

Expected<std::vector<std::string>> read_languages(const TableReader& reader) {
    auto languages = reader.string_list("languages");
    if (!languages)
        return languages;
    for (const std::string& language : *languages)
        if (language != "*" && !is_language_tag(language))
            return reader.failure(
                "languages", fmt::format("\"{}\" is no language tag; they look like \"en\" or \"de-AT\", "
                                         "and \"*\" stands for all",
                                         language));
    return languages;
}

Expected<std::vector<std::string>> read_public(const TableReader& reader) {
    auto jids = reader.string_list("public");
    if (!jids)
        return jids;
    for (const std::string& jid : *jids) {
        const bool whole_domain = jid.starts_with('@');
        if (whole_domain && !is_domain(std::string_view(jid).substr(1)))
            return reader.failure("public", fmt::format("\"{}\" is no \"@\" with a domain behind it", jid));
        if (whole_domain)
            continue;
        if (const std::string_view fault = bare_jid_fault(jid); !fault.empty())
            return reader.failure(
                "public", fmt::format("\"{}\" {}; \"@example.com\" stands for all of a domain", jid, fault));
    }
    return jids;
}

} // namespace

Expected<PresencePolicy> read_presence(const toml::table& presence, std::string_view path,
                                       toml::source_index line) {
    const TableReader reader(presence, path, "presence", line);
    const std::array<std::string, 6> known = {"deadline_ms", "available_show", "offline_online",
                                              "busy",        "languages",      "public"};
    const std::array<std::string, 5> shows = {"chat", "away", "dnd", "xa", "unknown"};
    const std::array<std::string, 2> offline = {"maybe", "no"};
    PresencePolicy policy;
    std::string offline_online;
    Expected<void> read = reader.check_keys(known);
    const bool complete =
        read &&
        take(reader.integer("deadline_ms", 10, 200, policy.deadline_milliseconds),
             policy.deadline_milliseconds, read) &&
        take(reader.one_of("available_show", shows, policy.available_show), policy.available_show, read) &&
        take(reader.one_of("offline_online", offline, "maybe"), offline_online, read) &&
        take(read_busy(reader, policy.busy), policy.busy, read) &&
        take(read_languages(reader), policy.languages, read) &&
        take(read_public(reader), policy.public_jids, read);
    if (!complete)
        return tl::make_unexpected(std::move(read.error()));
    policy.offline_is_no = offline_online == "no";
    return policy;
}

} // namespace columbarium::config
