// SPDX-License-Identifier: LGPL-2.1-or-later
// What feeds, users and the service's clients bring about people: usernames, addresses, names, dates, values
// of the map `resolve`, keys of the map `settings`, whole rows. What is accepted has one form, which is
// accepted again and stays.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/ascii.hpp"
#include "tombstone/listing.hpp"
#include "tombstone/own_settings.hpp"
#include "tombstone/resolve.hpp"
#include "tombstone/site.hpp"

namespace {

using namespace columbarium;
using namespace columbarium::tombstone;

void require(bool holds) {
    if (!holds)
        std::abort();
}

void require_failure(const Error& error) {
    require(error.kind == ErrorKind::permanent && !error.text.empty() && error.text.size() < 1000);
    require(!has_control(error.text));
}

config::PeoplePolicy policy() {
    config::PeoplePolicy policy;
    policy.domains = {"cam.example.org", "xn--bcher-kva.example"};
    policy.account_domain = "hermes.example.org";
    policy.subaddress_delimiters = "+";
    policy.affiliations = {{"A", "{username}@a.example.org"}};
    return policy;
}

void require_sound_username(std::string_view username) {
    require(!username.empty() && username.size() <= longest_username && username.front() != '-');
    require(is_ascii(username) && to_lower(username) == username);
    require(username.find_first_of("@ \r\n\"<>(),:;\\") == std::string_view::npos && !has_control(username));
    require(fold_username(username).value() == username);
}

void require_sound_address(std::string_view address) {
    require(address.size() <= longest_address && is_ascii(address) && !has_control(address));
    require(std::count(address.begin(), address.end(), '@') == 1);
    require(address.find_first_of(" \"<>(),:;\\[]") == std::string_view::npos);
    require(prepare_address(address).value() == address);
    const std::string value = to_value(Forward{std::string(address)});
    require(to_value(read_resolution(value).value()) == value);
}

void check_words(std::string_view text, const config::PeoplePolicy& site) {
    if (const auto username = fold_username(text)) {
        require_sound_username(*username);
        // A username with a delimiter in it is nobody's: Roster refuses it.
        if (username->find('+') == std::string::npos) {
            require(username_of(main_address(*username, site), site) == *username);
            require(!prepare_target(main_address(*username, site), *username, site));
            require(is_own_account(account_address(*username, site), *username, site));
        }
    } else {
        require_failure(username.error());
    }
    for (const auto& owner : {username_of(text, site), username_of_login(text, site)})
        if (owner)
            require_sound_username(*owner);
    if (const auto address = prepare_address(text))
        require_sound_address(*address);
    else
        require_failure(address.error());
    if (const auto date = read_date(text))
        require(to_text(*date) == text);
    if (name_fault(text).empty())
        require(!has_control(text) && text.size() <= longest_name);
}

void check_values(std::string_view text, const config::PeoplePolicy& site) {
    if (const auto resolution = read_resolution(text)) {
        const std::string value = to_value(*resolution);
        require(read_resolution(value).value() == *resolution && !has_control(value));
    } else {
        require_failure(resolution.error());
    }
    if (const auto request = read_own_request(text)) {
        const auto again = read_own_request(to_key(*request));
        require(again && again->user == request->user && again->setting == request->setting &&
                again->value == request->value);
    } else {
        require_failure(request.error());
    }
    Person person;
    person.username = "abc1";
    for (const OwnSetting setting : {OwnSetting::forwarding, OwnSetting::tombstone}) {
        if (const auto step = set_own(person, setting, text, Date(), site)) {
            if (const std::string address = own_setting(step->person, setting); !address.empty())
                require_sound_address(address);
        } else {
            require_failure(step.error());
            require(is_ascii(step.error().text) && step.error().text.size() <= 200);
        }
    }
}

// Rows of lines, fields of tabs.
void check_rows(std::string_view text, const config::PeoplePolicy& site) {
    Roster roster(site);
    std::size_t rows = 0;
    while (!text.empty() && ++rows < 100) {
        std::string_view line = take_line(text);
        const auto field = [&line] {
            const std::string_view value = line.substr(0, line.find('\t'));
            line.remove_prefix(std::min(value.size() + 1, line.size()));
            return std::string(value);
        };
        Row row;
        row.username = field();
        row.id = field();
        row.full_name = field();
        row.affiliation = field();
        row.forwarding_address = field();
        row.tombstone_address = field();
        row.disclosure = field();
        roster.add(row);
    }
    require(roster.size() <= rows && roster.faults().size() == roster.fault_count());
    for (const RowFault& fault : roster.faults())
        require(!has_control(fault.text) && fault.text.size() < 2000);
    roster.each([&](const Listed& listed) {
        require_sound_username(listed.username);
        require(!roster.is_withheld(listed.username) && name_fault(listed.full_name).empty());
        const Step first = step(nullptr, &listed, Listing::listed, Date(), Account::no, site);
        const Step second = step(&first.person, &listed, Listing::listed, Date(), Account::no, site);
        require(second.changes.empty() && second.person == first.person);
        require(read_resolution(to_value(resolve(first.person, Date()))).has_value());
    });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    const std::string_view text(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    const config::PeoplePolicy site = policy();
    check_words(text, site);
    check_words(std::string(text) + "@cam.example.org", site);
    check_words("a@" + std::string(text), site);
    check_values(text, site);
    check_values("DUNNO forward " + std::string(text), site);
    check_rows(text, site);
    return 0;
}
