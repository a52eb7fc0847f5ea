// SPDX-License-Identifier: LGPL-2.1-or-later
// What columbarium-milter costs an MTA: mail through a Postfix that asks it, and through others that ask a
// filter that does nothing, turn by turn: one that is told and answers everything ("null"), and one that
// negotiates what columbarium-milter does ("quiet null"), which is what our own work is seen against. Of the
// throughput of "null" at least 0.9 is wanted: a ratio of 1.11 at most.
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "paired.hpp"
#include "rig/directory.hpp"
#include "rig/lmtp.hpp"
#include "rig/postfix.hpp"
#include "rig/process.hpp"
#include "rig/smtp_sink.hpp"
#include "rig/socket.hpp"
#include "store/store.hpp"

namespace {

using namespace columbarium;

constexpr std::size_t people = 10'000; // every tenth has departed
constexpr std::size_t messages = 200;  // of one run
constexpr std::size_t clients = 4;
constexpr int rounds = 15;

// A filter's process.
class Filter {
  public:
    Filter(std::vector<std::string> command, const rig::Account& account, std::uint16_t port) {
        rig::Launch launch;
        launch.command = std::move(command);
        launch.account = account;
        pid_ = rig::launch(launch);
        const bool listens = rig::eventually(rig::default_deadline, [port] {
            try {
                const rig::Connection connection("a filter", port);
                return true;
            } catch (const std::runtime_error&) {
                return false; // not yet
            }
        });
        if (!listens)
            throw std::runtime_error("a filter does not start");
    }
    Filter(const Filter&) = delete;
    Filter& operator=(const Filter&) = delete;
    ~Filter() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

  private:
    pid_t pid_ = -1;
};

std::string username_of(std::size_t number) {
    return fmt::format("p{}", number % people);
}

// Who has departed, and who has not.
std::size_t departed(std::size_t number) {
    return number * 10 % people;
}
std::size_t living(std::size_t number) {
    return number % 10 == 0 ? number + 1 : number;
}

template <class Value>
Value value_or_throw(Expected<Value> expected) {
    if (!expected)
        throw std::runtime_error(expected.error().text);
    return *std::move(expected);
}

class Site {
  public:
    Site() {
        folder_.make_directory("store");
        const std::uint16_t null_port = rig::listen_on_loopback().port;
        const std::uint16_t quiet_port = rig::listen_on_loopback().port;
        const std::uint16_t our_port = rig::listen_on_loopback().port;
        folder_.write("columbarium.toml",
                      fmt::format("[people]\ndomains = [\"cam.example.org\"]\n[store]\nsqlite = \"{}\"\n"
                                  "[submission]\nport = {}\n[milter]\nsocket = \"inet:{}@127.0.0.1\"\n"
                                  "[reply]\nper_hour = 1000000\nper_domain_hour = 1000000\n",
                                  path("store/store.sqlite"), sink_.port(), our_port));
        put_people();
        null_filter_ = std::make_unique<Filter>(
            std::vector<std::string>{COLUMBARIUM_NULL_MILTER, fmt::format("inet:{}@127.0.0.1", null_port)},
            account_, null_port);
        quiet_filter_ = std::make_unique<Filter>(
            std::vector<std::string>{COLUMBARIUM_NULL_MILTER, fmt::format("inet:{}@127.0.0.1", quiet_port),
                                     "quiet"},
            account_, quiet_port);
        our_filter_ = std::make_unique<Filter>(
            std::vector<std::string>{COLUMBARIUM_MILTER, "--config", path("columbarium.toml")}, account_,
            our_port);
        start(null_, null_port);
        start(quiet_, quiet_port);
        start(ours_, our_port);
    }

    // One run: all messages through one of the MTAs, by several clients. recipient(number) is who gets one.
    void send(const rig::Postfix& mta, const std::function<std::string(std::size_t)>& recipient) {
        std::vector<std::thread> threads;
        const std::size_t first = sent_;
        sent_ += messages;
        for (std::size_t client = 0; client < clients; ++client)
            threads.emplace_back([&, client] {
                rig::Connection session("Postfix", mta.port());
                (void)rig::read_reply(session);
                const auto say = [&session](const std::string& line) {
                    session.write(line + "\r\n");
                    return rig::read_reply(session).code;
                };
                say("EHLO client.example.com");
                for (std::size_t number = first + client; number < first + messages; number += clients)
                    send_one(say, number, recipient(number));
            });
        for (std::thread& thread : threads)
            thread.join();
        sink_.clear();
    }

