// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/addressee.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/json_object.hpp"
#include "base/utf8.hpp"
#include "mail/address.hpp"
#include "tombstone/site.hpp"

namespace columbarium::tombstone {

namespace {

constexpr std::size_t longest_value = 16'384; // octets; a name in JSON's longest spelling has 6,000

tl::unexpected<Error> value_failure(std::string_view fault) {
    return permanent_failure(fmt::format("the answer of the map recipient {}", fault));
}

bool is_role(std::string_view local, const config::NoticePolicy& policy) {
    return std::ranges::find(policy.roles, local) != policy.roles.end();
}

} // namespace

std::optional<std::string> person_of_address(std::string_view address, const config::SiteConfig& site) {
    auto username = username_of(address, site.people);
    if (!username || is_role(*username, site.tombstone))
        return std::nullopt;
    // A role's name may hold a delimiter of subaddresses.
    const std::string folded = mail::fold_address(address);
    if (is_role(std::string_view(folded).substr(0, folded.rfind('@')), site.tombstone))
        return std::nullopt;
    return username;
}

Addressee addressee_of(const Person& person, Date date, const config::SiteConfig& site) {
    Addressee addressee;
    addressee.username = person.username;
    addressee.disclosure = person.disclosure.value_or(site.tombstone.disclose);
    if (addressee.disclosure == config::Disclosure::address_and_name)
        addressee.full_name = person.full_name;
    addressee.resolution = resolve(person, date);
    if (const auto* forward = std::get_if<Forward>(&addressee.resolution))
        addressee.is_own_account = is_own_account(forward->address, person.username, site.people);
    return addressee;
}

std::string to_value(const Addressee& addressee) {
    JsonWriter value;
    value.text("username", addressee.username)
        .text("full_name", addressee.full_name)
        .text("resolution", to_value(addressee.resolution))
        .flag("own_account", addressee.is_own_account)
        .text("disclosure", config::name_of(addressee.disclosure));
    return value.take();
}

Expected<Addressee> read_addressee(std::string_view value) {
    auto json = JsonReader::parse(value, longest_value);
    if (!json)
        return value_failure(json.error().text);
    Addressee addressee;
    addressee.username = json->text("username");
    addressee.full_name = json->text("full_name");
    addressee.is_own_account = json->flag("own_account");
    const std::string resolution = json->text("resolution");
    const std::string disclosure = json->text("disclosure");
    if (!json->fault().empty())
        return value_failure(fmt::format("cannot be read: {}", json->fault()));
    if (const auto username = fold_username(addressee.username); !username || *username != addressee.username)
        return value_failure("names no username");
    if (const std::string fault = name_fault(addressee.full_name); !fault.empty())
        return value_failure(fmt::format("has a full name that {}", fault));
    auto resolved = read_resolution(resolution);
    if (!resolved)
        return tl::make_unexpected(std::move(resolved.error()));
    addressee.resolution = std::move(*resolved);
    if (addressee.is_own_account && !std::holds_alternative<Forward>(addressee.resolution))
        return value_failure("tells of an account that is forwarded to, and forwards nothing");
    const auto known = config::disclosure_of_name(disclosure);
    if (!known)
        return value_failure(fmt::format("names the unknown disclosure \"{}\"", printable(disclosure)));
    addressee.disclosure = *known;
    if (addressee.disclosure != config::Disclosure::address_and_name && !addressee.full_name.empty())
        return value_failure("has a full name that may not be disclosed");
    return addressee;
}

} // namespace columbarium::tombstone
