// SPDX-License-Identifier: LGPL-2.1-or-later
// The service as a process of Dovecot's: how it ends, and what outlives it.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <optional>
#include <sstream>

#include <sys/stat.h>

#include <gmock/gmock.h>

#include "notify/notification.hpp"
#include "rig/xmpp_component_server.hpp"
#include "service_fixture.hpp"
#include "wire/client.hpp"

namespace columbarium::e2e {
namespace {

using rig::eventually;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using wire::ReplyStatus;

constexpr int reload_count = 3;

class ServiceProcess : public ServiceTest {
  protected:
    // Puts notifications into a queue that nobody empties.
    void queue(int count) {
        for (int i = 0; i < count; ++i) {
            const wire::Reply reply = ask("notify", notification_value("n" + std::to_string(i)));
            EXPECT_EQ(reply.status, ReplyStatus::ok) << reply.text;
            EXPECT_EQ(reply.text, "queued");
        }
    }

    // The service's process, when it has a session and has seen that its only client has gone.
    pid_t idle_process() {
        std::optional<rig::Connection> connection(connect());
        nlohmann::json value;
        EXPECT_TRUE(eventually(rig::default_deadline, [&] {
            connection->write(wire::encode(wire::Request{"service", "status"}));
            value = nlohmann::json::parse(next_reply(*connection).text);
            return value.at("xmpp").at("connected") == true;
        }));
        const pid_t pid = value.at("pid");
        const auto descriptors = [pid] {
            const std::filesystem::directory_iterator files("/proc/" + std::to_string(pid) + "/fd");
            return std::distance(begin(files), end(files));
        };
        const auto before = descriptors();
        connection.reset();
        EXPECT_TRUE(eventually(rig::default_deadline, [&] { return descriptors() < before; }));
        return pid;
    }

