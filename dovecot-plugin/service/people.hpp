// SPDX-License-Identifier: LGPL-2.1-or-later
// The site's people, and what desks of triage keep, out of the store. It is opened at the first question: a
// site that has neither has no store.
//
// The service answers one after the other: while it waits for the store, nobody is answered. So it waits for
// locks for a fifth of a second at most, and does not ask a store that has failed again for a while: all who
// ask meanwhile get that failure at once. The longer the failure took (a server that does not answer), the
// longer is that while, so that most of the service's time is left for others.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/expected.hpp"
#include "config/site_config.hpp"
#include "reply/claim.hpp"
#include "settings.hpp"
#include "store/store.hpp"
#include "tombstone/lifecycle.hpp"
#include "tombstone/person.hpp"
#include "tombstone/resolve.hpp"

namespace columbarium::service {

class People {
  public:
    static constexpr std::chrono::milliseconds lock_wait{200};
    static constexpr std::chrono::seconds shortest_pause{1};
    static constexpr std::chrono::seconds longest_pause{60};
    static constexpr int pause_factor = 10; // of the time that the failure took

    explicit People(const Settings& settings);
    People(const People&) = delete; // owns the store
    People& operator=(const People&) = delete;
    ~People();

    [[nodiscard]] const config::SiteConfig& site() const { return site_; }
    [[nodiscard]] const config::PeoplePolicy& policy() const { return site_.people; }
    [[nodiscard]] bool are_configured() const { return !policy().domains.empty(); }

    // What is wrong with columbarium.toml; "" for nothing. Then site() is worth nothing.
    [[nodiscard]] const std::string& site_error() const { return site_error_; }

    // Why the store could not be asked the last time; "" where it could, or was not asked.
    [[nodiscard]] const std::string& trouble() const;

    // The day, as the lifecycle counts.
    [[nodiscard]] static tombstone::Date today();

    // The person of a folded username, nothing where there is none. Temporary failure: the store, or
    // columbarium.toml, fails. Permanent failure: the site has no people.
    [[nodiscard]] Expected<std::optional<tombstone::Person>> find(std::string_view username);

    // What becomes of mail to an address today; nothing where it is nobody's of the site. Failures as those
    // of find().
    [[nodiscard]] Expected<std::optional<tombstone::Resolution>> resolve(std::string_view address);

    // Keeps what somebody has changed. False where he has been changed by others since he was found.
    [[nodiscard]] Expected<bool> keep(const tombstone::Step& step, const std::string& who);

    // A permanent failure where the site has no people.
    [[nodiscard]] Expected<void> check_configured() const;

    // As those of the store, see store/store.hpp. A permanent failure is about what is asked. Desks claim and
    // count also where the site has no people.
    [[nodiscard]] Expected<reply::ClaimOutcome> claim(const reply::Claim& claim, store::Claimant claimant);
    [[nodiscard]] Expected<void> settle(const reply::Claim& granted, reply::Settlement settlement,
                                        store::Claimant claimant);
    [[nodiscard]] Expected<std::string> count_forward(std::string_view user, const std::string& channel,
                                                      const store::ForwardLimits& limits);
    [[nodiscard]] Expected<void> give_back_forward(std::string_view user, const std::string& channel);
    // Logs what is not recorded, once an hour for each user.
    [[nodiscard]] Expected<bool> record_bounces(std::string_view user,
                                                std::span<const desk::BounceRecord> records);
    // Claims, counters and bounces. Nothing to forget, while nobody has asked for anything yet: it opens no
    // store.
    [[nodiscard]] Expected<std::size_t> forget_expired(std::size_t most);

  private:
    using Clock = std::chrono::steady_clock;

    // A failure, and until when it is the answer.
    struct Failure {
        std::string text; // "" for none
        Clock::time_point until;

        [[nodiscard]] bool is_fresh() const { return !text.empty() && Clock::now() < until; }
    };

    [[nodiscard]] Expected<store::Store*> open();
    template <class Call>
    [[nodiscard]] auto on_store(Failure& failure, Call&& call)
        -> decltype(call(std::declval<store::Store&>()));
    tl::unexpected<Error> failed(Failure& failure, const Error& error, Clock::time_point begun);
    void succeeded(Failure& failure);
    void warn_of_dropped(std::string_view user);

    config::SiteConfig site_;
    std::string site_error_;
    std::unique_ptr<store::Store> store_;
    Failure opening_;
    Failure reading_;
    Failure writing_;  // of its own: while somebody else writes, all can be read
    Failure claiming_; // and counting
    Failure recording_;
    Failure forgetting_;
    std::map<std::string, Clock::time_point, std::less<>> warned_of_; // users of bounces that were dropped
};

} // namespace columbarium::service
