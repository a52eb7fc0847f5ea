// SPDX-License-Identifier: LGPL-2.1-or-later
// What the service answers on its socket, and to whom.
#include <sstream>

#include <sys/socket.h>

#include <gmock/gmock.h>

#include "service_fixture.hpp"
#include "wire/netstring.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using wire::ReplyStatus;

class ServiceSocketmap : public ServiceTest {
  protected:
    // postmap -q KEY socketmap:unix:PATH:MAP
    rig::RunResult postmap(const std::string& map, const std::string& key) {
        const auto directory = server().write_file(
            "postfix/main.cf", "compatibility_level = 3.6\nmyhostname = mail.example.org\n");
        return server().run({"postmap", "-c", directory.parent_path().string(), "-q", key,
                             "socketmap:unix:" + socket_path() + ":" + map});
    }
};

TEST_F(ServiceSocketmap, StartsAtTheFirstQuestionAndStays) {
    server();
    EXPECT_THAT(processes(), IsEmpty());
    const nlohmann::json first = status();
    EXPECT_THAT(processes(), SizeIs(1));
    EXPECT_EQ(first.at("pid"), processes().at(0));
    EXPECT_EQ(status().at("pid"), first.at("pid"));
}

TEST_F(ServiceSocketmap, TellsItsStatusAsOneObject) {
    const nlohmann::json value = status();
    EXPECT_EQ(value.at("xmpp"), nlohmann::json::parse(R"({"configured": false, "kind": "none",
        "connected": false, "address": "", "age": 0, "known": 0, "available": 0, "last_error": "",
        "retry_in": 0})"));
    EXPECT_EQ(value.at("queue"),
              nlohmann::json::parse(R"({"waiting": 0, "sent": 0, "dropped": 0, "last_error": ""})"));
    EXPECT_GE(value.at("uptime"), 0);
    EXPECT_EQ(value.at("version"), COLUMBARIUM_VERSION);
    EXPECT_EQ(value.at("configuration_error"), "");
    EXPECT_EQ(value.at("people"), nlohmann::json::parse(R"({"configured": false, "last_error": ""})"));
    EXPECT_EQ(value.size(), 7U);
}

TEST_F(ServiceSocketmap, AnswersPostfix) {
    const auto value = postmap("service", "status");
    EXPECT_EQ(value.status, 0) << to_string(value);
    EXPECT_THAT(value.output, HasSubstr(R"("version":")"));
    const auto missing = postmap("service", "weather");
    EXPECT_EQ(missing.status, 1) << to_string(missing);
    EXPECT_THAT(missing.output + missing.errors, IsEmpty());
    const auto refused = postmap("people", "alice@example.org");
    EXPECT_NE(refused.status, 0) << to_string(refused);
    EXPECT_THAT(refused.errors, HasSubstr("people"));
}

TEST_F(ServiceSocketmap, NamesItsMapsWhereThereIsNoSuchOne) {
    const wire::Reply reply = ask("people", "alice@example.org");
    EXPECT_EQ(reply.status, ReplyStatus::permanent);
    for (const char* map : {"presence", "notify", "service"})
        EXPECT_THAT(reply.text, HasSubstr(map));
}

TEST_F(ServiceSocketmap, KnowsNothingAndTakesNothingWithoutXmpp) {
    for (const wire::Reply& refused :
         {ask("presence", "alice@example.org"), ask("notify", notification_value("n1"))}) {
        EXPECT_EQ(refused.status, ReplyStatus::permanent);
        EXPECT_EQ(refused.text, "XMPP is not configured: columbarium.toml has no [xmpp] table");
    }
    EXPECT_EQ(ask("service", "weather").status, ReplyStatus::not_found);
}

TEST_F(ServiceSocketmap, RefusesKeysThatItCannotRead) {
    use_component(closed_port());
    for (const char* key : {"", "@example.org", "a b@example.org/", "alice@\xff"})
        EXPECT_EQ(ask("presence", key).status, ReplyStatus::permanent) << key;
    for (const char* key : {"", "{}", "[]", "alice@example.org", "{\"id\":1}"})
        EXPECT_EQ(ask("notify", key).status, ReplyStatus::permanent) << key;
}

TEST_F(ServiceSocketmap, AnswersInOrderWhatIsAskedAtOnce) {
    rig::Connection connection = connect();
    std::string requests;
    constexpr int count = 2'000;
    for (int i = 0; i < count; ++i)
        requests += wire::encode(i % 2 == 0 ? wire::Request{"service", "status"}
                                            : wire::Request{"service", "weather"});
    // In pieces that end anywhere, and without reading the first half megabyte of replies.
    for (std::size_t at = 0; at < requests.size(); at += 777)
        connection.write(std::string_view(requests).substr(at, 777));
    for (int i = 0; i < count; ++i)
        ASSERT_EQ(next_reply(connection).status, i % 2 == 0 ? ReplyStatus::ok : ReplyStatus::not_found);
}

TEST_F(ServiceSocketmap, ClosesTheConnectionOfWhoSpeaksSomethingElse) {
    rig::Connection other = connect();
    other.write(wire::encode(wire::Request{"service", "status"}));
    EXPECT_EQ(next_reply(other).status, ReplyStatus::ok);
    const auto pid = status().at("pid");
    for (const std::string& garbage :
         {std::string("EHLO mail.example.org\r\n"), std::string("99999999:"), std::string("3:abc;"),
          std::string("7:no-blank,"), std::string(3'000, '1'), std::string("0:,")}) {
        rig::Connection connection = connect();
        connection.write(wire::encode(wire::Request{"service", "status"}) + garbage);
        EXPECT_EQ(next_reply(connection).status, ReplyStatus::ok) << "what came before is answered";
        EXPECT_EQ(connection.next_line(), std::nullopt) << garbage.substr(0, 20);
    }
    other.write(wire::encode(wire::Request{"service", "status"}));
    EXPECT_EQ(next_reply(other).status, ReplyStatus::ok);
    EXPECT_EQ(status().at("pid"), pid);
    const auto complaints = [this] {
        std::istringstream log(server().log());
        int lines = 0;
        for (std::string line; std::getline(log, line);)
            lines += line.find("closed the connection of process") != std::string::npos ? 1 : 0;
        return lines;
    };
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] { return complaints() == 6; }))
        << complaints() << " lines, and there should be one each";
}

