// SPDX-License-Identifier: LGPL-2.1-or-later
// What a look-up of presence costs a delivery process: a question to the
// service, which knows 10,000 people, and its answer read. The medians and 99th
// percentiles of both ways to ask stand side by side.
#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "presence/presence_value.hpp"
#include "presence_server.hpp"
#include "wire/client.hpp"

namespace {

using namespace columbarium;
using Microseconds = std::chrono::duration<double, std::micro>;

constexpr int rounds = 20'000;
constexpr std::size_t people = 10'000;

void look_up(wire::Client& client, const std::string& jid) {
    const auto reply = client.ask({"presence", jid}, wire::Clock::now() + std::chrono::seconds(5));
    if (!reply || reply->status != wire::ReplyStatus::ok)
        throw std::runtime_error("no presence of " + jid);
    const auto presence = presence::from_value(reply->text);
    if (!presence || presence->knowledge != presence::Knowledge::available)
        throw std::runtime_error("not available: " + jid);
    benchmark::DoNotOptimize(presence->show);
}

double percentile(std::vector<double>& times, double part) {
    const auto at = times.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(times.size() - 1));
    std::nth_element(times.begin(), at, times.end());
    return *at;
}

void presence_look_up(benchmark::State& state) {
    const bench::PresenceServer server(people);
    std::mt19937 random(1);
    std::uniform_int_distribution<std::size_t> anybody(0, people - 1);
    wire::Client kept(server.socket());
    // As a delivery asks that asks once, and as one that asks again.
    const std::vector<std::pair<std::string, std::function<void(const std::string&)>>> ways = {
        {"new connection",
         [&](const std::string& jid) {
             wire::Client client(server.socket());
             look_up(client, jid);
         }},
        {"kept connection", [&](const std::string& jid) { look_up(kept, jid); }},
    };
    for ([[maybe_unused]] auto iteration : state) {
        std::vector<std::vector<double>> times(ways.size());
        for (int round = 0; round < rounds; ++round) {
            for (std::size_t way = 0; way < ways.size(); ++way) {
                const std::string jid = fmt::format("person-{}@example.com", anybody(random));
                const auto begun = std::chrono::steady_clock::now();
                ways[way].second(jid);
                times[way].push_back(Microseconds(std::chrono::steady_clock::now() - begun).count());
            }
        }
        for (std::size_t way = 0; way < ways.size(); ++way) {
            state.counters[ways[way].first + " median us"] = percentile(times[way], 0.5);
            state.counters[ways[way].first + " 99% us"] = percentile(times[way], 0.99);
        }
    }
}

BENCHMARK(presence_look_up)->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace
