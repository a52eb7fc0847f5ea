// SPDX-License-Identifier: LGPL-2.1-or-later
// What a user may see and set of himself, over the mail server that he has: his forwarding and his tombstone
// address, and what replies may tell of him. Who he is, others have to know already.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/people_policy.hpp"
#include "tombstone/lifecycle.hpp"

namespace columbarium::tombstone {

enum class OwnSetting { forwarding, tombstone, disclosure };

// A key of the service's map `settings`: {"user": "abc1", "setting": "forwarding"} asks,
// {"user": "abc1", "setting": "forwarding", "value": "me@example.com"} sets, "value": "" unsets.
struct OwnRequest {
    std::string user; // his login name
    OwnSetting setting = OwnSetting::forwarding;
    std::optional<std::string> value; // nothing: asks
};

// "forwarding", "tombstone", "disclosure".
[[nodiscard]] COLUMBARIUM_API std::string_view name_of(OwnSetting setting);
[[nodiscard]] COLUMBARIUM_API std::optional<OwnSetting> own_setting_of_name(std::string_view name);

[[nodiscard]] COLUMBARIUM_API std::string to_key(const OwnRequest& request);

// Reads that. A permanent failure says what is wrong.
[[nodiscard]] COLUMBARIUM_API Expected<OwnRequest> read_own_request(std::string_view key);

// The address, or what replies may tell ("nothing" and so on); "" where it is unset.
[[nodiscard]] COLUMBARIUM_API std::string own_setting(const Person& person, OwnSetting setting);

// Sets it: as set_forwarding(), set_tombstone() and set_disclosure() of lifecycle.hpp, and who has departed
// may not set the forwarding address (memo 5.3). The failure's text is one that a mail client can show:
// ASCII, one line, at most 200 octets.
[[nodiscard]] COLUMBARIUM_API Expected<Step> set_own(const Person& person, OwnSetting setting,
                                                     std::string_view value, Date today,
                                                     const config::PeoplePolicy& policy);

} // namespace columbarium::tombstone
