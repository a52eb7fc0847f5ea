// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store/claim_statements.hpp"

#include "store/inner.hpp"
#include "store/statements.hpp"

namespace columbarium::store {

namespace {

constexpr std::chrono::seconds hour = std::chrono::hours(1);
constexpr std::chrono::seconds day = std::chrono::days(1);

long long seconds_of(std::chrono::sys_seconds time) {
    return time.time_since_epoch().count();
}

} // namespace

ClaimStatements::ClaimStatements(soci::session& session)
    : take_(session), look_(session), confirm_(session), release_(session), count_(session),
      count_back_(session) {
    const auto use_pair = [this](soci::statement& statement) {
        statement.exchange(soci::use(sender_, "sender"));
        statement.exchange(soci::use(person_, "person"));
    };
    const auto use_counter = [this](soci::statement& statement) {
        statement.exchange(soci::use(ends_, "ends"));
        statement.exchange(soci::use(scope_, "scope"));
        statement.exchange(soci::use(name_, "name"));
    };

    use_pair(take_);
    take_.exchange(soci::use(until_, "until"));
    take_.exchange(soci::use(now_, "now"));
    take_.exchange(soci::use(latest_, "latest"));
    prepare(take_, "INSERT INTO suppression (person, sender, expires, is_pending) VALUES (:person, :sender, "
                   ":until, 1) ON CONFLICT (person, sender) DO UPDATE SET expires = excluded.expires, "
                   "is_pending = 1 WHERE suppression.expires <= :now OR suppression.expires > :latest");

    look_.exchange(soci::into(is_pending_));
    use_pair(look_);
    prepare(look_, "SELECT is_pending FROM suppression WHERE person = :person AND sender = :sender");

    use_pair(confirm_);
    confirm_.exchange(soci::use(until_, "until"));
    prepare(confirm_, "UPDATE suppression SET is_pending = 0 WHERE person = :person AND sender = :sender "
                      "AND expires = :until AND is_pending <> 0");

    use_pair(release_);
    release_.exchange(soci::use(until_, "until"));
    prepare(release_, "DELETE FROM suppression WHERE person = :person AND sender = :sender "
                      "AND expires = :until AND is_pending <> 0");

    use_counter(count_);
    count_.exchange(soci::use(cap_, "cap"));
    prepare(count_, "INSERT INTO reply_counter (ends, scope, name, replies) VALUES (:ends, :scope, :name, 1) "
                    "ON CONFLICT (ends, scope, name) DO UPDATE SET replies = reply_counter.replies + 1 "
                    "WHERE reply_counter.replies < :cap");

    use_counter(count_back_);
    prepare(count_back_, "UPDATE reply_counter SET replies = replies - 1 WHERE ends = :ends "
                         "AND scope = :scope AND name = :name AND replies > 0");
}

void ClaimStatements::start(const reply::Claim& claim, Claimant claimant) {
    claim_ = &claim;
    claimant_ = claimant;
    sender_ = claim.sender;
    now_ = seconds_of(claim.now);
    until_ = seconds_of(claim.until);
    latest_ = seconds_of(claim.now + longest_claim);
}

reply::ClaimState ClaimStatements::take(const std::string& person) {
    person_ = person;
    take_.execute(true);
    if (take_.get_affected_rows() == 1)
        return reply::ClaimState::granted;
    // What was in the way is locked now, and stays.
    const bool is_there = look_.execute(true);
    const bool is_told = is_there && is_pending_ == 0;
    while (is_there && look_.fetch()) {
    }
    return is_told ? reply::ClaimState::told : reply::ClaimState::pending;
}

void ClaimStatements::confirm(const std::string& person) {
    person_ = person;
    confirm_.execute(true);
}

bool ClaimStatements::release(const std::string& person) {
    person_ = person;
    release_.execute(true);
    return release_.get_affected_rows() > 0;
}

// In the same order everywhere, the one that all claims share last: it is locked until the commit.
template <class Take>
void ClaimStatements::each_counter(Take&& take) {
    const auto give = [&](const char* scope, std::string_view name, std::chrono::seconds period,
                          std::size_t cap) {
        scope_ = scope;
        name_ = name;
        ends_ = end_of_period(claim_->now, period);
        cap_ = static_cast<long long>(cap);
        return take();
    };
    const bool is_free = claimant_ == Claimant::site ||
                         give("per_user_hour", claim_->people.front(), hour, user_claims_per_hour);
    static_cast<void>(is_free && give("per_sender_day", claim_->sender, day, claim_->per_sender_day) &&
                      give("per_domain_hour", domain_of(claim_->sender), hour, claim_->per_domain_hour) &&
                      give("per_hour", "", hour, claim_->per_hour));
}

std::string ClaimStatements::count() {
    std::string cap;
    each_counter([&] {
        if (cap_ > 0)
            count_.execute(true);
        if (cap_ <= 0 || count_.get_affected_rows() != 1)
            cap = scope_;
        return cap.empty();
    });
    return cap;
}

void ClaimStatements::count_back() {
    each_counter([&] {
        count_back_.execute(true);
        return true;
    });
}

} // namespace columbarium::store
