// SPDX-License-Identifier: LGPL-2.1-or-later
// What many bounces say of addresses and domains: which are dead, and which may work another time. Evidence
// for a person: an address that nothing was sent to has no bounces.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/export.hpp"
#include "desk/bounce_record.hpp"

namespace columbarium::desk {

// What the last failure of an address says of it.
enum class AddressState {
    dead,      // it failed for good, for a reason of its own: nobody has this address
    refused,   // a mail to it was refused for good, for a reason that may be the mail's or ours
    transient, // it may work another time
};
// "dead-address", "refused", "transient".
[[nodiscard]] COLUMBARIUM_API std::string_view name_of(AddressState state);

// All that is known of one address.
struct AddressSummary {
    KeptBounce last;          // of several in the same second, one that is for good
    std::size_t failures = 0; // records: mails of ours, and statuses where one mail had several
    std::chrono::sys_seconds first;
    // What any of its records says of its domain, and when the last time; nothing where none does.
    std::optional<std::chrono::sys_seconds> unknown;  // there is no such domain, or it takes no mail
    std::optional<std::chrono::sys_seconds> answered; // a server that takes mail for it has answered
};

// Makes summaries of records that come address by address, as the store gives them.
class COLUMBARIUM_API AddressSummaries {
  public:
    // `take` is called with each summary; false: no more are wanted.
    explicit AddressSummaries(std::function<bool(const AddressSummary&)> take) : take_(std::move(take)) {}

    // False where no more are wanted.
    [[nodiscard]] bool add(const KeptBounce& bounce);
    // The last address is complete.
    void finish();

  private:
    [[nodiscard]] bool give();

    std::function<bool(const AddressSummary&)> take_;
    std::optional<AddressSummary> current_;
};

// Why a domain counts as dead.
enum class DomainEvidence {
    host_unknown,   // the last thing that was heard of it: there is no such domain, or it takes no mail
    all_recipients, // two addresses of it at least have failed, all for good the last time, and none ever
                    // for a reason that only a server which knows its mailboxes has, or one that looks at
                    // mail
};
// "host-unknown", "all-recipients".
[[nodiscard]] COLUMBARIUM_API std::string_view name_of(DomainEvidence evidence);

struct DomainSummary {
    bool is_asked_for = false; // at least one of its addresses is
    std::size_t addresses = 0;
    std::size_t failures = 0;
    std::chrono::sys_seconds first;
    std::chrono::sys_seconds last;
    std::optional<DomainEvidence> death; // nothing where it is not known to be dead
};

// What is known of domains, in the order of their octets. Holds each of them in memory.
class COLUMBARIUM_API DomainSummaries {
  public:
    // All addresses decide, also those that nobody asks for.
    void add(const AddressSummary& address, bool is_asked_for = true);

    [[nodiscard]] bool is_dead(std::string_view domain) const;
    // Those that are dead.
    void each_dead(const std::function<void(const std::string& domain, const DomainSummary&)>& take) const;

  private:
    struct Known {
        DomainSummary summary;
        bool all_permanent = true;
        std::optional<std::chrono::sys_seconds> unknown; // as those of its addresses
        std::optional<std::chrono::sys_seconds> answered;

        [[nodiscard]] std::optional<DomainEvidence> death() const;
    };
    std::map<std::string, Known, std::less<>> domains_;
};

// What is known of an address where all domains are known.
[[nodiscard]] COLUMBARIUM_API AddressState state_of(const AddressSummary& address,
                                                    const DomainSummaries& domains);

} // namespace columbarium::desk
