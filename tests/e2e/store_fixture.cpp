// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store_fixture.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <stdexcept>

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig/account.hpp"
#include "rig/process.hpp"

namespace columbarium::e2e {

namespace {

std::unique_ptr<rig::Postgresql> running_server;
int writing_to_test = -1; // in a child

void become_server_account() {
    const rig::Account account = rig::server_account();
    if (geteuid() == 0 &&
        (setgroups(0, nullptr) != 0 || setgid(account.gid) != 0 || setuid(account.uid) != 0))
        throw std::runtime_error("cannot become " + account.user);
}

} // namespace

std::chrono::sys_seconds at(long long seconds) {
    return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

tombstone::Date day(const char* text) {
    const auto date = tombstone::read_date(text);
    if (!date)
        throw std::logic_error("no date");
    return *date;
}

store::Author author(std::string_view who) {
    return {std::string(who), at(1'700'000'000)};
}

tombstone::Person full_person(const std::string& username) {
    tombstone::Person person;
    person.username = username;
    person.id = "id-" + username;
    person.full_name = "Zoë \"Z\" O'Brien; 孔";
    person.affiliation = "Médecine, 1:2";
    person.forwarding_address = username + "@hermes.example.org";
    person.tombstone_address = username + "@elsewhere.example.net";
    person.cancelled = day("2026-11-22");
    person.is_new = true;
    person.is_account_missing = true;
    person.hold = tombstone::Hold::present;
    person.listed_forwarding_address = "listed-" + username + "@hermes.example.org";
    person.listed_tombstone_address = "listed-" + username + "@elsewhere.example.net";
    person.written_forwarding_address = ""; // not the same as none
    person.is_mail_attribute_due = true;
    person.disclosure = config::Disclosure::nothing; // not the same as none
    person.listed_disclosure = config::Disclosure::address_and_name;
    return person;
}

tombstone::Person plain_person(const std::string& username) {
    tombstone::Person person;
    person.username = username;
    return person;
}

reply::Claim claim_for(const std::string& sender, std::vector<std::string> people, long long now,
                       long long until) {
    constexpr std::size_t plenty = 1'000'000;
    return {sender, std::move(people), at(now), at(until), plenty, plenty, plenty};
}

std::string numbered(std::size_t number) {
    const std::string digits = std::to_string(number);
    return "user" + std::string(6 - std::min<std::size_t>(digits.size(), 6), '0') + digits;
}

std::vector<std::string> write(store::Store& store, const std::vector<tombstone::Person>& people,
                               tombstone::ChangeKind kind, const store::Author& by) {
    const std::vector<tombstone::Change> changes = {{kind, "before", "after", "because"}};
    std::vector<store::Write> writes;
    for (const tombstone::Person& person : people)
        writes.push_back({&person, changes});
    const auto written = store.write(writes, by);
    if (!written) {
        ADD_FAILURE() << written.error().text;
        return {};
    }
    EXPECT_EQ(written->people + written->outdated.size(), people.size());
    return written->outdated;
}

std::vector<std::string> usernames(store::Store& store) {
    std::vector<std::string> names;
    const auto done = store.each([&](const tombstone::Person& person) {
        names.push_back(person.username);
        return true;
    });
    EXPECT_TRUE(done) << done.error().text;
    return names;
}

std::vector<store::HistoryEntry> history(store::Store& store, std::string_view username) {
    std::vector<store::HistoryEntry> entries;
    const auto done =
        store.history(username, 100'000, [&](const store::HistoryEntry& entry) { entries.push_back(entry); });
    EXPECT_TRUE(done) << done.error().text;
    return entries;
}

Child::Child(const std::function<std::string()>& body, bool as_server) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        writing_to_test = ends[1];
        try {
            if (as_server)
                become_server_account();
            say(body());
        } catch (const std::exception& error) {
            say(std::string("exception: ") + error.what());
        }
        _exit(0);
    }
    close(ends[1]);
    reading_ = ends[0];
}

Child::~Child() {
    kill();
    close(reading_);
}

void Child::kill() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
}

void Child::read_more() {
    std::array<char, 4096> block{};
    const ssize_t count = read(reading_, block.data(), block.size());
    if (count <= 0)
        throw std::runtime_error("the child has ended");
    output_.append(block.data(), static_cast<std::size_t>(count));
}

void Child::wait_for_output(std::size_t octets) {
    while (output_.size() < octets)
        read_more();
}

std::string Child::result() {
    try {
        while (true)
            read_more();
    } catch (const std::runtime_error&) {
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? output_ : output_ + " (ended by a signal)";
}

void Child::say(std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(writing_to_test, text.data(), text.size());
        if (count <= 0)
            _exit(1);
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

StoreTest::StoreTest() : folder_(rig::server_account()) {
    place_.kind = GetParam();
    if (is_sqlite()) {
        place_.path = (folder_.path() / "store.sqlite").string();
        return;
    }
    static std::atomic<int> count = 0;
    database_ = "store" + std::to_string(++count);
    place_.connection = server().create_database(database_);
}

void StoreTest::TearDownTestSuite() {
    running_server.reset();
}

rig::Postgresql& StoreTest::server() {
    if (!running_server)
        running_server = std::make_unique<rig::Postgresql>();
    return *running_server;
}

std::unique_ptr<store::Store> StoreTest::open(store::Waiting waiting) const {
    auto opened = store::Store::open(place_, "", waiting);
    if (!opened)
        throw std::runtime_error(opened.error().text);
    return std::move(*opened);
}

std::string StoreTest::open_fault(store::Waiting waiting) const {
    const auto opened = store::Store::open(place_, "", waiting);
    return opened ? "" : opened.error().text;
}

std::string StoreTest::run_sql(const std::string& sql) const {
    if (!is_sqlite())
        return server().run_sql(database_, sql);
    const auto result = rig::run({"sqlite3", "-batch", path(), sql});
    if (result.status != 0)
        throw std::runtime_error(rig::to_string(result));
    return result.output;
}

std::string name_of(const ::testing::TestParamInfo<Kind>& kind) {
    return kind.param == Kind::sqlite ? "Sqlite" : "Postgresql";
}

} // namespace columbarium::e2e
