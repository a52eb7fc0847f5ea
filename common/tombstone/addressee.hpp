// SPDX-License-Identifier: LGPL-2.1-or-later
// What delivery has to know of the person that an address belongs to: the value of the service's map
// `recipient`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/site_config.hpp"
#include "tombstone/person.hpp"
#include "tombstone/resolve.hpp"

namespace columbarium::tombstone {

// The username whose mail we decide about: username_of(), and none of the policy's roles. Nothing for all
// other addresses: mail to them is left alone.
[[nodiscard]] COLUMBARIUM_API std::optional<std::string> person_of_address(std::string_view address,
                                                                           const config::SiteConfig& site);

struct Addressee {
    std::string username;
    std::string full_name; // "" where it is not disclosed
    Resolution resolution;
    bool is_own_account = false; // the address forwarded to is his account in this mail system
    config::Disclosure disclosure = config::Disclosure::nothing;

    friend bool operator==(const Addressee&, const Addressee&) = default;
};

[[nodiscard]] COLUMBARIUM_API Addressee addressee_of(const Person& person, Date date,
                                                     const config::SiteConfig& site);

// As one JSON object. Reading it, a permanent failure says what is wrong.
[[nodiscard]] COLUMBARIUM_API std::string to_value(const Addressee& addressee);
[[nodiscard]] COLUMBARIUM_API Expected<Addressee> read_addressee(std::string_view value);

} // namespace columbarium::tombstone
