// SPDX-License-Identifier: LGPL-2.1-or-later
// Questions that must not be lost while a server is replaced, and connections that are made ahead of them.
#include <chrono>
#include <memory>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include "wire_client_fixture.hpp"

namespace columbarium::wire {
namespace {

using ::testing::HasSubstr;

TEST_F(WireClient, AsksPatientlyWhereTheServerIsBeingReplaced) {
    auto old = std::make_unique<test::UnixListener>(path);
    Server server([&] {
        test::Peer first = old->accept();
        static_cast<void>(first.read());
        // Nobody listens when the client learns that there is no answer, nor for some time after that.
        old.reset();
        unlink(path.c_str());
        first.close();
        const auto back = Clock::now() + std::chrono::milliseconds(50);
        while (Clock::now() < back)
            std::this_thread::yield();
        const test::UnixListener fresh(path);
        test::Peer second = fresh.accept();
        const auto request = second.read();
        second.reply(ReplyStatus::ok, request ? request->key : "nothing");
    });
    Client client(path);
    const auto reply = client.ask_patiently(question, in_good_time());
    ASSERT_TRUE(reply.has_value()) << reply.error().text;
    EXPECT_EQ(reply->text, question.key);
    server.finish();
}

TEST_F(WireClient, AsksPatientlyUntilTheDeadlineOnly) {
    Client client(path);
    const auto reply = client.ask_patiently(question, soon());
    ASSERT_FALSE(reply.has_value());
    EXPECT_THAT(reply.error().text, HasSubstr("nobody listens there"))
        << "what was wrong, not that time is over";
}

TEST_F(WireClient, AsksPatientlyOnlyForWantOfAServer) {
    const test::UnixListener listener(path);
    Server server([&] {
        test::Peer peer = listener.accept();
        static_cast<void>(peer.read());
        peer.write("4:what,");
        static_cast<void>(peer.read());
    });
    Client client(path);
    EXPECT_FALSE(client.ask_patiently(question, in_good_time()).has_value());
    server.finish();
    EXPECT_FALSE(listener.has_client());
}

TEST_F(WireClient, ConnectsBeforeItAsks) {
    const test::UnixListener listener(path);
    Client client(path);
    EXPECT_TRUE(client.connect(in_good_time()).has_value());
    EXPECT_TRUE(client.connect(in_good_time()).has_value()) << "there is a connection";
    ASSERT_EQ(chmod(path.c_str(), 0), 0);
    Server server([&] {
        test::Peer peer = listener.accept();
        static_cast<void>(peer.read());
        peer.reply(ReplyStatus::ok, "on the same connection");
    });
    EXPECT_EQ(value_of(client), "on the same connection");
    server.finish();
    EXPECT_FALSE(listener.has_client());
}

} // namespace
} // namespace columbarium::wire
