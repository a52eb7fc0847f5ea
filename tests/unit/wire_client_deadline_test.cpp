// SPDX-License-Identifier: LGPL-2.1-or-later
// Servers that keep their client waiting: for a connection, for a reply, for the rest of it.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <sys/time.h>

#include "wire_client_fixture.hpp"

namespace columbarium::wire {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

// Clients that fill the queue of a listener until the kernel takes no more.
class CrowdedListener {
  public:
    explicit CrowdedListener(const std::string& path) : listener_(path, 0) {
        const sockaddr_un address = test::unix_address(path);
        for (int i = 0; i < 100; ++i) {
            crowd_.emplace_back(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
            if (connect(crowd_.back().socket(), test::as_sockaddr(address), sizeof(address)) != 0)
                break;
        }
        full_ = errno == EAGAIN;
        crowd_.pop_back();
    }
    [[nodiscard]] bool is_full() const { return full_; }
    [[nodiscard]] std::size_t size() const { return crowd_.size(); }
    [[nodiscard]] const test::UnixListener& listener() const { return listener_; }
    void leave() { crowd_.clear(); }

  private:
    test::UnixListener listener_;
    std::vector<test::Peer> crowd_;
    bool full_ = false;
};

TEST_F(WireClient, WaitsForAFullQueueUntilTheDeadlineOnly) {
    CrowdedListener server(path);
    ASSERT_TRUE(server.is_full());
    server.leave(); // the kernel keeps their places until they are accepted
    Client client(path);
    EXPECT_THAT(failure_of(client, path, soon()),
                HasSubstr("the deadline passed before the connection was made"));
}

TEST_F(WireClient, TakesThePlaceThatBecomesFreeInAFullQueue) {
    CrowdedListener crowded(path);
    ASSERT_TRUE(crowded.is_full());
    const std::size_t before = open_descriptors();
    Server server([&] {
        while (open_descriptors() <= before) // until the client has its socket
            std::this_thread::yield();
        for (std::size_t i = 0; i < crowded.size(); ++i)
            static_cast<void>(crowded.listener().accept());
        test::Peer peer = crowded.listener().accept();
        static_cast<void>(peer.read());
        peer.reply(ReplyStatus::ok, "at last");
    });
    Client client(path);
    EXPECT_EQ(value_of(client), "at last");
    server.finish();
}

TEST_F(WireClient, WaitsForAServerThatAcceptsNobodyUntilTheDeadlineOnly) {
    const test::UnixListener listener(path);
    Client client(path);
    EXPECT_THAT(failure_of(client, path, soon()), HasSubstr("the deadline passed before a reply came"));
}

TEST_F(WireClient, WaitsForASilentServerUntilTheDeadlineOnly) {
    EXPECT_THAT(failure_after("", false, soon()), HasSubstr("the deadline passed before a reply came"));
}

TEST_F(WireClient, WaitsForTheOtherHalfOfAReplyUntilTheDeadlineOnly) {
    for (const char* half : {"1", "14:", "14:OK online", "14:OK online here"}) {
        EXPECT_THAT(failure_after(half, false, soon()),
                    HasSubstr("the deadline passed before the reply was complete"))
            << half;
        unlink(path.c_str());
    }
}

TEST_F(WireClient, DoesNotWaitLongerForAReplyThatDripsOctetByOctet) {
    const test::UnixListener listener(path);
    Server server([&] {
        test::Peer peer = listener.accept();
        static_cast<void>(peer.read());
        peer.write("100000:OK ");
        pollfd watched{peer.socket(), POLLHUP, 0};
        while (poll(&watched, 1, 5) == 0 && peer.write("x")) {
        }
    });
    Client client(path);
    EXPECT_THAT(failure_of(client, path, soon()),
                HasSubstr("the deadline passed before the reply was complete"));
    server.finish();
}

TEST_F(WireClient, AsksNobodyAfterTheDeadline) {
    const test::UnixListener listener(path);
    Client client(path);
    EXPECT_THAT(failure_of(client, path, Clock::now() - milliseconds(1)), HasSubstr("the deadline passed"));
    EXPECT_FALSE(listener.has_client());
}

TEST_F(WireClient, GoesOnWaitingWhereASignalComes) {
    struct sigaction handled {};
    handled.sa_handler = [](int) {};
    struct sigaction before {};
    ASSERT_EQ(sigaction(SIGALRM, &handled, &before), 0);
    const itimerval often{{0, 2'000}, {0, 2'000}};
    const itimerval never{};
    const test::UnixListener listener(path);
    Client client(path);
    ASSERT_EQ(setitimer(ITIMER_REAL, &often, nullptr), 0);
    EXPECT_THAT(failure_of(client, path, soon()), HasSubstr("the deadline passed before a reply came"));
    ASSERT_EQ(setitimer(ITIMER_REAL, &never, nullptr), 0);
    ASSERT_EQ(sigaction(SIGALRM, &before, nullptr), 0);
}

TEST_F(WireClient, ALateReplyDoesNotAnswerTheNextQuestion) {
    const test::UnixListener listener(path);
    std::promise<void> given_up;
    Server server([&] {
        test::Peer first = listener.accept();
        static_cast<void>(first.read());
        given_up.get_future().wait();
        EXPECT_FALSE(first.reply(ReplyStatus::ok, "late") && first.read().has_value());
        test::Peer second = listener.accept();
        const auto request = second.read();
        second.reply(ReplyStatus::ok, request ? request->key : "nothing");
    });
    Client client(path);
    static_cast<void>(failure_of(client, path, soon()));
    given_up.set_value();
    EXPECT_EQ(value_of(client, {"presence", "bob@example.com"}), "bob@example.com");
    server.finish();
}

} // namespace
} // namespace columbarium::wire