    const rig::Postfix& null() const { return null_; }
    const rig::Postfix& quiet() const { return quiet_; }
    const rig::Postfix& ours() const { return ours_; }

  private:
    template <class Say>
    static void send_one(const Say& say, std::size_t number, const std::string& to) {
        const std::string from = fmt::format("writer{}@example.com", number);
        if (say("MAIL FROM:<" + from + ">") != 250 || say("RCPT TO:<" + to + ">") != 250 ||
            say("DATA") != 354 ||
            say(fmt::format("From: Wendy Writer <{}>\r\nTo: {}\r\nSubject: Lunch\r\n"
                            "Message-ID: <{}@example.com>\r\n\r\n{}.",
                            from, to, number, text_)) != 250)
            throw std::runtime_error("Postfix does not take a message to " + to);
    }

    void put_people() {
        config::StorePlace place;
        place.path = path("store/store.sqlite");
        const auto store = value_or_throw(store::Store::open(place, ""));
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        std::vector<tombstone::Person> all(people);
        std::vector<store::Write> writes;
        for (std::size_t i = 0; i < people; ++i) {
            all[i].username = username_of(i);
            all[i].full_name = fmt::format("Person {}", i);
            all[i].forwarding_address = all[i].username + "@example.net";
            all[i].tombstone_address = all[i].username + "@example.com";
            if (i % 10 == 0)
                all[i].cancelled = tombstone::date_of(now) - std::chrono::days(100);
            writes.push_back({&all[i], {}});
        }
        (void)value_or_throw(store->write(writes, {"bench", now}));
    }

    void start(rig::Postfix& mta, std::uint16_t filter) {
        mta.start({fmt::format("relay_domains = cam.example.org example.org\n"
                               "smtpd_milters = inet:127.0.0.1:{}\n"
                               "milter_default_action = tempfail\n"
                               "smtpd_client_connection_count_limit = 0\n"
                               "smtpd_recipient_restrictions = reject_unauth_destination\n",
                               filter),
                   sink_.port()});
    }

    [[nodiscard]] std::string path(const char* name) const { return (folder_.path() / name).string(); }

    static inline const std::string text_ = [] {
        std::string text;
        for (int i = 0; i < 60; ++i)
            text += "A line of a message of usual size, which says nothing of importance.\r\n";
        return text;
    }();

    rig::Account account_ = rig::server_account();
    rig::TemporaryDirectory folder_{account_};
    rig::SmtpSink sink_;
    std::unique_ptr<Filter> null_filter_;
    std::unique_ptr<Filter> quiet_filter_;
    std::unique_ptr<Filter> our_filter_;
    rig::Postfix null_;
    rig::Postfix quiet_;
    rig::Postfix ours_;
    std::size_t sent_ = 0;
};

void measure(benchmark::State& state, const std::function<std::string(std::size_t)>& recipient) {
    if (const std::string obstacle = rig::Postfix::obstacle(); !obstacle.empty()) {
        state.SkipWithError(obstacle.c_str());
        return;
    }
    Site site;
    bench::compare(state,
                   {{"null", [&] { site.send(site.null(), recipient); }},
                    {"quiet null", [&] { site.send(site.quiet(), recipient); }},
                    {"columbarium", [&] { site.send(site.ours(), recipient); }}},
                   rounds);
}

std::string other_domain(std::size_t number) {
    return username_of(number) + "@example.org";
}

// Rewritten to another address.
std::string forwarded(std::size_t number) {
    return username_of(living(number)) + "@cam.example.org";
}

// As a site sees it: one of twenty is for somebody who has departed, and is answered; one of ten for others.
std::string mixed(std::size_t number) {
    if (number % 20 == 0)
        return username_of(departed(number / 20)) + "@cam.example.org";
    return number % 10 == 5 ? other_domain(number) : forwarded(number);
}

void mail_to_other_domains(benchmark::State& state) {
    measure(state, other_domain);
}
void mail_that_is_forwarded(benchmark::State& state) {
    measure(state, forwarded);
}
void mail_as_it_comes(benchmark::State& state) {
    measure(state, mixed);
}

BENCHMARK(mail_to_other_domains)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(mail_that_is_forwarded)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(mail_as_it_comes)->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace
