// SPDX-License-Identifier: LGPL-2.1-or-later
// The one decision that the milter, LMTP and the tables share: what becomes of mail to a person.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "tombstone/date.hpp"
#include "tombstone/person.hpp"

namespace columbarium::tombstone {

// Deliver to this address.
struct Forward {
    std::string address;
    friend bool operator==(const Forward&, const Forward&) = default;
};

// The person is reached there now: tell the sender, by a friendly reply or by a refusal that names it.
struct ChangeOfAddress {
    std::string address;
    friend bool operator==(const ChangeOfAddress&, const ChangeOfAddress&) = default;
};

enum class RejectReason {
    departed,   // was here, left no address: 550 5.1.6 (RFC 3463 section 3.2)
    no_address, // is here, has set no address yet: 550 5.1.1
    unset,      // is here, and has no address any more, or his account in the mail system has gone: 550 5.2.1
};

struct Reject {
    RejectReason reason = RejectReason::no_address;
    friend bool operator==(const Reject&, const Reject&) = default;
};

using Resolution = std::variant<Forward, ChangeOfAddress, Reject>;

// Whether a person is cancelled. `date` decides only for whom the help desk has said that he leaves on a day
// to come (Hold::leaving), until a sync has seen that day: for all others a wrong clock changes nothing.
[[nodiscard]] COLUMBARIUM_API bool has_departed(const Person& person, Date date);

// Memo, sections 3 and 4. Forwarding counts only for who has not departed, and not where is_account_missing
// says that it leads nowhere.
[[nodiscard]] COLUMBARIUM_API Resolution resolve(const Person& person, Date date);

// The reply that refuses, with its enhanced code (DC-1, DC-2): "550 5.1.6 ...". ASCII, without names.
[[nodiscard]] COLUMBARIUM_API std::string_view refusal(RejectReason reason);

// A resolution as the service's map `resolve` tells it. It is a result of Postfix's access(5): "DUNNO forward
// ADDRESS", "DUNNO change-of-address ADDRESS" (Postfix ignores what stands behind DUNNO), or the refusal.
[[nodiscard]] COLUMBARIUM_API std::string to_value(const Resolution& resolution);

// Reads that; of a refusal its codes count, not its words. A permanent failure for all else.
[[nodiscard]] COLUMBARIUM_API Expected<Resolution> read_resolution(std::string_view value);

} // namespace columbarium::tombstone
