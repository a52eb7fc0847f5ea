// SPDX-License-Identifier: LGPL-2.1-or-later
// The store: people, the history of their changes, who was answered when, and what bounces said of addresses.
// SQL through SOCI; SQLite for one machine, PostgreSQL for several. The schema is made and brought up to date
// when it is opened.
//
// A failure of the database is temporary, and its text says what failed, on which store, and what to do:
// locked by another process, read-only, disk full, no permission, no connection, damaged, of a newer version
// than this program knows. What can never be done is a permanent one: a path of SQLite that is not absolute,
// texts that are not UTF-8 or hold a NUL, and what the functions below name. After a failure all is as it was
// before the call, unless its text says that this is not known: the connection was lost while a change was
// being committed. A connection that was lost is made anew at the next call. Not thread-safe: one store a
// thread.
//
// SQLite does what files beside the store's tell it. A program that runs as root opens no store in the folder
// of another user before it has become that user, as tools/store_owner.hpp does.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "config/store_place.hpp"
#include "desk/bounce_record.hpp"
#include "reply/claim.hpp"
#include "tombstone/date.hpp"
#include "tombstone/lifecycle.hpp"
#include "tombstone/person.hpp"

namespace columbarium::store {

// The version of the schema that this program writes.
inline constexpr int schema_version = 3;

// A line of the history.
struct HistoryEntry {
    std::chrono::sys_seconds when;
    std::string who; // "sync", "metadata", the name of who typed the command
    std::string username;
    tombstone::Change change;
};

// Who makes a change, and when.
struct Author {
    std::string who;
    std::chrono::sys_seconds when;
};

// One person to be written, and why.
struct Write {
    const tombstone::Person* person =
        nullptr; // revision 0: must not be in the store; else: must have it there
    std::span<const tombstone::Change> changes;
};

// What write() did.
struct Written {
    std::size_t people = 0;
    std::vector<std::string> outdated; // usernames that somebody else has changed meanwhile: nothing of
                                       // theirs was written
};

struct Waiting {
    std::chrono::milliseconds lock{5'000}; // for others' locks, and for a server's answer to a connection
};

// How long a claim may hold at most.
inline constexpr std::chrono::days longest_claim{366};

// Whose processes claim the right to reply.
enum class Claimant {
    site, // those who deliver everybody's mail
    user, // his own: they claim for him only, and he may run any program
};
// How many claims of his own a user may have in an hour; the site's caps are everybody's.
inline constexpr std::size_t user_claims_per_hour = 20;

// How many forwards may go out in an hour, by UTC; 0: none at all.
struct ForwardLimits {
    std::size_t per_channel = 0; // of one user through one channel
    std::size_t in_all = 0;      // of one user
};

// How many records of bounces one user's desk may add in an hour and in a day, and all desks together in an
// hour: anybody can write reports to a desk, and they are kept for a long time.
inline constexpr std::size_t bounces_per_hour = 2'000;
inline constexpr std::size_t bounces_per_day = 20'000;
inline constexpr std::size_t site_bounces_per_hour = 20'000;

// The right to be the only one who runs a sync, until it goes. It goes before its store does.
class RunLock {
  public:
    explicit RunLock(std::function<void()> give_back) : give_back_(std::move(give_back)) {}
    RunLock(RunLock&& other) noexcept : give_back_(std::exchange(other.give_back_, nullptr)) {}
    RunLock& operator=(RunLock&&) = delete;
    ~RunLock() {
        if (give_back_)
            give_back_();
    }

  private:
    std::function<void()> give_back_;
};

class Store {
  public:
    // Opens it; makes it (SQLite: the file with mode 0600 and the folder's owner where root does it) and
    // brings its schema up to date where that is needed, in one transaction, while others wait. `password`:
    // of PostgreSQL, "" for none.
    [[nodiscard]] static Expected<std::unique_ptr<Store>>
    open(const config::StorePlace& place, const std::string& password, Waiting waiting = {});
    Store(const Store&) = delete; // owns the connection
    Store& operator=(const Store&) = delete;
    ~Store();

    // People. `username` is a folded one.
    [[nodiscard]] Expected<std::optional<tombstone::Person>> find(std::string_view username);

    // All people, by username in the order of octets, out of one snapshot; stops where `take` returns false.
    // Others can write meanwhile. Holds a bounded number of people in memory. `take` must not call the store.
    [[nodiscard]] Expected<void> each(const std::function<bool(const tombstone::Person&)>& take);

    // Takes the right to run a sync, without waiting: a temporary failure, "another sync is running", where
    // somebody has it, on this host or (PostgreSQL) on another. Held by a file beside the store's that stays
    // there, or by the session of PostgreSQL: a connection that is lost has lost it.
    [[nodiscard]] Expected<RunLock> lock_run();

    // Writes people and the history of it in one transaction: all that are not outdated, or nothing. Each
    // one's revision goes up by one. `run`: marks the day of a sync (last_run()) in the same transaction;
    // fails where lock_run() has been called and the lock was lost. `progress` is called now and then with
    // the number of people written; it must not call the store.
    [[nodiscard]] Expected<Written> write(std::span<const Write> writes, const Author& author,
                                          std::optional<tombstone::Date> run = {},
                                          const std::function<void(std::size_t)>& progress = {});

