// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/site.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "mail/address.hpp"

namespace columbarium::tombstone {

namespace {

bool is_domain_of_site(std::string_view domain, const config::PeoplePolicy& policy) {
    return std::ranges::any_of(
        policy.domains, [domain](const std::string& served) { return equals_ignoring_case(served, domain); });
}

std::string_view without_subaddress(std::string_view local, const config::PeoplePolicy& policy) {
    const std::size_t delimiter = local.find_first_of(policy.subaddress_delimiters);
    return delimiter == 0 ? local : local.substr(0, delimiter);
}

std::optional<std::string> folded(std::string_view username) {
    auto name = fold_username(username);
    return name ? std::optional(std::move(*name)) : std::nullopt;
}

std::string address_at(std::string_view username, std::string_view domain) {
    return domain.empty() ? std::string() : fmt::format("{}@{}", username, domain);
}

// What stands in `text` where `shape` has {username}; nothing where it has another shape.
std::optional<std::string> read_by_shape(std::string_view text, std::string_view shape) {
    constexpr std::string_view place = "{username}";
    const std::size_t at = shape.find(place);
    if (at == std::string_view::npos)
        return std::nullopt;
    const std::string_view before = shape.substr(0, at);
    const std::string_view after = shape.substr(at + place.size());
    if (text.size() < before.size() + after.size() ||
        !equals_ignoring_case(text.substr(0, before.size()), before) ||
        !equals_ignoring_case(text.substr(text.size() - after.size()), after))
        return std::nullopt;
    return folded(text.substr(before.size(), text.size() - before.size() - after.size()));
}

// Quotes around a local part that needs none, and domains in other letters, have another form.
bool is_plain(std::string_view address) {
    return is_ascii(address) && !address.starts_with('"');
}

} // namespace

std::optional<std::string> username_of(std::string_view address, const config::PeoplePolicy& policy) {
    if (!is_plain(address)) {
        const std::string other = mail::fold_address(address);
        return is_plain(other) && !other.empty() ? username_of(other, policy) : std::nullopt;
    }
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || !is_domain_of_site(address.substr(at + 1), policy))
        return std::nullopt;
    return folded(without_subaddress(address.substr(0, at), policy));
}

std::string delimiter_fault(std::string_view username, const config::PeoplePolicy& policy) {
    if (username.find_first_of(policy.subaddress_delimiters) == std::string_view::npos)
        return {};
    return fmt::format("the username \"{}\" holds one of the subaddress delimiters \"{}\"", username,
                       policy.subaddress_delimiters);
}

std::optional<std::string> username_of_login(std::string_view login, const config::PeoplePolicy& policy) {
    const std::string_view name = policy.account_name;
    if (auto username = read_by_shape(login, name))
        return username;
    const std::string_view shape = name.substr(0, name.rfind('@')); // all of it where it has no domain
    const std::size_t at = login.rfind('@');
    if (at == std::string_view::npos)
        return read_by_shape(login, shape);
    const std::string_view domain = login.substr(at + 1);
    const bool is_account =
        !policy.account_domain.empty() && equals_ignoring_case(domain, policy.account_domain);
    return is_account || is_domain_of_site(domain, policy) ? read_by_shape(login.substr(0, at), shape)
                                                           : std::nullopt;
}

std::string main_address(std::string_view username, const config::PeoplePolicy& policy) {
    return policy.domains.empty() ? std::string() : address_at(username, policy.domains.front());
}

std::string account_address(std::string_view username, const config::PeoplePolicy& policy) {
    return address_at(username, policy.account_domain);
}

bool is_own_account(std::string_view address, std::string_view username, const config::PeoplePolicy& policy) {
    const std::size_t at = address.rfind('@');
    return at != std::string_view::npos && !policy.account_domain.empty() &&
           equals_ignoring_case(address.substr(at + 1), policy.account_domain) &&
           equals_ignoring_case(without_subaddress(address.substr(0, at), policy), username);
}

Expected<std::string> prepare_target(std::string_view address, std::string_view username,
                                     const config::PeoplePolicy& policy) {
    if (trim(address).empty())
        return std::string();
    auto prepared = prepare_address(address);
    if (!prepared)
        return prepared;
    const auto owner = username_of(*prepared, policy);
    if (owner && equals_ignoring_case(*owner, username))
        return permanent_failure(fmt::format(
            "\"{}\" is an address of {} himself: mail to it would come back for ever", *prepared, username));
    return prepared;
}

} // namespace columbarium::tombstone