TEST_F(ServiceSocketmap, DoesNotReadOnForWhoDoesNotReadItsReplies) {
    rig::Connection silent = connect();
    std::string requests;
    for (int i = 0; i < 4'000; ++i)
        requests += wire::encode(wire::Request{"service", "status"});
    // Sends until nobody takes more.
    std::size_t sent = 0;
    for (int rounds = 0; rounds < 100; ++rounds) {
        const ssize_t put = ::send(silent.descriptor(), requests.data(), requests.size(), MSG_DONTWAIT);
        if (put > 0)
            sent += static_cast<std::size_t>(put);
        EXPECT_EQ(ask("service", "status").status, ReplyStatus::ok) << "others are served";
    }
    EXPECT_LT(sent, 30 * requests.size()) << "the service took all of it";
}

TEST_F(ServiceSocketmap, ServesTwoHundredClientsAtOnce) {
    std::vector<rig::Connection> connections;
    connections.reserve(200);
    for (int i = 0; i < 200; ++i)
        connections.push_back(connect());
    for (auto& connection : connections)
        connection.write(wire::encode(wire::Request{"service", "status"}));
    for (auto& connection : connections)
        EXPECT_EQ(next_reply(connection).status, ReplyStatus::ok);
    EXPECT_THAT(processes(), SizeIs(1));
}

TEST_F(ServiceSocketmap, SendsTheMostSilentClientAwayWhereThereAreTooMany) {
    options.extra_conf = "service columbarium {\n  client_limit = 10\n}\n";
    std::vector<rig::Connection> connections;
    for (int i = 0; i < 30; ++i) {
        connections.push_back(connect());
        connections.back().write(wire::encode(wire::Request{"service", "status"}));
        EXPECT_EQ(next_reply(connections.back()).status, ReplyStatus::ok);
        if (i > 0) {
            connections.front().write(wire::encode(wire::Request{"service", "status"}));
            EXPECT_EQ(next_reply(connections.front()).status, ReplyStatus::ok) << "it is not silent";
        }
    }
    EXPECT_EQ(connections.at(1).next_line(), std::nullopt);
    EXPECT_THAT(server().log(), Not(HasSubstr("process_limit")));
}

} // namespace
} // namespace columbarium::e2e
