// SPDX-License-Identifier: LGPL-2.1-or-later
// What a claim costs beside 10,000,000 others, on both databases: claims that are granted, repeated ones,
// confirmations; and claims while another process forgets 1,000,000 that are over. Microseconds at the
// median, at the 99th percentile, and the longest of all.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rig/directory.hpp"
#include "rig/postgresql.hpp"
#include "store/backend.hpp"
#include "store/expiry_pace.hpp"
#include "store/store.hpp"

namespace {

using namespace columbarium;
using config::StorePlace;
using Clock = std::chrono::steady_clock;

constexpr std::size_t pairs = 10'000'000;
constexpr std::size_t expiring = 1'000'000;
constexpr std::size_t senders_of_one = 1'000; // of each person
constexpr std::size_t count = 20'000;         // claims that are measured
constexpr long long now = 1'800'000'000;
constexpr long long week = 7 * 86'400;

template <class T>
T valued(Expected<T> result) {
    if (!result)
        throw std::runtime_error(result.error().text);
    return std::move(*result);
}

std::string person(std::size_t number) {
    return fmt::format("u{:05}", number % (pairs / senders_of_one));
}

reply::Claim claim_for(std::string sender, std::string who) {
    constexpr std::size_t plenty = 1'000'000'000;
    const std::chrono::sys_seconds time{std::chrono::seconds(now)};
    return {
        std::move(sender), {std::move(who)}, time, time + std::chrono::seconds(week), plenty, plenty, plenty};
}

struct Bed {
    rig::TemporaryDirectory folder{rig::server_account()};
    std::unique_ptr<rig::Postgresql> server;
    StorePlace place;

    explicit Bed(StorePlace::Kind kind) {
        place.kind = kind;
        place.path = (folder.path() / "store.sqlite").string();
        if (kind == StorePlace::Kind::postgresql) {
            server = std::make_unique<rig::Postgresql>();
            place.connection = server->create_database("bench");
        }
        valued(store::Store::open(place, ""));
        fill();
    }

    [[nodiscard]] std::unique_ptr<store::Store> open() const { return valued(store::Store::open(place, "")); }

  private:
    // Past the store: pairs whose senders, and whose times, are in no order. One in ten is over already.
    void fill() const {
        const bool is_sqlite = place.kind == StorePlace::Kind::sqlite;
        const auto backend =
            is_sqlite ? store::make_sqlite(place.path, {}) : store::make_postgresql(place.connection, "", {});
        soci::session session;
        backend->connect(session);
        const std::string numbers =
            is_sqlite ? fmt::format("WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE "
                                    "i + 1 < {}) ",
                                    pairs)
                      : "";
        const std::string source =
            is_sqlite ? "n" : fmt::format("generate_series(0::bigint, {}::bigint) AS n(i)", pairs - 1);
        const auto digits = [&](int width, const std::string& number) {
            return is_sqlite ? fmt::format("printf('%0{}d', {})", width, number)
                             : fmt::format("lpad(({})::text, {}, '0')", number, width);
        };
        // A bijection: the multiplier is odd, and no multiple of 5.
        const auto mixed = fmt::format("((i * 2654435761) % {})", pairs);
        if (!is_sqlite)
            session << "SET statement_timeout = 0";
        session << "DROP INDEX suppression_expires"; // as the schema has it; made anew below
        session << "BEGIN";
        session << fmt::format(
            "{}INSERT INTO suppression (person, sender, expires, is_pending) SELECT 'u' || {}, 'sender' || "
            "{} "
            "|| '@example.net', CASE WHEN {} < {} THEN {} + {} % 1000 ELSE {} + 1 + {} % {} END, 0 FROM {}",
            numbers, digits(5, fmt::format("i / {}", senders_of_one)), digits(8, mixed), mixed, expiring,
            now - 1'000, mixed, now, mixed, week, source);
        session << "COMMIT";
        session << "CREATE INDEX suppression_expires ON suppression (expires)";
        if (!is_sqlite)
            session << "VACUUM ANALYZE suppression";
    }
};

class Times {
  public:
    template <class Call>
    auto measure(Call&& call) {
        const auto begun = Clock::now();
        auto result = call();
        all_.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begun).count());
        return result;
    }