    // Gives the person `from` another username, with his history and the claims for him, and writes what is
    // to be kept of him: `renamed`, with the new username and the revision that is in the store. False, and
    // nothing is written, where somebody else has changed him meanwhile. Fails (permanently) where `from` is
    // not there or the new username is there already.
    [[nodiscard]] Expected<bool> rename(std::string_view from, const tombstone::Person& renamed,
                                        std::span<const tombstone::Change> changes, const Author& author);

    // A person's history, the newest first, at most `most` entries; a bounded number of them in memory.
    [[nodiscard]] Expected<void> history(std::string_view username, std::size_t most,
                                         const std::function<void(const HistoryEntry&)>& take);

    // The day of the last sync.
    [[nodiscard]] Expected<std::optional<tombstone::Date>> last_run();

    // People of whom something waits to be written back: an address that differs from what the feed said
    // last, or the mail attribute; after `after` by username, at most `most`.
    [[nodiscard]] Expected<std::vector<tombstone::Person>> due_to_be_written_back(std::string_view after,
                                                                                  std::size_t most);

    // Suppression of automatic replies: one table for everybody, shared by all hosts, see reply/claim.hpp.
    // Senders and people are kept as they are given, octet by octet; each at most 1,000 octets.
    //
    // Claims the right to answer a sender for people, before the reply is sent: in one transaction for all of
    // them, and counted as one reply. Granted is what nobody has claimed, or whose time is over; it is
    // pending until it is settled, or until `until`. A claim that ends later than longest_claim after `now`
    // was made by a clock that was wrong, and counts as over. Where something would be granted and a cap of
    // the claim is reached, nothing is claimed, and what would have been granted is pending. The claims of a
    // user have one cap more: user_claims_per_hour for their (first) person, by the name "per_user_hour".
    //
    // A permanent failure: no people, one that is named twice, `until` later than longest_claim after `now`.
    // After a failure for which the connection was lost, the claim may have been taken: it is not repeated
    // here, and who repeats it may be told that it is pending.
    [[nodiscard]] Expected<reply::ClaimOutcome> claim(const reply::Claim& claim,
                                                      Claimant claimant = Claimant::site);
    // Says what became of claims that claim() has granted: those of these people that are pending and end at
    // the same `until`; of others nothing. To release gives the reply back to the counters of the caps: of
    // the hour and the day of `now`, which has to be that of the claim.
    [[nodiscard]] Expected<void> settle(const reply::Claim& granted, reply::Settlement settlement,
                                        Claimant claimant = Claimant::site);
    // Forgets claims whose time is over (of those that a wrong clock has made, none: the wrong clock may be
    // this one) and counters of hours and days that are over for a day (where this clock is ahead, those of
    // other hosts are kept), at most `most` of both together; returns how many. To be repeated while it
    // returns `most`: each call is short. Does not wait for who claims.
    [[nodiscard]] Expected<std::size_t> forget_expired(std::chrono::sys_seconds now, std::size_t most);

    // Desks of triage, each known by the login name of its user: a text of at most 1,000 octets.
    //
    // Counts a forward of a user through a channel (its name; ASCII case is ignored) in the hour that `now`
    // lies in: "". Or counts nothing, and returns the key of the limit that is reached, as
    // desk/forward_count.hpp has it.
    [[nodiscard]] Expected<std::string> count_forward(std::string_view user, std::string_view channel,
                                                      const ForwardLimits& limits,
                                                      std::chrono::sys_seconds now);
    // Takes a forward back that was counted and has not gone out, from the numbers of the hour that `now`
    // lies in; never below none.
    [[nodiscard]] Expected<void> give_back_forward(std::string_view user, std::string_view channel,
                                                   std::chrono::sys_seconds now);
    // Keeps what a report says, all of it or nothing; records that are there already are brought up to date,
    // except by a report that is older. One that was last reported more than a day after `now` was written by
    // a clock that was wrong: it is replaced.
    // False, and nothing is kept, where the user would have added more than bounces_per_hour or
    // bounces_per_day, or the site more than site_bounces_per_hour. Permanent failures: texts that cannot be
    // kept.
    [[nodiscard]] Expected<bool> record_bounces(std::string_view user,
                                                std::span<const desk::BounceRecord> records,
                                                std::chrono::sys_seconds now);
    // All records of addresses in a domain (in its folded form; "" for all), those of one address one after
    // the other, out of one snapshot; stops where `take` returns false. Addresses come in the order of their
    // octets. Holds a bounded number of records in memory. `take` must not call the store.
    [[nodiscard]] Expected<void> for_each_bounce(std::string_view domain,
                                                 const std::function<bool(const desk::KeptBounce&)>& take);
    // Forgets records that were reported before `before` the last time, at most `most`; returns how many.
    // Otherwise as forget_expired().
    [[nodiscard]] Expected<std::size_t> forget_bounces(std::chrono::sys_seconds before, std::size_t most);

  private:
    class Private;
    explicit Store(std::unique_ptr<Private> inner);
    std::unique_ptr<Private> inner_;
};

} // namespace columbarium::store
