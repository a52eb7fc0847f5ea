// SPDX-License-Identifier: LGPL-2.1-or-later
#include "notice_milter_fixture.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <iostream>
#include <stdexcept>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig/eventually.hpp"
#include "rig/socket.hpp"

namespace columbarium::e2e {

namespace {

namespace fs = std::filesystem;

// libmilter takes no socket from us, so that somebody else may take the port in between.
constexpr int attempts = 5;

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

} // namespace

NoticeMilterTest::NoticeMilterTest() {
    folder_.make_directory("store");
}

// An orderly end takes libmilter five seconds.
NoticeMilterTest::~NoticeMilterTest() {
    stop(SIGKILL);
    if (HasFailure())
        std::cerr << log();
}

void NoticeMilterTest::configure(const std::string& milter, const std::string& tables) {
    milter_ = milter;
    tables_ = tables;
    folder_.write("columbarium.toml", "[people]\n"
                                      "domains = [\"cam.example.org\"]\n"
                                      "account_domain = \"hermes.example.org\"\n"
                                      "accounts = \"list:" +
                                          path("accounts").string() +
                                          "\"\n"
                                          "subaddress_delimiters = \"+\"\n"
                                          "[store]\nsqlite = \"" +
                                          path("store/store.sqlite").string() +
                                          "\"\n"
                                          "[submission]\nhost = \"127.0.0.1\"\nport = " +
                                          std::to_string(sink.port()) +
                                          "\nseconds = 5\n"
                                          "[milter]\nsocket = \"" +
                                          socket() + "\"\n" + milter_ + tables_);
}

void NoticeMilterTest::start() {
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const std::uint16_t port = rig::listen_on_loopback().port; // and nobody listens there any more
        if (start_on(port))
            return;
    }
    throw std::runtime_error("the milter does not start:\n" + log());
}

bool NoticeMilterTest::start_on(std::uint16_t port) {
    port_ = port;
    configure(milter_, tables_);
    const rig::Descriptor errors(
        ::open(path("log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    rig::Launch milter;
    milter.command = {COLUMBARIUM_MILTER, "--config", path("columbarium.toml")};
    milter.environment = environment;
    milter.directory = folder_.path();
    milter.account = account_;
    milter.standard_error = errors.get();
    pid_ = rig::launch(milter);
    bool has_ended = false;
    const bool settled = rig::eventually(rig::default_deadline, [&] {
        has_ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
        return has_ended || log().find("listens on " + socket()) != std::string::npos;
    });
    if (has_ended)
        pid_ = -1;
    else if (!settled)
        stop();
    return settled && !has_ended;
}

void NoticeMilterTest::stop(int signal) {
    if (pid_ < 0)
        return;
    ::kill(pid_, signal);
    int status = 0;
    if (!rig::eventually(rig::default_deadline, [&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; })) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, &status, 0);
        ADD_FAILURE() << "the milter does not end";
    }
    pid_ = -1;
    if (signal == SIGTERM) {
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "the milter ended with " << status;
    }
}

rig::RunResult NoticeMilterTest::run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), COLUMBARIUM_MILTER);
    arguments.insert(arguments.end(), {"--config", path("columbarium.toml")});
    return rig::run(arguments, {.directory = folder_.path(), .account = account_});
}

std::string NoticeMilterTest::socket() const {
    return "inet:" + std::to_string(port_) + "@127.0.0.1";
}

std::string NoticeMilterTest::log() const {
    return fs::exists(path("log")) ? rig::read_file(path("log")) : std::string();
}

store::Store& NoticeMilterTest::people() {
    if (people_ == nullptr) {
        config::StorePlace place;
        place.path = path("store/store.sqlite");
        auto opened = store::Store::open(place, "");
        if (!opened)
            throw std::runtime_error(opened.error().text);
        people_ = std::move(*opened);
    }
    return *people_;
}

tombstone::Person NoticeMilterTest::somebody(const std::string& username,
                                             const std::string& forwarding_address,
                                             const std::string& tombstone_address, bool has_departed) {
    tombstone::Person person;
    person.username = username;
    person.full_name = "Dr " + username;
    person.forwarding_address = forwarding_address;
    person.tombstone_address = tombstone_address;
    if (has_departed)
        person.cancelled = tombstone::date_of(now() - std::chrono::days(10));
    return person;
}

void NoticeMilterTest::put(tombstone::Person person) {
    const std::array writes{store::Write{&person, {}}};
    const auto written = people().write(writes, {"a test", now()});
    if (!written)
        throw std::runtime_error(written.error().text);
    ASSERT_THAT(written->outdated, testing::IsEmpty());
}

void NoticeMilterTest::put_everybody() {
    put(somebody("present", "present@hermes.example.org", ""));
    put(somebody("traveller", "traveller@example.net", ""));
    put(somebody("departed", "", "departed@example.com", true));
    put(somebody("gone", "", "gone@example.com", true));
    put(somebody("silent", "", "", true));
    tombstone::Person is_new = somebody("newcomer", "", "");
    is_new.is_new = true;
    put(is_new);
    put(somebody("closed", "", ""));
    tombstone::Person discreet_one = somebody("private", "", "private@example.com", true);
    discreet_one.disclosure = config::Disclosure::nothing;
    put(discreet_one);
}

// A folder in its place: nobody can open that as a file, root neither.
void NoticeMilterTest::take_store_away() {
    people_.reset();
    fs::rename(path("store"), path("away"));
}

void NoticeMilterTest::bring_store_back() {
    fs::rename(path("away"), path("store"));
}

void NoticeMilterTest::change_store(const std::string& sql) const {
    const rig::RunResult changed = rig::run({"sqlite3", "-batch", path("store/store.sqlite"), sql});
    ASSERT_EQ(changed.status, 0) << to_string(changed);
}

std::vector<rig::SentMessage> NoticeMilterTest::sent_to(const std::string& recipient, std::size_t count) {
    std::vector<rig::SentMessage> found = sink.wait_for(count);
    std::erase_if(found, [&](const rig::SentMessage& message) {
        return std::none_of(message.to.begin(), message.to.end(),
                            [&](const rig::EnvelopeAddress& to) { return to.address == recipient; });
    });
    return found;
}

} // namespace columbarium::e2e