    // The status as soon as another process gives it. In between Dovecot makes the socket anew.
    nlohmann::json status_of_the_next(pid_t pid) {
        nlohmann::json value;
        EXPECT_TRUE(eventually(rig::default_deadline, [&] {
            wire::Client client(socket_path());
            const auto reply = client.ask({"service", "status"}, wire::Clock::now() + rig::default_deadline);
            value = nlohmann::json::parse(reply ? reply->text : "", nullptr, false);
            return value.is_object() && value.at("pid") != pid;
        }));
        return value;
    }
};

TEST_F(ServiceProcess, NeedsNoSymbolThatNobodyHas) {
    EXPECT_TRUE(status().is_object());
    const auto linked = server().run({"ldd", "-r", server().layout().modules.service});
    EXPECT_EQ(linked.status, 0) << to_string(linked);
    EXPECT_THAT(linked.output, HasSubstr("libdovecot.so"));
    EXPECT_THAT(linked.output + linked.errors,
                AllOf(Not(HasSubstr("not found")), Not(HasSubstr("undefined symbol"))));
}

TEST_F(ServiceProcess, GoesAtAReloadThoughAClientIsConnected) {
    rig::Connection connection = connect();
    connection.write(wire::encode(wire::Request{"service", "status"}));
    EXPECT_EQ(next_reply(connection).status, ReplyStatus::ok);
    const pid_t first = status().at("pid");
    reload();
    EXPECT_EQ(connection.next_line(), std::nullopt);
    EXPECT_TRUE(eventually(rig::default_deadline, [&] { return !runs(first); }));
    static_cast<void>(status_of_the_next(first));
    EXPECT_THAT(processes(), SizeIs(1));
}

TEST_F(ServiceProcess, HasTheNewConfigurationAfterAReload) {
    const pid_t first = status().at("pid");
    EXPECT_FALSE(status().at("xmpp").at("configured"));
    use_component(closed_port());
    server().write_file("columbarium.toml", rig::with_directory(options.site_config, server().directory()));
    reload();
    EXPECT_TRUE(status_of_the_next(first).at("xmpp").at("configured"));
}

TEST_F(ServiceProcess, AnswersWhatWasAskedBeforeItGoes) {
    use_component(closed_port());
    const pid_t first = status().at("pid");
    // The process does not run while these come, and ends when it runs again.
    ASSERT_EQ(::kill(first, SIGSTOP), 0);
    rig::Connection connection = connect();
    connection.write(wire::encode(wire::Request{"notify", notification_value("n1")}));
    ASSERT_EQ(::kill(first, SIGTERM), 0);
    ASSERT_EQ(::kill(first, SIGCONT), 0);
    // It is accepted by this process, or by the next one.
    EXPECT_EQ(next_reply(connection).text, "queued");
    EXPECT_EQ(status_of_the_next(first).at("queue").at("waiting"), 1);
}

TEST_F(ServiceProcess, LetsDovecotStopAtOnceThoughAClientIsConnected) {
    use_component(closed_port());
    rig::Connection connection = connect();
    connection.write(wire::encode(wire::Request{"service", "status"}));
    EXPECT_EQ(next_reply(connection).status, ReplyStatus::ok);
    const auto begin = std::chrono::steady_clock::now();
    server().stop();
    // Dovecot waits for five seconds for a process that does not go.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
    EXPECT_THAT(dovecot().log(), Not(HasSubstr("did not end")));
}

TEST_F(ServiceProcess, HandsItsQueueToTheNextProcess) {
    use_component(closed_port());
    queue(5);
    pid_t pid = status().at("pid");
    for (int i = 0; i < reload_count; ++i) {
        reload();
        const nlohmann::json next = status_of_the_next(pid);
        EXPECT_TRUE(eventually(rig::default_deadline, [&] {
            return status().at("queue").at("waiting") == 5 && !std::filesystem::exists(saved_queue());
        }));
        pid = next.at("pid");
    }
}

TEST_F(ServiceProcess, KeepsItsQueueInAFileOfItsOwn) {
    use_component(closed_port());
    queue(2);
    const pid_t pid = status().at("pid");
    EXPECT_FALSE(std::filesystem::exists(saved_queue()));
    ASSERT_EQ(::kill(pid, SIGTERM), 0);
    ASSERT_TRUE(eventually(rig::default_deadline, [&] { return !runs(pid); }));
    struct stat file {};
    ASSERT_EQ(::stat(saved_queue().c_str(), &file), 0);
    EXPECT_EQ(file.st_mode, mode_t{S_IFREG | 0600});
    EXPECT_EQ(file.st_uid, server().layout().account.uid);
    EXPECT_EQ(status().at("queue").at("waiting"), 2);
    EXPECT_FALSE(std::filesystem::exists(saved_queue()));
}

TEST_F(ServiceProcess, LeavesNoFileWhereNothingWaits) {
    use_component(closed_port());
    const pid_t pid = status().at("pid");
    ASSERT_EQ(::kill(pid, SIGTERM), 0);
    ASSERT_TRUE(eventually(rig::default_deadline, [&] { return !runs(pid); }));
    EXPECT_TRUE(std::filesystem::is_empty(saved_queue().parent_path()));
}

TEST_F(ServiceProcess, KeepsAThousandOfTheLongestNotificationsWithinItsMemory) {
    use_component(closed_port());
    options.site_config += "[notify]\nmost_per_hour = 10000\n";
    constexpr int count = 1'000;
    wire::Client client(socket_path());
    for (int i = 0; i < count; ++i) {
        auto notification = notify::from_value(notification_value("n" + std::to_string(i))).value();
        notification.body.assign(notify::longest_body, 'x');
        const auto reply = client.ask({"notify", notify::to_value(notification)},
                                      wire::Clock::now() + rig::default_deadline);
        ASSERT_TRUE(reply.has_value()) << reply.error().text;
        ASSERT_EQ(reply->text, "queued");
    }
    const pid_t pid = status().at("pid");
    reload();
    static_cast<void>(status_of_the_next(pid));
    EXPECT_TRUE(
        eventually(rig::default_deadline, [&] { return status().at("queue").at("waiting") == count; }));
}

TEST_F(ServiceProcess, LogsOneErrorThatNamesTheFileThatItCannotWrite) {
    use_component(closed_port());
    queue(1);
    const pid_t pid = status().at("pid");
    std::filesystem::create_directory(saved_queue().string() + ".new");
    ASSERT_EQ(::kill(pid, SIGTERM), 0);
    ASSERT_TRUE(eventually(rig::default_deadline, [&] { return !runs(pid); }));
    std::vector<std::string> errors;
    EXPECT_TRUE(eventually(rig::default_deadline, [&] {
        std::istringstream log(server().log());
        errors.clear();
        for (std::string line; std::getline(log, line);)
            if (line.find("Error: ") != std::string::npos)
                errors.push_back(line);
        return !errors.empty();
    }));
    EXPECT_THAT(errors, ElementsAre(AllOf(HasSubstr(saved_queue().string()), HasSubstr("lost"))));
}

TEST_F(ServiceProcess, WorksWithoutAStateDirectoryAndWarns) {
    use_component(closed_port());
    options.plugin_settings["columbarium_state_dir"] = "/nonexistent/columbarium";
    queue(1);
    EXPECT_TRUE(eventually(rig::default_deadline, [&] {
        return server().log().find("columbarium_state_dir") != std::string::npos;
    }));
    EXPECT_THAT(server().log(), AllOf(HasSubstr("Warning: "), HasSubstr("/nonexistent/columbarium")));
    const pid_t pid = status().at("pid");
    reload();
    EXPECT_EQ(status_of_the_next(pid).at("queue").at("waiting"), 0);
}

TEST_F(ServiceProcess, TellsWhatIsWrongWithItsConfiguration) {
    options.site_config = "[presence]\nlanguages = []\n[xmpp]\njidd = \"bot@example.org\"\n";
    const nlohmann::json value = status();
    const std::string error = value.at("configuration_error");
    EXPECT_THAT(error, AllOf(HasSubstr("columbarium.toml:4"), HasSubstr("jidd")));
    EXPECT_EQ(value.at("xmpp").at("last_error"), error);
    for (const char* map : {"presence", "notify"}) {
        const wire::Reply reply = ask(map, "alice@example.org");
        EXPECT_EQ(reply.status, ReplyStatus::temporary);
        EXPECT_EQ(reply.text, error);
    }
    EXPECT_EQ(status().at("pid"), value.at("pid"));
    EXPECT_TRUE(
        eventually(rig::default_deadline, [&] { return server().log().find(error) != std::string::npos; }));
    const std::string log = server().log();
    EXPECT_EQ(log.find(error), log.rfind(error)) << "one line";
}

TEST_F(ServiceProcess, TellsThatItsSecretIsMissing) {
    use_component(closed_port());
    secret = "";
    const std::string error = status().at("configuration_error");
    EXPECT_THAT(error, AllOf(HasSubstr("xmpp.secret"), HasSubstr("No such file")));
    const wire::Reply reply = ask("presence", "alice@example.org");
    EXPECT_EQ(reply.status, ReplyStatus::temporary);
    EXPECT_EQ(reply.text, error);
    EXPECT_TRUE(
        eventually(rig::default_deadline, [&] { return server().log().find(error) != std::string::npos; }));
}

TEST_F(ServiceProcess, TellsWhyItHasNoSession) {
    const std::uint16_t port = closed_port();
    use_component(port);
    secret = "very-secret\n";
    nlohmann::json xmpp;
    EXPECT_TRUE(eventually(rig::default_deadline, [&] {
        xmpp = status().at("xmpp");
        return xmpp.at("last_error") != "";
    })) << xmpp;
    EXPECT_TRUE(xmpp.at("configured"));
    EXPECT_FALSE(xmpp.at("connected"));
    EXPECT_EQ(xmpp.at("kind"), "component");
    EXPECT_EQ(xmpp.at("address"), "notify.example.org");
    const wire::Reply presence = ask("presence", "alice@example.org");
    EXPECT_EQ(presence.status, ReplyStatus::ok) << "without a session nobody can tell who is known";
    EXPECT_EQ(nlohmann::json::parse(presence.text).at("presence"), "unknown");
    const std::string reason = xmpp.at("last_error");
    EXPECT_TRUE(
        eventually(rig::default_deadline, [&] { return server().log().find(reason) != std::string::npos; }));
    EXPECT_THAT(server().log(), Not(HasSubstr("very-secret")));
}

TEST_F(ServiceProcess, StaysForItsSessionHoweverIdleItIs) {
    const rig::XmppComponentServer xmpp({.component = "notify.example.org", .secret = "secret"});
    use_component(xmpp.port());
    const pid_t pid = idle_process();
    // What the master sends to a process that has been idle for idle_kill. Several times: one that ends may
    // still answer a question, and one that has not settled yet has descriptors of its own.
    for (int rounds = 0; rounds < 5; ++rounds) {
        ASSERT_EQ(::kill(pid, SIGINT), 0);
        EXPECT_EQ(idle_process(), pid);
    }
}

TEST_F(ServiceProcess, GoesWhenItIsIdleAndHasNoSession) {
    options.extra_conf = "service columbarium {\n  idle_kill = 1 s\n}\n";
    const pid_t pid = status().at("pid");
    EXPECT_TRUE(eventually(rig::default_deadline, [&] { return !runs(pid); }));
    EXPECT_NE(status().at("pid"), pid);
}

} // namespace
} // namespace columbarium::e2e
