// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/bounce_summary.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "mail/address.hpp"

namespace columbarium::desk {

namespace {

constexpr std::string_view host_unknown = "host-unknown";

// What a reason (triage/failure_reason.hpp) is about.
constexpr std::array<std::string_view, 4> of_the_address = {"user-unknown", "mailbox-disabled", "moved",
                                                            host_unknown};
// Those that only a server gives which takes mail for the domain.
constexpr std::array<std::string_view, 14> of_a_living_domain = {
    "user-unknown", "mailbox-full", "mailbox-disabled", "moved",  "too-large",    "spam",     "virus",
    "content",      "blocked",      "authentication",   "policy", "rate-limited", "rejected", "syntax-error",
};

template <std::size_t size>
bool is_among(const std::array<std::string_view, size>& reasons, std::string_view reason) {
    return std::ranges::find(reasons, reason) != reasons.end();
}

void later(std::optional<std::chrono::sys_seconds>& time, std::optional<std::chrono::sys_seconds> other) {
    time = std::max(time, other); // nothing is before all
}

// What a record says of the domain.
void add_evidence(AddressSummary& address, const KeptBounce& bounce) {
    if (bounce.record.is_permanent && bounce.record.reason == host_unknown)
        later(address.unknown, bounce.last);
    else if (is_among(of_a_living_domain, bounce.record.reason))
        later(address.answered, bounce.last);
}

} // namespace

std::string_view name_of(AddressState state) {
    switch (state) {
    case AddressState::dead:
        return "dead-address";
    case AddressState::refused:
        return "refused";
    case AddressState::transient:
        break;
    }
    return "transient";
}

std::string_view name_of(DomainEvidence evidence) {
    return evidence == DomainEvidence::host_unknown ? host_unknown : "all-recipients";
}

bool AddressSummaries::add(const KeptBounce& bounce) {
    if (!current_ || current_->last.record.address != bounce.record.address) {
        if (!give())
            return false;
        current_ = AddressSummary{bounce, 1, bounce.first, {}, {}};
        add_evidence(*current_, bounce);
        return true;
    }
    const auto order = [](const KeptBounce& one) { return std::pair(one.last, one.record.is_permanent); };
    if (order(current_->last) < order(bounce))
        current_->last = bounce;
    ++current_->failures;
    current_->first = std::min(current_->first, bounce.first);
    add_evidence(*current_, bounce);
    return true;
}

void AddressSummaries::finish() {
    static_cast<void>(give());
}

bool AddressSummaries::give() {
    const auto complete = std::exchange(current_, std::nullopt);
    return !complete || take_(*complete);
}

void DomainSummaries::add(const AddressSummary& address, bool is_asked_for) {
    const BounceRecord& record = address.last.record;
    const std::string_view domain = mail::domain_of(record.address);
    if (domain.empty())
        return;
    auto place = domains_.find(domain);
    if (place == domains_.end()) {
        place = domains_.emplace(domain, Known()).first;
        place->second.summary.first = address.first;
        place->second.summary.last = address.last.last;
    }
    Known& known = place->second;
    known.summary.is_asked_for = known.summary.is_asked_for || is_asked_for;
    ++known.summary.addresses;
    known.summary.failures += address.failures;
    known.summary.first = std::min(known.summary.first, address.first);
    known.summary.last = std::max(known.summary.last, address.last.last);
    known.all_permanent = known.all_permanent && record.is_permanent;
    later(known.unknown, address.unknown);
    later(known.answered, address.answered);
}

std::optional<DomainEvidence> DomainSummaries::Known::death() const {
    if (unknown && (!answered || *answered < *unknown))
        return DomainEvidence::host_unknown;
    if (summary.addresses >= 2 && all_permanent && !answered)
        return DomainEvidence::all_recipients;
    return std::nullopt;
}

bool DomainSummaries::is_dead(std::string_view domain) const {
    const auto known = domains_.find(domain);
    return known != domains_.end() && known->second.death().has_value();
}

void DomainSummaries::each_dead(
    const std::function<void(const std::string& domain, const DomainSummary&)>& take) const {
    for (const auto& [domain, known] : domains_) {
        DomainSummary summary = known.summary;
        summary.death = known.death();
        if (summary.death)
            take(domain, summary);
    }
}

AddressState state_of(const AddressSummary& address, const DomainSummaries& domains) {
    const BounceRecord& record = address.last.record;
    if (!record.is_permanent)
        return AddressState::transient;
    return is_among(of_the_address, record.reason) || domains.is_dead(mail::domain_of(record.address))
               ? AddressState::dead
               : AddressState::refused;
}

} // namespace columbarium::desk
