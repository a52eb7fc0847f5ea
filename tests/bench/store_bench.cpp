// SPDX-License-Identifier: LGPL-2.1-or-later
// What the store costs with a million people, on both databases: the first write of all, a sync's write of
// one in a hundred, reading all, looking one up, and claiming the right to answer beside a million claims.
// Counters: microseconds at the median and the 99th percentile, people a second, the most memory in MB.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>

#include <benchmark/benchmark.h>

#include "rig/directory.hpp"
#include "rig/postgresql.hpp"
#include "store/store.hpp"

namespace {

using namespace columbarium;
using Clock = std::chrono::steady_clock;
using config::StorePlace;

constexpr std::size_t people_count = 1'000'000;
constexpr std::size_t part = 50'000; // people in memory at a time while all are written

template <class T>
T valued(Expected<T> result) {
    if (!result)
        throw std::runtime_error(result.error().text);
    return std::move(*result);
}

std::chrono::sys_seconds at(long long seconds) {
    return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

std::string username(std::size_t number) {
    const std::string digits = std::to_string(number);
    return "user" + std::string(7 - digits.size(), '0') + digits;
}

tombstone::Person person(std::size_t number) {
    tombstone::Person made;
    made.username = username(number);
    made.id = std::to_string(number * 7);
    made.full_name = "Person Number " + std::to_string(number);
    made.affiliation = "Department of Columns and Rows";
    made.forwarding_address = made.username + "@hermes.example.org";
    made.listed_forwarding_address = made.forwarding_address;
    return made;
}

// One of the two, made at the first use.
struct Bed {
    rig::TemporaryDirectory folder{rig::server_account()};
    std::unique_ptr<rig::Postgresql> server;
    std::unique_ptr<store::Store> store;

    explicit Bed(StorePlace::Kind kind) {
        StorePlace place;
        place.kind = kind;
        place.path = (folder.path() / "store.sqlite").string();
        if (kind == StorePlace::Kind::postgresql) {
            server = std::make_unique<rig::Postgresql>();
            place.connection = server->create_database("bench");
        }
        store = valued(store::Store::open(place, ""));
    }
};

std::unique_ptr<Bed> beds[2];

store::Store& store_of(StorePlace::Kind kind) {
    std::unique_ptr<Bed>& bed = beds[kind == StorePlace::Kind::sqlite ? 0 : 1];
    if (!bed)
        bed = std::make_unique<Bed>(kind);
    return *bed->store;
}

double most_megabytes() {
    struct rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Runs it for each number and counts the microseconds of each.
template <class Call>
void measure_each(benchmark::State& state, Call&& call) {
    std::vector<double> times;
    std::mt19937_64 random(1);
    for (auto unused : state) {
        static_cast<void>(unused);
        const std::size_t number = random() % people_count;
        const auto start = Clock::now();
        call(number);
        times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    }
    std::sort(times.begin(), times.end());
    state.counters["median_us"] = times[times.size() / 2];
    state.counters["p99_us"] = times[times.size() * 99 / 100];
}

void write_people(store::Store& store, const std::vector<tombstone::Person>& people) {
    const std::vector<tombstone::Change> changes = {
        {tombstone::ChangeKind::created, "", "", "in the feed for the first time"}};
    std::vector<store::Write> writes;
    for (const tombstone::Person& one : people)
        writes.push_back({&one, changes});
    const auto written = valued(store.write(writes, {"bench", at(1)}));
    if (written.people != people.size())
        throw std::runtime_error("people are outdated");
}

void write_all(benchmark::State& state, StorePlace::Kind kind) {
    store::Store& store = store_of(kind);
    for (auto unused : state) {
        static_cast<void>(unused);
        for (std::size_t from = 0; from < people_count; from += part) {
            std::vector<tombstone::Person> people;
            for (std::size_t i = from; i < from + part; ++i)
                people.push_back(person(i));
            write_people(store, people);
        }
    }
    state.SetItemsProcessed(people_count);
    state.counters["most_MB"] = most_megabytes();
}

void write_one_in_a_hundred(benchmark::State& state, StorePlace::Kind kind) {
    store::Store& store = store_of(kind);
    for (auto unused : state) {
        static_cast<void>(unused);
        state.PauseTiming();
        std::vector<tombstone::Person> people;
        for (std::size_t i = 0; i < people_count; i += 100)
            people.push_back(valued(store.find(username(i))).value());
        for (tombstone::Person& one : people)
            one.full_name += "!";
        state.ResumeTiming();
        write_people(store, people);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(people_count / 100) * state.iterations());
}

void read_all(benchmark::State& state, StorePlace::Kind kind) {
    store::Store& store = store_of(kind);
    for (auto unused : state) {
        static_cast<void>(unused);
        std::size_t count = 0;
        auto done = store.each([&](const tombstone::Person&) { return ++count > 0; });
        if (!done || count != people_count)
            throw std::runtime_error("people are missing");
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(people_count) * state.iterations());
    state.counters["most_MB"] = most_megabytes();
}

void find(benchmark::State& state, StorePlace::Kind kind) {
    store::Store& store = store_of(kind);
    measure_each(state, [&](std::size_t number) {
        if (!valued(store.find(username(number))))
            throw std::runtime_error("nobody is there");
    });
}

void claim_reply(benchmark::State& state, StorePlace::Kind kind) {
    store::Store& store = store_of(kind);
    constexpr std::size_t plenty = 1'000'000'000;
    // Whether it was granted.
    const auto claim = [&](std::size_t number, const std::string& who) {
        const std::string sender = username(number) + "@example.net";
        return valued(store.claim({sender, {who}, at(1), at(1'000), plenty, plenty, plenty})).states[0] ==
               reply::ClaimState::granted;
    };
    // Once: a million others.
    if (claim(0, "abc1"))
        for (std::size_t i = 1; i < people_count; ++i)
            static_cast<void>(claim(i, "abc1"));
    std::size_t count = 0;
    measure_each(state, [&](std::size_t number) { // taken, and free
        const std::string who = ++count % 2 == 0 ? "abc1" : "free" + std::to_string(count);
        if (claim(number, who) != (count % 2 == 1))
            throw std::runtime_error("a claim went wrong");
    });
}

} // namespace

int main(int count, char** values) {
    const std::pair<const char*, StorePlace::Kind> kinds[] = {{"sqlite", StorePlace::Kind::sqlite},
                                                              {"postgresql", StorePlace::Kind::postgresql}};
    for (const auto& [name, kind] : kinds) {
        const auto add = [name = std::string(name), kind = kind](const std::string& what, auto function) {
            return benchmark::RegisterBenchmark((name + "/" + what).c_str(), function, kind);
        };
        add("write_all", write_all)->Iterations(1)->Unit(benchmark::kMillisecond);
        add("write_one_in_a_hundred", write_one_in_a_hundred)->Iterations(3)->Unit(benchmark::kMillisecond);
        add("read_all", read_all)->Iterations(2)->Unit(benchmark::kMillisecond);
        add("find", find)->Iterations(20'000)->Unit(benchmark::kMicrosecond);
        add("claim", claim_reply)->Iterations(20'000)->Unit(benchmark::kMicrosecond);
    }
    benchmark::Initialize(&count, values);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    for (std::unique_ptr<Bed>& bed : beds)
        bed.reset();
}
