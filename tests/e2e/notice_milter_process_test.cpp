// SPDX-License-Identifier: LGPL-2.1-or-later
// The milter as a process: its socket, how it starts, and how it ends.
#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notice_milter_fixture.hpp"
#include "reply/claim.hpp"
#include "rig/eventually.hpp"
#include "rig/socket.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace fs = std::filesystem;

constexpr const char* scripts = COLUMBARIUM_SOURCE_DIR "/tests/e2e/milter/";
constexpr int configuration_status = 78; // EX_CONFIG, which the unit does not start again after

// An SMTP server that says nothing to the end of the data until it is told to.
class SlowServer {
  public:
    SlowServer() : thread_([this] { serve(); }) {}
    ~SlowServer() {
        answer();
        ::shutdown(listener_.descriptor.get(), SHUT_RDWR);
        thread_.join();
    }

    [[nodiscard]] std::uint16_t port() const { return listener_.port; }
    // It has all of a mail.
    [[nodiscard]] bool has_mail() const { return has_mail_; }
    void answer() { may_answer_ = true; }

  private:
    void serve() {
        rig::Descriptor client(::accept4(listener_.descriptor.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!client.is_open())
            return;
        rig::Connection connection("the milter", std::move(client));
        try {
            connection.write("220 slow\r\n");
            bool is_data = false;
            while (const auto line = connection.next_line()) {
                if (is_data && *line != ".")
                    continue;
                if (is_data) {
                    has_mail_ = true;
                    static_cast<void>(
                        rig::eventually(rig::default_deadline, [this] { return may_answer_.load(); }));
                }
                const bool begins_data = !is_data && *line == "DATA";
                is_data = begins_data;
                connection.write(begins_data ? "354 go\r\n" : "250 ok\r\n");
            }
        } catch (const std::exception&) {
            // The milter has gone: the test sees that.
        }
    }

    rig::Listener listener_ = rig::listen_on_loopback();
    std::atomic<bool> has_mail_ = false;
    std::atomic<bool> may_answer_ = false;
    std::thread thread_;
};

class NoticeMilterProcess : public NoticeMilterTest {
  protected:
    void SetUp() override { put_everybody(); }

    ~NoticeMilterProcess() override {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }

    [[nodiscard]] std::string file() const { return path("milter").string(); }
    [[nodiscard]] std::string unix_socket() const { return "unix:" + file(); }

    // With a UNIX socket in the test's folder.
    void write_configuration(std::uint16_t submission_port) const {
        folder().write("columbarium.toml", "[people]\ndomains = [\"cam.example.org\"]\n"
                                           "account_domain = \"hermes.example.org\"\naccounts = \"list:" +
                                               path("accounts").string() + "\"\n[store]\nsqlite = \"" +
                                               path("store/store.sqlite").string() +
                                               "\"\n[submission]\nport = " + std::to_string(submission_port) +
                                               "\n[milter]\nsocket = \"" + unix_socket() + "\"\n");
    }

    [[nodiscard]] pid_t launch() const {
        const rig::Descriptor errors(
            ::open(path("log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
        rig::Launch milter;
        milter.command = {COLUMBARIUM_MILTER, "--config", path("columbarium.toml")};
        milter.directory = folder().path();
        milter.account = rig::server_account();
        milter.standard_error = errors.get();
        return rig::launch(milter);
    }

    // Returns when it listens.
    void start_process() {
        fs::remove(path("log"));
        pid_ = launch();
        ASSERT_TRUE(rig::eventually(rig::default_deadline, [&] {
            return log().find("listens on") != std::string::npos;
        })) << log();
    }

    // The exit status; 128 + the number of the signal that has ended it; -1 where it goes on.
    int end_of_process(rig::Milliseconds deadline = rig::default_deadline) {
        int status = 0;
        if (!rig::eventually(deadline, [&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; }))
            return -1;
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    // Plays one message to somebody who has left, to its end: the filter has to discard it.
    [[nodiscard]] rig::RunResult play_message() const {
        const std::string text = rig::read_file(std::string(scripts) + "talk.lua") +
                                 rig::read_file(std::string(scripts) + "no_macros.lua");
        folder().write("script.lua", text);
        return rig::run({"miltertest", "-s", path("script.lua").string(), "-D", "socket=" + unix_socket()});
    }

    pid_t pid_ = -1;
};

TEST_F(NoticeMilterProcess, HasASocketForItsGroupAndForNobodyElse) {
    write_configuration(sink.port());
    start_process();
    struct stat status {};
    ASSERT_EQ(::stat(file().c_str(), &status), 0);
    EXPECT_TRUE(S_ISSOCK(status.st_mode));
    EXPECT_EQ(status.st_mode & 07777U, 0660U);
    EXPECT_EQ(play_message().status, 0) << log();
    EXPECT_THAT(sink.messages(), SizeIs(1));
}

TEST_F(NoticeMilterProcess, TakesTheSocketOfAProcessThatWasKilled) {
    write_configuration(sink.port());
    start_process();
    ASSERT_EQ(::kill(pid_, SIGKILL), 0);
    ASSERT_EQ(end_of_process(), 128 + SIGKILL);
    ASSERT_TRUE(fs::exists(file()));
    start_process();
    EXPECT_EQ(play_message().status, 0) << log();
}

TEST_F(NoticeMilterProcess, DoesNotTakeTheSocketOfAProcessThatListens) {
    write_configuration(sink.port());
    start_process();
    const rig::RunResult second = run({});
    EXPECT_EQ(second.status, 1);
    EXPECT_THAT(second.errors, AllOf(HasSubstr(unix_socket()), HasSubstr("another process listens there")));
    EXPECT_EQ(play_message().status, 0) << "the first one goes on\n" << log();
}

TEST_F(NoticeMilterProcess, IsNotStartedAgainWithAConfigurationThatIsWrong) {
    configure("on_error = \"explode\"\n");
    EXPECT_EQ(run({}).status, configuration_status);
    EXPECT_EQ(run({"--check"}).status, configuration_status);
}

TEST_F(NoticeMilterProcess, TellsNoPrioritiesToWhoeverIsNotTheJournal) {
    write_configuration(sink.port());
    start_process();
    EXPECT_THAT(log(), ::testing::StartsWith("version "));
}

TEST_F(NoticeMilterProcess, CA_16_SettlesAReplyThatIsOnItsWayAndAnswersBeforeItEnds) {
    SlowServer server;
    write_configuration(server.port());
    start_process();
    rig::RunResult played;
    std::thread mta([&] { played = play_message(); });
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] { return server.has_mail(); })) << log();
    ::kill(pid_, SIGTERM);
    // libmilter has come to its end.
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] { return !fs::exists(file()); }));
    EXPECT_EQ(end_of_process(rig::Milliseconds(500)), -1) << "it waits for the reply";
    server.answer();
    mta.join();
    EXPECT_EQ(played.status, 0) << to_string(played);
    EXPECT_EQ(end_of_process(), 0) << log();

    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto outcome = people().claim(reply::claim_of(writer, {"departed"}, now, {}));
    ASSERT_TRUE(outcome) << outcome.error().text;
    EXPECT_THAT(outcome->states, ElementsAre(reply::ClaimState::told));
}

} // namespace
} // namespace columbarium::e2e
