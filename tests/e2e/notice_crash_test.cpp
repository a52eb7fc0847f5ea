// SPDX-License-Identifier: LGPL-2.1-or-later
// Two hosts that share a PostgreSQL take mail for people who left, from eight connections, and are killed
// again and again. COLUMBARIUM_CRASH_MESSAGES says how many messages there are (100,000 take some minutes);
// there are ten of them for each sender, and a hundred for each person.
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <regex>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "notice_relay_fixture.hpp"
#include "rig/eventually.hpp"
#include "rig/postgresql.hpp"
#include "rig/smtp_sink.hpp"

namespace columbarium::e2e {
namespace {

constexpr std::size_t connections = 8;

// What there is of whom, by the number of messages.
struct Size {
    std::size_t messages = 2'000;
    std::size_t senders = 200;
    std::size_t people = 20;
    std::size_t kills = 4;
};

Size size_of_run() {
    const char* wanted = std::getenv("COLUMBARIUM_CRASH_MESSAGES");
    if (wanted == nullptr)
        return {};
    const std::size_t messages = std::strtoull(wanted, nullptr, 10);
    return {messages, std::max<std::size_t>(messages / 10, 1), std::max<std::size_t>(messages / 100, 1), 10};
}

std::string sender(std::size_t number) {
    return fmt::format("s{:05}@d{}.example.com", number, number % 97);
}

std::string person(std::size_t number) {
    return fmt::format("p{:04}", number);
}

// A Dovecot that dies and comes back, on another port each time.
class Host {
  public:
    explicit Host(rig::DovecotOptions options) : options_(std::move(options)) { start(); }

    // SIGKILL for all its processes at once, as when the power goes; then a new one.
    void kill_and_restart() {
        const std::lock_guard guard(mutex_);
        ::kill(-server_->pid(), SIGKILL);
        server_.reset();
        start();
    }

    // Waits while it is away.
    [[nodiscard]] std::uint16_t port() const {
        const std::lock_guard guard(mutex_);
        return server_->lmtp_port();
    }

    [[nodiscard]] std::string log() const { return server_->log(); }

  private:
    void start() { server_ = std::make_unique<rig::Dovecot>(options_); }

    rig::DovecotOptions options_;
    mutable std::mutex mutex_;
    std::unique_ptr<rig::Dovecot> server_;
};

struct Letter {
    std::size_t sender = 0;
    std::size_t person = 0;
    bool is_accepted = false;
    bool is_refused = false;
    std::size_t deferrals = 0; // 4xx, or a connection that broke before the answer
};

// One attempt. True where it is over with the letter.
bool attempt(Letter& letter_, std::size_t number, std::uint16_t port) {
    const std::string from = sender(letter_.sender);
    const std::string to = person(letter_.person) + "@cam.example.org";
    try {
        rig::LmtpSession session(port);
        if (!session.mail(from).positive())
            return false;
        rig::Reply reply = session.rcpt(to);
        if (reply.positive() && session.data().code == 354)
            reply = session.send_message(letter(from, {to}, fmt::format("m{}", number)), 1).at(0);
        letter_.is_accepted = reply.code >= 200 && reply.code < 300;
        EXPECT_TRUE(!reply.permanent() || reply.enhanced == "5.1.6") << rig::to_string(reply);
        letter_.is_refused = reply.permanent();
    } catch (const std::runtime_error&) {
        return false; // the host has died: an MTA tries again
    }
    return letter_.is_accepted || letter_.is_refused;
}

class NoticeCrash : public ::testing::Test {
  protected:
    [[nodiscard]] rig::DovecotOptions host_options() {
        rig::DovecotOptions options;
        options.service = true;
        options.submission_port = sink.port();
        options.lmtp_plugins = {"lmtp_columbarium"};
        options.site_config =
            "[people]\ndomains = [\"cam.example.org\"]\n"
            "[reply]\nper_hour = 1000000\nper_domain_hour = 1000000\nper_sender_day = 1000000\n"
            "[store]\npostgresql = \"" +
            database + "\"\n";
        return options;
    }

