// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the [people] table of columbarium.toml.
#include "config/people_policy.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "config/people_tables.hpp"
#include "config/syntax.hpp"
#include "config/toml_reader.hpp"

namespace columbarium::config {

namespace {

constexpr std::string_view place = "{username}";

// What is wrong with a text that stands for one of each person, "" for nothing.
std::string_view template_fault(std::string_view text) {
    const std::size_t at = text.find(place);
    if (at == std::string_view::npos)
        return "must hold {username}: else all people would have the same";
    std::string rest = std::string(text.substr(0, at)).append(text.substr(at + place.size()));
    if (rest.find_first_of("{}") != std::string::npos)
        return "may hold {username} once, and no other braces";
    return has_control(text) ? "must not hold control characters" : "";
}

Expected<std::vector<std::string>> read_domains(const TableReader& reader) {
    auto domains = reader.string_list("domains");
    if (!domains)
        return domains;
    for (auto domain = domains->begin(); domain != domains->end(); ++domain) {
        const std::string written = *domain;
        if (const std::string_view fault = prepare_mail_domain(*domain); !fault.empty())
            return reader.failure("domains", fmt::format("\"{}\" {}", written, fault));
        if (std::find(domains->begin(), domain, *domain) != domain)
            return reader.failure("domains", fmt::format("holds \"{}\" twice", *domain));
    }
    return domains;
}

bool is_served(const PeoplePolicy& policy, std::string_view domain) {
    return std::ranges::find(policy.domains, domain) != policy.domains.end();
}

Expected<std::string> read_accounts(const TableReader& reader) {
    auto accounts = reader.optional_string("accounts");
    if (!accounts || accounts->empty() || *accounts == "userdb")
        return accounts;
    for (const std::string_view kind : {"userdb:", "list:"})
        if (accounts->starts_with(kind)) {
            const std::string_view fault = file_name_fault(std::string_view(*accounts).substr(kind.size()));
            return fault.empty() ? accounts
                                 : reader.failure("accounts", fmt::format("names a file that {}", fault));
        }
    return reader.failure("accounts", "must be \"userdb\", \"userdb:/path/of/socket\" or \"list:/path\"");
}

Expected<void> read_account_keys(const TableReader& reader, PeoplePolicy& policy) {
    Expected<void> read;
    if (!take(reader.optional_string("account_domain"), policy.account_domain, read) ||
        !take(read_accounts(reader), policy.accounts, read))
        return read;
    if (policy.account_domain.empty()) {
        for (const char* key : {"accounts", "account_name"})
            if (reader.has(key))
                return reader.failure(key, "needs the key account_domain beside it");
        return {};
    }
    if (const std::string_view fault = prepare_mail_domain(policy.account_domain); !fault.empty())
        return reader.failure("account_domain", fault);
    if (is_served(policy, policy.account_domain))
        return reader.failure("account_domain", "must be none of the key domains: mail would come back for "
                                                "ever");
    if (policy.accounts.empty())
        return reader.failure("accounts", "is missing: account_domain needs it, to know who has an account");
    if (!reader.has("account_name"))
        return {};
    if (!take(reader.required_string("account_name"), policy.account_name, read))
        return read;
    if (const std::string_view fault = template_fault(policy.account_name); !fault.empty())
        return reader.failure("account_name", fault);
    return {};
}

// TableReader reads no fractions: this is the one key that has them.
Expected<double> read_percent(const toml::table& people, const TableReader& reader, double otherwise) {
    constexpr std::string_view key = "vanishing_percent";
    const toml::node* node = people.get(key);
    if (node == nullptr)
        return otherwise;
    const auto value = node->is_number() ? node->value<double>() : std::nullopt;
    if (!value)
        return reader.failure(key, "must be a number");
    if (!(*value >= 0 && *value <= 100)) // so that it holds for what is no number (nan), too
        return reader.failure(key, "must be from 0 to 100");
    return *value;
}

Expected<std::string> read_delimiters(const toml::table& people, const TableReader& reader) {
    constexpr std::string_view key = "subaddress_delimiters";
    const auto* text = people.get_as<std::string>(key);
    if (text != nullptr && text->get().empty())
        return std::string(); // said aloud
    auto delimiters = reader.optional_string(key);
    constexpr std::string_view usable = "!#$%&'*+-/=?^_`{|}~";
    if (delimiters && delimiters->find_first_not_of(usable) != std::string::npos)
        return reader.failure(key, fmt::format("must be made of these characters: {}", usable));
    return delimiters;
}

// What is wrong with the addresses of an affiliation, "" for nothing.
std::string address_fault(std::string& address, const PeoplePolicy& policy) {
    if (const std::string_view fault = template_fault(address); !fault.empty())
        return std::string(fault);
    const std::size_t at = address.rfind('@');
    if (at == std::string::npos || address.find(place) > at)
        return "must be an address, as in \"{username}@example.org\"";
    const std::string_view local = std::string_view(address).substr(0, at);
    if (local.find_first_of(" \"(),:;<>@[\\]") != std::string_view::npos || !is_ascii(local))
        return "holds what the local part of a mail address cannot hold";
    if (local.starts_with('-'))
        return "begins with \"-\"";
    std::string domain = address.substr(at + 1);
    if (const std::string_view fault = prepare_mail_domain(domain); !fault.empty())
        return fmt::format("has a domain that {}", fault);
    if (is_served(policy, domain))
        return "must be in none of the key domains: mail would come back for ever";
    if (domain == policy.account_domain)
        return "must not be in account_domain: these people have no account there";
    address = address.substr(0, at + 1) + domain;
    return {};
}

Expected<void> read_affiliations(const toml::table& people, std::string_view path, const TableReader& reader,
                                 PeoplePolicy& policy) {
    const toml::node* node = people.get("affiliations");
    if (node == nullptr)
        return {};
    const toml::table* table = node->as_table();
    if (table == nullptr)
        return reader.failure("affiliations", "must be a table, as in [people.affiliations]");
    const TableReader entries(*table, path, "people.affiliations", node->source().begin.line);
    for (const toml::key* key : keys_in_file_order(*table)) {
        auto address = entries.required_string(key->str());
        if (!address)
            return tl::make_unexpected(std::move(address.error()));
        if (const std::string fault = address_fault(*address, policy); !fault.empty())
            return entries.failure(key->str(), fault);
        for (const auto& [name, other] : policy.affiliations)
            if (equals_ignoring_case(name, key->str()))
                return entries.failure(key->str(), fmt::format("is there twice (\"{}\")", name));
        policy.affiliations.emplace(key->str(), std::move(*address));
    }
    return {};
}

} // namespace

Expected<PeoplePolicy> read_people(const toml::table& people, std::string_view path,
                                   toml::source_index line) {
    const TableReader reader(people, path, "people", line);
    const std::array<std::string, 8> known = {
        "domains",           "account_domain",        "accounts",    "account_name", "restoration_days",
        "vanishing_percent", "subaddress_delimiters", "affiliations"};
    PeoplePolicy policy;
    Expected<void> read = reader.check_keys(known);
    if (read && take(read_domains(reader), policy.domains, read))
        read = read_account_keys(reader, policy);
    const bool complete =
        read &&
        take(reader.integer("restoration_days", 1, 3'650, policy.restoration_days), policy.restoration_days,
             read) &&
        take(read_percent(people, reader, policy.vanishing_percent), policy.vanishing_percent, read) &&
        take(read_delimiters(people, reader), policy.subaddress_delimiters, read);
    if (complete)
        read = read_affiliations(people, path, reader, policy);
    if (!read)
        return tl::make_unexpected(std::move(read.error()));
    return policy;
}

} // namespace columbarium::config
