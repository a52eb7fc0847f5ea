// SPDX-License-Identifier: LGPL-2.1-or-later
// What a look-up of a person costs an MTA: a question to the service, whose store has a million people. The
// median of one client that asks again and again, and how many look-ups four clients get in a second.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "rig/dovecot.hpp"
#include "store/store.hpp"
#include "wire/client.hpp"

namespace {

using namespace columbarium;
using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::duration<double, std::micro>;

constexpr std::size_t people = 1'000'000;
constexpr std::size_t written_at_once = 50'000;
constexpr std::size_t rounds = 50'000;
constexpr std::size_t clients = 4;
constexpr std::chrono::seconds time_of_clients{5};

const char* const site = "[people]\ndomains = [\"cam.example.org\"]\n"
                         "[store]\nsqlite = \"@directory@/store/people.sqlite\"\n";

std::string username_of(std::size_t number) {
    return fmt::format("p{}", number);
}

template <class Value>
Value value_or_throw(Expected<Value> expected) {
    if (!expected)
        throw std::runtime_error(expected.error().text);
    return *std::move(expected);
}

// A server whose service knows people: one of three has departed.
class PeopleServer {
  public:
    PeopleServer() : dovecot_(options()) {
        dovecot_.write_file("store/made", "");
        config::StorePlace place;
        place.path = (dovecot_.directory() / "store/people.sqlite").string();
        const auto store = value_or_throw(store::Store::open(place, ""));
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        for (std::size_t begin = 0; begin < people; begin += written_at_once) {
            std::vector<tombstone::Person> some(written_at_once);
            std::vector<store::Write> writes;
            for (std::size_t at = 0; at < written_at_once; ++at) {
                tombstone::Person& person = some[at];
                person.username = username_of(begin + at);
                person.full_name = fmt::format("Person {}", begin + at);
                person.affiliation = "Department of Physics";
                person.forwarding_address = person.username + "@hermes.example.org";
                person.tombstone_address = person.username + "@example.com";
                if ((begin + at) % 3 == 0)
                    person.cancelled = tombstone::date_of(now) - std::chrono::days(100);
                writes.push_back({&person, {}});
            }
            (void)value_or_throw(store->write(writes, {"bench", now}));
        }
    }

    [[nodiscard]] std::string socket() const {
        return (dovecot_.directory() / "run/columbarium-people").string();
    }

  private:
    static rig::DovecotOptions options() {
        rig::DovecotOptions options;
        options.service = true;
        options.site_config = site;
        return options;
    }

    rig::Dovecot dovecot_;
};

const PeopleServer& server() {
    static const PeopleServer instance;
    return instance;
}

void look_up(wire::Client& client, const std::string& map, std::size_t number) {
    const auto reply = value_or_throw(
        client.ask({map, username_of(number) + "@cam.example.org"}, Clock::now() + std::chrono::seconds(5)));
    const bool departed = number % 3 == 0;
    const auto expected =
        departed && map == "forwarding" ? wire::ReplyStatus::not_found : wire::ReplyStatus::ok;
    if (reply.status != expected)
        throw std::runtime_error("wrong answer about " + username_of(number) + ": " + reply.text);
}

double percentile(std::vector<double>& times, double part) {
    const auto at = times.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(times.size() - 1));
    std::nth_element(times.begin(), at, times.end());
    return *at;
}

void one_client(benchmark::State& state) {
    wire::Client client(server().socket());
    std::mt19937 random(1);
    std::uniform_int_distribution<std::size_t> anybody(0, people - 1);
    for ([[maybe_unused]] auto iteration : state) {
        for (const char* map : {"forwarding", "resolve"}) {
            std::vector<double> times;
            for (std::size_t round = 0; round < rounds; ++round) {
                const std::size_t number = anybody(random);
                const auto begun = Clock::now();
                look_up(client, map, number);
                times.push_back(Microseconds(Clock::now() - begun).count());
            }
            state.counters[std::string(map) + " median us"] = percentile(times, 0.5);
            state.counters[std::string(map) + " 99% us"] = percentile(times, 0.99);
        }
    }
}

void four_clients(benchmark::State& state) {
    const std::string socket = server().socket();
    for ([[maybe_unused]] auto iteration : state) {
        std::atomic<std::size_t> answered{0};
        std::atomic<bool> failed{false};
        const auto end = Clock::now() + time_of_clients;
        std::vector<std::thread> threads;
        for (std::size_t number = 0; number < clients; ++number)
            threads.emplace_back([&, number] {
                try {
                    wire::Client client(socket);
                    std::mt19937 random(static_cast<unsigned>(number));
                    std::uniform_int_distribution<std::size_t> anybody(0, people - 1);
                    std::size_t count = 0;
                    for (; Clock::now() < end; ++count)
                        look_up(client, "forwarding", anybody(random));
                    answered += count;
                } catch (const std::exception&) {
                    failed = true;
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        if (failed)
            throw std::runtime_error("a client got no right answer");
        state.counters["look-ups a second"] =
            static_cast<double>(answered) / std::chrono::duration<double>(time_of_clients).count();
    }
}

BENCHMARK(one_client)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(four_clients)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace
