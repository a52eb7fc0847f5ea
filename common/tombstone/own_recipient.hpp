// SPDX-License-Identifier: LGPL-2.1-or-later
// What a delivery process that runs as a user may ask of one of his addresses.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"

namespace columbarium::tombstone {

// A key of the service's map `own-recipient`: {"user": "abc1", "address": "abc1@cam.example.org"}. The value
// is the one of the map `recipient`, see addressee.hpp.
struct OwnRecipient {
    std::string user; // his login name
    std::string address;
    friend bool operator==(const OwnRecipient&, const OwnRecipient&) = default;
};

[[nodiscard]] COLUMBARIUM_API std::string to_key(const OwnRecipient& recipient);

// Reads that. A permanent failure says what is wrong.
[[nodiscard]] COLUMBARIUM_API Expected<OwnRecipient> read_own_recipient(std::string_view key);

} // namespace columbarium::tombstone