    void put_people(std::size_t count) {
        config::StorePlace place;
        place.kind = config::StorePlace::Kind::postgresql;
        place.connection = database;
        auto store = store::Store::open(place, "");
        ASSERT_TRUE(store.has_value()) << store.error().text;
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        for (std::size_t i = 0; i < count; ++i) {
            tombstone::Person departed;
            departed.username = person(i);
            departed.tombstone_address = person(i) + "@example.net";
            departed.cancelled = tombstone::date_of(now) - std::chrono::days(30);
            const std::array writes{store::Write{&departed, {}}};
            ASSERT_TRUE((*store)->write(writes, {"test", now}).has_value());
        }
    }

    rig::SmtpSink sink;
    rig::Postgresql server;
    std::string database = server.create_database("people");
};

TEST_F(NoticeCrash, CA_16_AR_3_AR_31_EverybodyIsToldOnceAtMostAndNoMessageIsTakenInSilence) {
    const Size size = size_of_run();
    put_people(size.people);
    std::array hosts{std::make_unique<Host>(host_options()), std::make_unique<Host>(host_options())};

    std::mt19937 random(20'261'122);
    std::vector<Letter> letters(size.messages);
    for (Letter& each : letters)
        each = {random() % size.senders, random() % size.people, false, false, 0};

    std::atomic<std::size_t> next = 0;
    std::atomic<std::size_t> done = 0;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(size.kills == 10 ? 60 : 2);
    const auto is_late = [&] { return std::chrono::steady_clock::now() > deadline; };
    std::vector<std::thread> clients;
    for (std::size_t i = 0; i < connections; ++i)
        clients.emplace_back([&, i] {
            for (std::size_t at = next++; at < letters.size() && !is_late(); at = next++) {
                while (!attempt(letters[at], at, hosts[(i + letters[at].deferrals) % hosts.size()]->port()) &&
                       !is_late())
                    ++letters[at].deferrals;
                ++done;
            }
        });
    for (std::size_t kills = 1; kills <= size.kills && !is_late(); ++kills) {
        // At a random moment of each stretch of the run.
        const std::size_t moment = (kills - 1) * size.messages / (size.kills + 1) +
                                   random() % (size.messages / (size.kills + 1)) + 1;
        (void)rig::eventually(std::chrono::minutes(60), [&] { return done >= moment || is_late(); });
        hosts[random() % hosts.size()]->kill_and_restart();
    }
    for (std::thread& client : clients)
        client.join();
    ASSERT_EQ(done, letters.size()) << "not all was delivered in time\n" << hosts[0]->log();

    // Who was told of whom, by what came out, and which letter that answered.
    std::map<std::pair<std::string, std::string>, std::size_t> told;
    std::set<std::string> answered;
    const std::regex old_address("p[0-9]{4}@cam\\.example\\.org");
    for (const rig::SentMessage& reply : sink.messages()) {
        EXPECT_EQ(reply.from.address, "");
        ASSERT_EQ(reply.to.size(), 1U);
        std::smatch found;
        const std::string body = reply.body();
        ASSERT_TRUE(std::regex_search(body, found, old_address)) << reply.text;
        ++told[{reply.to[0].address, found.str()}];
        answered.insert(reply.header("In-Reply-To"));
    }
    std::size_t accepted = 0;
    std::size_t deferred = 0;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        EXPECT_TRUE(letters[i].is_accepted != letters[i].is_refused) << i;
        deferred += letters[i].deferrals;
        if (!letters[i].is_accepted)
            continue;
        ++accepted;
        EXPECT_TRUE(answered.contains(fmt::format("<m{}@example.com>", i)))
            << "letter " << i << " was taken, and its sender was told nothing";
    }
    std::size_t pairs = 0;
    for (const auto& [pair, count] : told) {
        EXPECT_LE(count, 1U) << pair.first << " was told of " << pair.second << " again";
        pairs += count != 0 ? 1 : 0;
    }
    EXPECT_GT(accepted, size.messages / 50);
    std::cout << letters.size() << " messages, " << accepted << " answered, " << letters.size() - accepted
              << " refused, " << deferred << " attempts deferred or cut off, " << pairs << " pairs told, "
              << size.kills << " hosts killed\n";
}

} // namespace
} // namespace columbarium::e2e
