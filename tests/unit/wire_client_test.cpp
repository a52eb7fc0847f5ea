// SPDX-License-Identifier: LGPL-2.1-or-later
// Servers that work, and those that are not there, go away or talk nonsense.
#include <csignal>
#include <future>
#include <string>
#include <vector>

#include <fcntl.h>

#include "few_files.hpp"
#include "wire/netstring.hpp"
#include "wire_client_fixture.hpp"

namespace columbarium::wire {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(WireClient, AsksAndKeepsItsConnection) {
    const test::UnixListener listener(path);
    Server server([&] {
        test::Peer peer = listener.accept();
        while (const auto request = peer.read())
            peer.reply(ReplyStatus::ok, request->map + "|" + request->key);
    });
    {
        Client client(path);
        EXPECT_FALSE(listener.has_client()) << "before the first question";
        EXPECT_EQ(value_of(client), "presence|ann@example.com");
        EXPECT_EQ(value_of(client, {"service", ""}), "service|");
        EXPECT_EQ(value_of(client, {"notify", "a b,\n"}), "notify|a b,\n");
        EXPECT_FALSE(listener.has_client()) << "a second connection";
    }
    server.finish();
}

TEST_F(WireClient, GivesBackEachStatus) {
    const test::UnixListener listener(path);
    const std::vector<Reply> replies = {{ReplyStatus::ok, "x"},
                                        {ReplyStatus::not_found, ""},
                                        {ReplyStatus::temporary, "later"},
                                        {ReplyStatus::timeout, "slow"},
                                        {ReplyStatus::permanent, "never"}};
    Server server([&] {
        test::Peer peer = listener.accept();
        for (const Reply& reply : replies) {
            static_cast<void>(peer.read());
            peer.reply(reply.status, reply.text);
        }
    });
    Client client(path);
    for (const Reply& expected : replies) {
        const auto reply = client.ask(question, in_good_time());
        ASSERT_TRUE(reply.has_value()) << reply.error().text;
        EXPECT_EQ(reply->status, expected.status);
        EXPECT_EQ(reply->text, expected.text);
    }
    server.finish();
}

TEST_F(WireClient, SendsAndReceivesTheLongestNetstringsInPieces) {
    const test::UnixListener listener(path);
    const std::string key(longest_netstring - question.map.size() - 1, 'k');
    const std::string value(longest_netstring - 3, 'v');
    Server server([&] {
        test::Peer peer = listener.accept();
        const auto request = peer.read();
        const std::string frame = encode(Reply{ReplyStatus::ok, request && request->key == key ? value : ""});
        for (std::size_t at = 0; at < frame.size(); at += 777)
            peer.write(std::string_view(frame).substr(at, 777));
    });
    Client client(path);
    EXPECT_EQ(value_of(client, {question.map, key}), value);
    server.finish();
}

TEST_F(WireClient, RefusesWhatCanBeNoRequestWithoutAskingAnybody) {
    Client client(path);
    for (const Request& request : {Request{"", "k"}, Request{"a b", "k"}, Request{"a\n", "k"},
                                   Request{"m", std::string(longest_netstring - 1, 'k')}}) {
        const auto reply = client.ask(request, in_good_time());
        ASSERT_FALSE(reply.has_value());
        EXPECT_EQ(reply.error().kind, ErrorKind::permanent) << reply.error().text;
    }
}

TEST_F(WireClient, SaysThatNobodyListens) {
    Client client(path);
    EXPECT_THAT(failure_of(client, path, in_good_time()), HasSubstr("nobody listens there (No such file"));

    { const test::UnixListener gone(path); }
    EXPECT_THAT(failure_of(client, path, in_good_time()),
                HasSubstr("nobody listens there (Connection refused)"));

    const std::string file = folder / "file";
    test::write_file(file, "no socket");
    Client of_a_file(file);
    EXPECT_THAT(failure_of(of_a_file, file, in_good_time()), HasSubstr("nobody listens there"));
}

TEST_F(WireClient, AsksAgainOnceSomebodyListens) {
    Client client(path);
    static_cast<void>(failure_of(client, path, in_good_time()));
    const test::UnixListener listener(path);
    Server server([&] {
        test::Peer peer = listener.accept();
        static_cast<void>(peer.read());
        peer.reply(ReplyStatus::ok, "here");
    });
    EXPECT_EQ(value_of(client), "here");
    server.finish();
}

TEST_F(WireClient, SaysThatThereIsNoPermission) {
    const test::UnixListener listener(path);
    ASSERT_EQ(chmod(path.c_str(), 0), 0);
    const uid_t before = geteuid();
    const uid_t asking = before == 0 ? 65534 : before; // root may do everything, even this
    ASSERT_EQ(seteuid(asking), 0);
    Client client(path);
    const auto reply = client.ask(question, in_good_time());
    ASSERT_EQ(seteuid(before), 0);
    ASSERT_FALSE(reply.has_value());
    EXPECT_EQ(reply.error().kind, ErrorKind::temporary);
    EXPECT_THAT(reply.error().text, StartsWith(path + ": no permission to connect (Permission denied)"));
}

TEST_F(WireClient, SaysThatAPathIsTooLongForASocket) {
    const std::string longest(sizeof(sockaddr_un::sun_path) - 1, 'x');
    Client short_enough("/" + longest.substr(1));
    EXPECT_THAT(failure_of(short_enough, "/" + longest.substr(1), in_good_time()),
                HasSubstr("nobody listens"));
    Client too_long("/" + longest);
    EXPECT_THAT(failure_of(too_long, "/" + longest, in_good_time()),
                HasSubstr("the path is too long for a socket: 108 octets, at most 107"));
}

TEST_F(WireClient, SaysThatAPathIsNone) {
    for (const std::string& bad : {std::string(), std::string("\0abstract", 9), path + '\0' + "x"}) {
        Client client(bad);
        const auto reply = client.ask(question, in_good_time());
        ASSERT_FALSE(reply.has_value());
        EXPECT_THAT(reply.error().text, HasSubstr("is empty or holds a NUL"));
    }
}

TEST_F(WireClient, SaysThatItCanMakeNoSocket) {
    if (lists::is_sanitized)
        GTEST_SKIP() << lists::needs_files;
    const test::UnixListener listener(path);
    Client client(path);
    const auto reply = [&] {
        const lists::FewFiles none(0);
        return client.ask(question, in_good_time());
    }();
    ASSERT_FALSE(reply.has_value());
    EXPECT_THAT(reply.error().text, HasSubstr("cannot make a socket: Too many open files"));
}

TEST_F(WireClient, SaysThatAnAnswerIsNoSocketmap) {
    const std::vector<std::pair<std::string, std::string>> answers = {
        {"HTTP/1.1 400 Bad Request\r\n\r\n", "the answer is no socketmap reply: no netstring"},
        {"999999999999:", "the answer is no socketmap reply: no netstring"},
        {"100001:", "the answer is no socketmap reply: no netstring"},
        {"4:OK x;", "the answer is no socketmap reply: no netstring"},
        {"0:,", "the answer is a socketmap reply that begins with none of"},
        {"2:OK,", "the answer is a socketmap reply that is OK, without"},
        {"7:200 yes,", "the answer is a socketmap reply that begins with none of"},
        {"4:OK x,4:OK y,", "the server answered more than it was asked"},
        {"4:OK x,\n", "the server answered more than it was asked"},
    };
    for (const auto& [answer, expected] : answers) {
        EXPECT_THAT(failure_after(answer, false, in_good_time()), HasSubstr(expected)) << answer;
        unlink(path.c_str());
    }
}

TEST_F(WireClient, SaysThatTheServerWentAway) {
    EXPECT_THAT(failure_after("", true, in_good_time()), HasSubstr("closed the connection without a reply"));
    unlink(path.c_str());
    EXPECT_THAT(failure_after("10:OK", true, in_good_time()),
                HasSubstr("closed the connection within a reply"));
}

TEST_F(WireClient, AsksOnANewConnectionWhereTheServerClosedTheOneThatWasKept) {
    const test::UnixListener listener(path);
    std::promise<void> closed;
    Server server([&] {
        {
            test::Peer peer = listener.accept();
            static_cast<void>(peer.read());
            peer.reply(ReplyStatus::ok, "first");
        }
        closed.set_value();
        test::Peer peer = listener.accept();
        static_cast<void>(peer.read());
        peer.reply(ReplyStatus::ok, "second");
    });
    Client client(path);
    EXPECT_EQ(value_of(client), "first");
    closed.get_future().wait();
    EXPECT_EQ(value_of(client), "second");
    server.finish();
}

TEST_F(WireClient, AsksOnceMoreWhereAKeptConnectionEndsAtTheQuestion) {
    const test::UnixListener listener(path);
    Server server([&] {
        {
            test::Peer peer = listener.accept();
            static_cast<void>(peer.read());
            peer.reply(ReplyStatus::ok, "first");
            static_cast<void>(peer.read());
        }
        test::Peer peer = listener.accept();
        const auto again = peer.read();
        peer.reply(ReplyStatus::ok, again ? again->key : "nothing");
    });
    Client client(path);
    EXPECT_EQ(value_of(client), "first");
    EXPECT_EQ(value_of(client, {"presence", "bob@example.com"}), "bob@example.com");
    server.finish();
}

TEST_F(WireClient, AsksOnlyOnceMore) {
    const test::UnixListener listener(path);
    Server server([&] {
        test::Peer peer = listener.accept();
        static_cast<void>(peer.read());
        peer.reply(ReplyStatus::ok, "first");
        static_cast<void>(peer.read());
        peer.close();
        static_cast<void>(listener.accept().read());
    });
    Client client(path);
    EXPECT_EQ(value_of(client), "first");
    EXPECT_THAT(failure_of(client, path, in_good_time()), HasSubstr("closed the connection without a reply"));
    server.finish();
    EXPECT_FALSE(listener.has_client()) << "a third question";
}

// The test's process would end by the signal.
TEST_F(WireClient, NeverRaisesSigpipe) {
    ASSERT_NE(signal(SIGPIPE, SIG_DFL), SIG_ERR);
    const test::UnixListener listener(path);
    std::promise<void> deaf;
    std::promise<void> done;
    Server server([&] {
        test::Peer peer = listener.accept();
        static_cast<void>(peer.read());
        peer.reply(ReplyStatus::ok, "first");
        // Open, and nothing to read for the client; but what he sends is refused.
        shutdown(peer.socket(), SHUT_RD);
        deaf.set_value();
        test::Peer another = listener.accept();
        static_cast<void>(another.read());
        another.reply(ReplyStatus::ok, "second");
        done.get_future().wait();
    });
    Client client(path);
    EXPECT_EQ(value_of(client), "first");
    deaf.get_future().wait();
    EXPECT_EQ(value_of(client), "second");
    done.set_value();
    server.finish();
}

TEST_F(WireClient, WhatNobodyAskedForDoesNotAnswerTheNextQuestion) {
    const test::UnixListener listener(path);
    std::promise<void> looked_at;
    std::promise<void> said;
    Server server([&] {
        test::Peer first = listener.accept();
        static_cast<void>(first.read());
        first.reply(ReplyStatus::ok, "first");
        looked_at.get_future().wait();
        first.reply(ReplyStatus::ok, "by the way");
        said.set_value();
        test::Peer second = listener.accept();
        static_cast<void>(second.read());
        second.reply(ReplyStatus::ok, "second");
    });
    Client client(path);
    EXPECT_EQ(value_of(client), "first");
    looked_at.set_value();
    said.get_future().wait();
    EXPECT_EQ(value_of(client), "second");
    server.finish();
}

TEST_F(WireClient, ItsConnectionIsNotInheritedAndEndsWithIt) {
    const test::UnixListener listener(path);
    Server server([&] {
        test::Peer peer = listener.accept();
        static_cast<void>(peer.read());
        peer.reply(ReplyStatus::ok, "x");
        EXPECT_FALSE(peer.read().has_value()) << "the end of the connection";
    });
    {
        Client client(path);
        EXPECT_EQ(value_of(client), "x");
        const std::vector<int> connections = connections_to(path);
        ASSERT_EQ(connections.size(), 1U);
        EXPECT_NE(fcntl(connections.front(), F_GETFD) & FD_CLOEXEC, 0);
    }
    server.finish();
}

} // namespace
} // namespace columbarium::wire
