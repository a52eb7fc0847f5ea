// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/list_query.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mail/address.hpp"

namespace columbarium::lists {

namespace {

Error in_list(std::string_view name, const Error& error) {
    return {error.kind, fmt::format("list \"{}\": {}", printable(name), error.text)};
}

// An address as mail is sent to it: the local part is the receiving host's to understand (RFC 5321
// section 2.3.11) and stays as it is written, the domain is in its A-label form.
std::string deliverable(std::string_view value, std::string_view folded) {
    const std::string_view written = trim(value);
    return std::string(written.substr(0, written.rfind('@'))).append(folded.substr(folded.rfind('@')));
}

} // namespace

ListQuery::ListQuery(std::string subaddress_delimiters)
    : subaddress_delimiters_(std::move(subaddress_delimiters)) {}

Expected<ListQuery> ListQuery::open(Catalog& catalog, std::span<const std::string> names) {
    ListQuery query(catalog.policy().subaddress_delimiters);
    for (const std::string& name : names) {
        auto source = catalog.resolve(name);
        if (source) {
            query.sources_.push_back({name, std::move(*source)});
        } else if (source.error().kind == ErrorKind::temporary) {
            if (query.outcome_)
                query.outcome_ = tl::make_unexpected(std::move(source.error()));
        } else if (catalog.policy().unknown_list == config::UnknownList::no_match) {
            catalog.warn_once(source.error().text + "; it matches nothing");
        } else {
            return tl::make_unexpected(std::move(source.error()));
        }
    }
    return query;
}

std::optional<Match> ListQuery::find_one(std::string_view value) {
    const LookupKeys keys = lookup_keys(value, subaddress_delimiters_);
    if (keys.exact.empty() || asked_.contains(keys.exact))
        return std::nullopt;
    if (asked_.size() >= values_of_query_limit) {
        if (outcome_)
            outcome_ = permanent_failure(
                fmt::format("more than {} different values to look up in one test", values_of_query_limit));
        return std::nullopt;
    }
    asked_.insert(keys.exact);
    for (NamedSource& list : sources_) {
        if (list.failed)
            continue;
        auto found = list.source->find(keys);
        if (found && *found)
            return Match{std::move(**found), list.name};
        list.failed = !found;
        if (list.failed && outcome_)
            outcome_ = tl::make_unexpected(in_list(list.name, found.error()));
    }
    return std::nullopt;
}

std::optional<Match> ListQuery::find(std::string_view value) {
    if (auto match = find_one(value))
        return match;
    // Nothing in an address is another one, and nothing without "@" is any.
    if (value.find('@') == std::string_view::npos || !mail::fold_address(value).empty())
        return std::nullopt;
    for (const mail::Mailbox& mailbox : mail::parse_mailboxes(value))
        if (auto match = find_one(mailbox.address))
            return match;
    return std::nullopt;
}

Expected<bool> all_names_valid(Catalog& catalog, std::span<const std::string> names) {
    Expected<bool> valid = true;
    for (const std::string& name : names) {
        const auto source = catalog.resolve(name);
        if (source)
            continue;
        if (source.error().kind == ErrorKind::permanent)
            return false;
        if (valid)
            valid = tl::make_unexpected(source.error());
    }
    return valid;
}

Expected<std::vector<std::string>> redirect_recipients(Catalog& catalog, std::string_view name,
                                                       std::span<const std::string> own_addresses) {
    const config::ListPolicy& policy = catalog.policy();
    const auto wanted = parse_list_name(name);
    if (!wanted)
        return tl::make_unexpected(wanted.error());
    const bool allowed = std::any_of(policy.redirect.begin(), policy.redirect.end(), [&](const auto& other) {
        const auto parsed = parse_list_name(other);
        return parsed && parsed->normal == wanted->normal;
    });
    if (!allowed)
        return permanent_failure(
            fmt::format("list \"{}\": this site does not allow \"redirect :list\" to it", printable(name)));
    const auto source = catalog.resolve(name);
    if (!source)
        return tl::make_unexpected(source.error());
    const auto members = (*source)->recipients(policy.redirect_recipients);
    if (!members)
        return tl::make_unexpected(in_list(name, members.error()));

    std::unordered_set<std::string> known; // grows by what is not sent to again
    for (const std::string& address : own_addresses)
        known.insert(mail::fold_address(address));
    std::vector<std::string> recipients;
    for (const Member& member : *members) {
        std::string address = mail::fold_address(member.value);
        if (address.empty())
            return permanent_failure(fmt::format(
                "list \"{}\": holds a member that is no address, so that no mail can be sent to the list",
                printable(name)));
        const std::string base = mail::without_subaddress(address, policy.subaddress_delimiters);
        const bool own = std::any_of(own_addresses.begin(), own_addresses.end(), [&](const auto& other) {
            return !base.empty() && mail::fold_address(other) == base;
        });
        if (!own && known.insert(address).second)
            recipients.push_back(deliverable(member.value, address));
    }
    return recipients;
}

} // namespace columbarium::lists