    void print(const std::string& what) {
        std::ranges::sort(all_);
        std::cout << fmt::format("{:<58} {:>8} {:>9.1f} {:>9.1f} {:>11.1f}\n", what, all_.size(),
                                 all_[all_.size() / 2], all_[all_.size() * 99 / 100], all_.back())
                  << std::flush;
    }

  private:
    std::vector<double> all_;
};

void require(bool is_right) {
    if (!is_right)
        throw std::runtime_error("a claim went wrong");
}

void measure_claims(const std::string& name, store::Store& store) {
    std::mt19937_64 random(1);
    const auto sender = [](std::size_t i) { return fmt::format("new{}@example{}.com", i, i % 97); };
    Times granted;
    Times repeated;
    Times confirmed;
    for (std::size_t i = 0; i < count; ++i) {
        const auto claim = claim_for(sender(i), person(random()));
        const auto first = valued(granted.measure([&] { return store.claim(claim); }));
        require(first.states[0] == reply::ClaimState::granted);
        require(
            confirmed.measure([&] { return store.settle(claim, reply::Settlement::confirm); }).has_value());
        const auto again = valued(repeated.measure([&] { return store.claim(claim); }));
        require(again.states[0] == reply::ClaimState::told);
    }
    granted.print(name + ": claim, granted");
    confirmed.print(name + ": confirm");
    repeated.print(name + ": claim, told already");
}

// As the service does, but with hardly a pause: what it does in many minutes goes on all the time.
std::size_t forget(const Bed& bed, const std::atomic<bool>& is_over, Times& turns) {
    const auto store = bed.open();
    store::ExpiryPace pace;
    std::size_t forgotten = 0;
    while (!is_over) {
        const std::size_t most = pace.most();
        const auto begun = Clock::now();
        const std::size_t some = valued(turns.measure([&] {
            return store->forget_expired(std::chrono::sys_seconds(std::chrono::seconds(now)), most);
        }));
        const auto took = Clock::now() - begun;
        static_cast<void>(pace.pause_after(some, took));
        forgotten += some;
        if (some < most)
            break;
        std::this_thread::sleep_for(took);
    }
    return forgotten;
}

void measure_expiry(const std::string& name, const Bed& bed, store::Store& store) {
    std::mt19937_64 random(2);
    std::atomic<bool> is_over = false;
    std::atomic<bool> is_done = false;
    std::size_t forgotten = 0;
    std::string fault;
    Times turns;
    const auto begun = Clock::now();
    std::thread forgetting([&] {
        try {
            forgotten = forget(bed, is_over, turns);
        } catch (const std::exception& error) {
            fault = error.what();
        }
        is_done = true;
    });
    Times claims;
    try {
        for (std::size_t i = 0; !is_done; ++i) {
            const auto claim = claim_for(fmt::format("late{}@example{}.com", i, i % 97), person(random()));
            require(valued(claims.measure([&] { return store.claim(claim); })).states[0] ==
                    reply::ClaimState::granted);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    } catch (...) {
        is_over = true;
        forgetting.join();
        throw;
    }
    forgetting.join();
    if (!fault.empty())
        throw std::runtime_error(fault);
    const auto seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    claims.print(name + ": claim while others expire");
    turns.print(name + ": a turn of the expiry");
    std::cout << fmt::format("{}: {} claims expired in {:.0f} s\n", name, forgotten, seconds);
}

void run(const std::string& name, StorePlace::Kind kind) {
    const auto begun = Clock::now();
    const Bed bed(kind);
    std::cout << fmt::format("{}: {} pairs were made in {:.0f} s\n", name, pairs,
                             std::chrono::duration<double>(Clock::now() - begun).count());
    std::cout << fmt::format("{:<58} {:>8} {:>9} {:>9} {:>11}\n", "", "calls", "median us", "99 % us",
                             "longest us");
    const auto store = bed.open();
    measure_claims(name, *store);
    measure_expiry(name, bed, *store);
}

} // namespace

// Arguments: sqlite, postgresql; none: both.
int main(int argument_count, char** arguments) {
    const std::vector<std::string> wanted(arguments + 1, arguments + argument_count);
    const std::pair<const char*, StorePlace::Kind> kinds[] = {{"sqlite", StorePlace::Kind::sqlite},
                                                              {"postgresql", StorePlace::Kind::postgresql}};
    try {
        for (const auto& [name, kind] : kinds)
            if (wanted.empty() || std::ranges::find(wanted, name) != wanted.end())
                run(name, kind);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
