// SPDX-License-Identifier: LGPL-2.1-or-later
// The session where the server, the network or the account is not as it should be.
#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include "rig/socket.hpp"
#include "xmpp_session_fixture.hpp"

namespace columbarium::test {

namespace {

using rig::Milliseconds;
using session::Connected;
using session::Disconnected;
using session::PresenceHeard;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

[[nodiscard]] Milliseconds since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - start);
}

TEST(XmppSessionFailure, XP_15_NothingIsHeardBetweenADisconnectAndTheNextSession) {
    rig::Prosody server;
    server.stop();
    server.set_subscription("bot", "alice", "to");
    server.start();
    rig::XmppClient alice(person(server, "alice", "phone"));
    Talk talk(client_account(server), server.password("bot"));
    ASSERT_TRUE(talk.next_presence("alice@example.com/phone", true));

    const auto start = std::chrono::steady_clock::now();
    server.kill();
    const auto lost = talk.next<Disconnected>();
    ASSERT_TRUE(lost);
    EXPECT_LT(since(start), Milliseconds(1'500));
    RecordProperty("milliseconds_to_notice_a_killed_server", static_cast<int>(since(start).count()));
    EXPECT_THAT(lost->reason, HasSubstr("127.0.0.1:" + std::to_string(server.port())));
    EXPECT_GE(lost->retry_seconds, 1);

    server.start();
    ASSERT_TRUE(talk.next<Connected>());
    rig::XmppClient again(person(server, "alice", "tablet"));
    ASSERT_TRUE(talk.next_presence("alice@example.com/tablet", true));
    // Of the phone, which went down with the first server, nothing may be heard in the second session.
    bool is_second = false;
    for (const session::Event& event : talk.events()) {
        is_second = is_second || std::holds_alternative<Disconnected>(event);
        const auto* heard = std::get_if<PresenceHeard>(&event);
        EXPECT_FALSE(is_second && heard != nullptr && heard->stanza.available &&
                     heard->stanza.from.resource() == "phone");
    }
}

TEST(XmppSessionFailure, XP_15_NoticesAServerThatHangs) {
    rig::Prosody server;
    auto account = client_account(server);
    account.ping_seconds = 1;
    account.answer_seconds = 3;
    Talk talk(account, server.password("bot"));
    ASSERT_TRUE(talk.next<Connected>());
    server.pause();
    const auto start = std::chrono::steady_clock::now();
    const auto lost = talk.next<Disconnected>();
    ASSERT_TRUE(lost);
    // ping_seconds and answer_seconds, and a little for a busy machine.
    EXPECT_LT(since(start), Milliseconds(6'000));
    EXPECT_THAT(lost->reason, HasSubstr("no answer within 3 seconds"));
    // It tries again, and cannot; then it can.
    const auto still = talk.next<Disconnected>();
    ASSERT_TRUE(still);
    EXPECT_THAT(still->reason, HasSubstr("no session within 3 seconds"));
    server.resume();
    EXPECT_TRUE(talk.next<Connected>());
}

TEST(XmppSessionFailure, AServerThatReadsSlowlyIsNotTakenForDead) {
    rig::ProsodyOptions options;
    options.rate = "10kb/s";
    rig::Prosody server(options);
    auto account = client_account(server);
    account.answer_seconds = 2;
    Talk talk(account, server.password("bot"));
    ASSERT_TRUE(talk.next<Connected>()) << server.log();
    const auto start = std::chrono::steady_clock::now();
    const std::string body(notify::longest_body, 'x');
    talk.order(session::Send{notification("note-1", "alice@example.com", body)});
    ASSERT_TRUE(talk.next<session::NotificationAccepted>());
    EXPECT_EQ(talk.count<Disconnected>(), 0U);
    EXPECT_GT(since(start), Milliseconds(2'000)); // longer than a server has that was sent little
}

TEST(XmppSessionFailure, ADomainBeyondAsciiIsRefusedInWords) {
    auto account = config::XmppAccount();
    account.kind = config::XmppAccount::Kind::client;
    account.address = "bot@b\xc3\xbcro.example";
    const auto started = session::Session::start(account, "secret");
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, ErrorKind::permanent);
    EXPECT_THAT(started.error().text, HasSubstr("ASCII"));
}

TEST(XmppSessionFailure, XP_3_AWrongPasswordWaitsForTheLongestPause) {
    rig::Prosody server;
    const auto account = client_account(server);
    Talk talk(account, "not the password");
    const auto refused = talk.next<Disconnected>();
    ASSERT_TRUE(refused);
    EXPECT_THAT(refused->reason, HasSubstr(account.secret_file));
    EXPECT_THAT(refused->reason, HasSubstr("not-authorized"));
    EXPECT_THAT(refused->reason, Not(HasSubstr("not the password")));
    EXPECT_EQ(refused->retry_seconds, 60);
    EXPECT_EQ(talk.count<Connected>(), 0U);
}

// What happens with a server that must not be trusted.
void expect_no_login(const config::XmppAccount& account, const rig::Prosody& server,
                     const std::string& reason) {
    Talk talk(account, server.password("bot"));
    const auto refused = talk.next<Disconnected>();
    ASSERT_TRUE(refused);
    EXPECT_THAT(refused->reason, HasSubstr(reason));
    EXPECT_EQ(talk.count<Connected>(), 0U);
    EXPECT_THAT(server.log(), Not(HasSubstr("<auth")));
}

TEST(XmppSessionFailure, XP_2_RefusesACertificateOfAnotherAuthority) {
    rig::Prosody server;
    auto account = client_account(server);
    account.ca_file.clear(); // the system's only
    expect_no_login(account, server, "certificate");
    const rig::Prosody other;
    account.ca_file = other.ca_file().string();
    expect_no_login(account, server, "certificate");
}

TEST(XmppSessionFailure, XP_2_RefusesACertificateForAnotherDomain) {
    rig::ProsodyOptions options;
    options.names = "DNS:example.net,IP:127.0.0.1,DNS:localhost";
    const rig::Prosody server(options);
    expect_no_login(client_account(server), server, "certificate");
}

TEST(XmppSessionFailure, XP_2_NeverLogsInWithoutTls) {
    rig::ProsodyOptions options;
    options.extra = "  modules_disabled = { \"tls\" }\n  c2s_require_encryption = false\n"
                    "  allow_unencrypted_plain_auth = true\n  disable_sasl_mechanisms = {}\n";
    const rig::Prosody server(options);
    expect_no_login(client_account(server), server, "TLS");
}

TEST(XmppSessionFailure, XP_3_TriesAgainWhereNobodyListens) {
    config::XmppAccount account;
    account.kind = config::XmppAccount::Kind::client;
    account.address = "bot@example.com";
    account.host = "127.0.0.1";
    account.port = rig::listen_on_loopback().port;
    account.reconnect_seconds = 1;
    account.reconnect_limit_seconds = 2;
    Talk talk(account, "secret");
    for (const std::int64_t longest : {1, 2, 2}) {
        const auto failed = talk.next<Disconnected>();
        ASSERT_TRUE(failed);
        EXPECT_THAT(failed->reason, HasSubstr("nobody accepts connections"));
        EXPECT_LE(failed->retry_seconds, longest);
        EXPECT_GE(failed->retry_seconds, 1);
    }
}

// Speaks XMPP up to the point where the TLS handshake should begin, and then no more.
class SilentInTls {
  public:
    SilentInTls() : listener_(rig::listen_on_loopback()), thread_([this] { serve(); }) {}
    SilentInTls(const SilentInTls&) = delete;
    SilentInTls& operator=(const SilentInTls&) = delete;
    ~SilentInTls() {
        is_stopping_ = true;
        ::shutdown(listener_.descriptor.get(), SHUT_RDWR);
        thread_.join();
    }

    [[nodiscard]] std::uint16_t port() const { return listener_.port; }
    [[nodiscard]] bool is_reached() const { return is_reached_; }

  private:
    void serve() {
        while (!is_stopping_) {
            const rig::Descriptor client(
                ::accept4(listener_.descriptor.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (client.is_open())
                talk(client.get());
        }
    }

    void talk(int client) {
        std::string received;
        bool said_features = false;
        bool said_proceed = false;
        while (!is_stopping_) {
            pollfd watched{client, POLLIN, 0};
            std::array<char, 4096> chunk{};
            if (::poll(&watched, 1, 10) <= 0)
                continue;
            const ssize_t count = ::recv(client, chunk.data(), chunk.size(), 0);
            if (count <= 0)
                return;
            received.append(chunk.data(), static_cast<std::size_t>(count));
            if (!said_features && received.find("<stream:stream") != std::string::npos) {
                say(client, "<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' id='a' "
                            "xmlns:stream='http://etherx.jabber.org/streams' from='example.com'>"
                            "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/>"
                            "</starttls></stream:features>");
                said_features = true;
            }
            if (!said_proceed && received.find("<starttls") != std::string::npos) {
                say(client, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
                said_proceed = true;
            }
            is_reached_ = is_reached_ || said_proceed;
        }
    }

    static void say(int client, const std::string& xml) {
        static_cast<void>(::send(client, xml.data(), xml.size(), MSG_NOSIGNAL));
    }

    rig::Listener listener_;
    std::atomic<bool> is_stopping_ = false;
    std::atomic<bool> is_reached_ = false;
    std::thread thread_;
};

[[nodiscard]] config::XmppAccount account_at(std::uint16_t port) {
    config::XmppAccount account;
    account.kind = config::XmppAccount::Kind::client;
    account.address = "bot@example.com";
    account.host = "127.0.0.1";
    account.port = port;
    account.reconnect_seconds = 1;
    return account;
}

TEST(XmppSessionFailure, AServerThatFallsSilentInTheTlsHandshakeHoldsNobody) {
    const SilentInTls server;
    auto account = account_at(server.port());
    account.answer_seconds = 1;
    const auto start = std::chrono::steady_clock::now();
    Talk talk(account, "secret");
    ASSERT_TRUE(talk.next<Disconnected>());
    EXPECT_TRUE(server.is_reached());
    EXPECT_LT(since(start), Milliseconds(5'000));
}

TEST(XmppSessionFailure, EndsAtOnceInTheMiddleOfATlsHandshake) {
    const SilentInTls server;
    auto account = account_at(server.port());
    account.answer_seconds = 600;
    auto talk = std::make_unique<Talk>(account, "secret");
    ASSERT_TRUE(rig::eventually(rig::default_deadline, [&] { return server.is_reached(); }));
    const auto start = std::chrono::steady_clock::now();
    talk.reset();
    EXPECT_LT(since(start), Milliseconds(1'500));
}

TEST(XmppSessionFailure, EndsWithAGoodbye) {
    rig::Prosody server;
    auto talk = std::make_unique<Talk>(client_account(server), server.password("bot"));
    ASSERT_TRUE(talk->next<Connected>());
    const auto start = std::chrono::steady_clock::now();
    talk.reset();
    EXPECT_LT(since(start), Milliseconds(1'500));
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        return server.log().find("Received </stream:stream>") != std::string::npos;
    })) << server.log();
}

} // namespace

} // namespace columbarium::test
