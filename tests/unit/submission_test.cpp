// SPDX-License-Identifier: LGPL-2.1-or-later
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <sys/socket.h>

#include "rig/smtp_sink.hpp"
#include "submission/submission.hpp"

namespace columbarium::submission {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = Outcome::Kind;

constexpr const char* text = "From: moved@cam.example.org\r\nTo: fred@example.com\r\nSubject: Auto: Hello\r\n"
                             "\r\n.A line that begins with a dot\r\n.\r\nThe end\r\n";

config::SubmissionPlace place_at(std::uint16_t port) {
    config::SubmissionPlace place;
    place.port = port;
    place.seconds = 30;
    return place;
}

Mail mail() {
    return {"", "fred@example.com", text};
}

// Says the lines of a script, each after it has read as many lines as are told; then hangs up.
class ScriptedServer {
  public:
    struct Step {
        int lines = 0; // of the client, read before
        std::string says;
        bool forever = false; // again and again, until the client has gone
    };

    explicit ScriptedServer(std::vector<Step> steps)
        : listener_(rig::listen_on_loopback()), thread_([this, steps = std::move(steps)] { serve(steps); }) {}
    ~ScriptedServer() {
        ::shutdown(listener_.descriptor.get(), SHUT_RDWR);
        thread_.join();
    }

    [[nodiscard]] std::uint16_t port() const { return listener_.port; }
    // After the client has gone.
    [[nodiscard]] std::vector<std::string> heard() {
        static_cast<void>(rig::eventually(rig::default_deadline, [this] { return is_over_.load(); }));
        return heard_;
    }

  private:
    void serve(const std::vector<Step>& steps) {
        rig::Descriptor client(::accept4(listener_.descriptor.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (client.is_open()) {
            try {
                rig::Connection connection("the client", std::move(client), rig::Milliseconds(20'000));
                for (const Step& step : steps) {
                    for (int i = 0; i < step.lines; ++i)
                        heard_.push_back(connection.read_line());
                    do
                        connection.write(step.says);
                    while (step.forever);
                }
            } catch (const std::exception&) {
                // The client has gone: what it said before is what the test looks at.
            }
        }
        is_over_ = true;
    }

    rig::Listener listener_;
    std::vector<std::string> heard_;
    std::atomic<bool> is_over_ = false;
    std::thread thread_;
};

TEST(Submission, AR_20_AR_21_HandsAMailOverFromTheNullSenderToOneRecipientWithoutNotification) {
    const rig::SmtpSink sink;
    const Outcome outcome = submit(mail(), place_at(sink.port()), "");
    EXPECT_EQ(outcome.kind, Kind::over) << outcome.text;
    EXPECT_THAT(outcome.text, IsEmpty());
    const auto sent = sink.messages();
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].from.address, "");
    ASSERT_THAT(sent[0].to, SizeIs(1));
    EXPECT_EQ(sent[0].to[0].address, "fred@example.com");
    EXPECT_EQ(sent[0].to[0].parameters, "NOTIFY=NEVER");
    EXPECT_EQ(sent[0].text, text);
}

TEST(Submission, NamesTheSenderThatTheMailHas) {
    const rig::SmtpSink sink;
    EXPECT_EQ(submit({"anna@example.net", "fred@example.com", text}, place_at(sink.port()), "").kind,
              Kind::over);
    ASSERT_THAT(sink.messages(), SizeIs(1));
    EXPECT_EQ(sink.messages()[0].from.address, "anna@example.net");
}

TEST(Submission, SendsNoLineEndButCrlfSoThatNobodyFindsAnotherEndOfTheData) {
    const rig::SmtpSink sink;
    EXPECT_EQ(submit({"", "fred@example.com", "Subject: x\n\nfirst\n.\nsecond\r.\rthird"},
                     place_at(sink.port()), "")
                  .kind,
              Kind::over);
    ASSERT_THAT(sink.messages(), SizeIs(1));
    EXPECT_EQ(sink.messages()[0].text, "Subject: x\r\n\r\nfirst\r\n.\r\nsecond\r\n.\r\nthird\r\n");
}

TEST(Submission, HandsOverMoreThanASocketTakesAtOnce) {
    const rig::SmtpSink sink;
    std::string large;
    for (int i = 0; i < 200'000; ++i)
        large += "......................................................\r\n";
    EXPECT_EQ(submit({"", "fred@example.com", large}, place_at(sink.port()), "").kind, Kind::over);
    ASSERT_THAT(sink.messages(), SizeIs(1));
    EXPECT_EQ(sink.messages()[0].text, large);
}

TEST(Submission, CA_16_SaysNotNowWhereNobodyListens) {
    const std::uint16_t port = rig::listen_on_loopback().port;
    const Outcome outcome = submit(mail(), place_at(port), "");
    EXPECT_EQ(outcome.kind, Kind::not_now);
    EXPECT_THAT(outcome.text, HasSubstr("127.0.0.1 port " + std::to_string(port)));
    EXPECT_TRUE(outcome.is_unreachable);
}

TEST(Submission, CA_16_TellsRefusalsForNowFromThoseForGood) {
    rig::SmtpSink sink;
    const auto place = place_at(sink.port());
    sink.refuse("fred@example.com", "450 4.2.1 Come back later");
    const Outcome later = submit(mail(), place, "");
    EXPECT_EQ(later.kind, Kind::not_now);
    EXPECT_THAT(later.text, AllOf(HasSubstr("RCPT TO:<fred@example.com>"), HasSubstr("Come back later")));
    sink.refuse("fred@example.com");
    EXPECT_EQ(submit(mail(), place, "").kind, Kind::never);
    sink.accept_everything();
    sink.refuse_messages("451 4.3.0 Not now");
    EXPECT_EQ(submit(mail(), place, "").kind, Kind::not_now);
    sink.refuse_messages("554 5.7.1 Not here");
    const Outcome never = submit(mail(), place, "");
    EXPECT_EQ(never.kind, Kind::never);
    EXPECT_THAT(never.text, HasSubstr("554 5.7.1 Not here"));
    EXPECT_THAT(sink.messages(), IsEmpty());
}

struct Hanging {
    rig::SinkStage stage;
    Kind kind;
};

TEST(Submission, CA_16_WaitsForASilentServerNoLongerThanItMayAndKnowsWhetherTheMailWasSent) {
    for (const Hanging& hanging : {Hanging{rig::SinkStage::greeting, Kind::not_now},
                                   {rig::SinkStage::mail, Kind::not_now},
                                   {rig::SinkStage::rcpt, Kind::not_now},
                                   {rig::SinkStage::data, Kind::not_now},
                                   {rig::SinkStage::end_of_data, Kind::unknown}}) {
        rig::SmtpSink sink;
        sink.hang_at(hanging.stage);
        auto place = place_at(sink.port());
        place.seconds = 1;
        const auto begun = std::chrono::steady_clock::now();
        const Outcome outcome = submit(mail(), place, "");
        const auto taken = std::chrono::steady_clock::now() - begun;
        EXPECT_EQ(outcome.kind, hanging.kind) << static_cast<int>(hanging.stage) << " " << outcome.text;
        EXPECT_GE(taken, std::chrono::milliseconds(900));
        EXPECT_LT(taken, std::chrono::seconds(10));
    }
}

TEST(Submission, CA_16_WaitsNoLongerForAServerThatNeverEndsItsAnswer) {
    ScriptedServer server({{0, "220 x\r\n"}, {1, "250-X\r\n", true}});
    auto place = place_at(server.port());
    place.seconds = 1;
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(submit(mail(), place, "").kind, Kind::not_now);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

constexpr const char* hello = "250-x\r\n250 DSN\r\n";

TEST(Submission, CA_16_DoesNotKnowWhatBecameOfAMailWhereTheServerGoesAfterTheDot) {
    ScriptedServer server(
        {{0, "220 x\r\n"}, {1, hello}, {1, "250 ok\r\n"}, {1, "250 ok\r\n"}, {1, "354 go\r\n"}, {8, ""}});
    const Outcome outcome = submit(mail(), place_at(server.port()), "");
    EXPECT_EQ(outcome.kind, Kind::unknown) << outcome.text;
    EXPECT_EQ(server.heard().back(), ".");
}

TEST(Submission, CA_16_KnowsThatTheMailWasNotTakenWhereTheServerGoesBeforeTheData) {
    ScriptedServer server({{0, "220 x\r\n"}, {1, hello}, {1, "250 ok\r\n"}, {1, "250 ok\r\n"}, {1, ""}});
    EXPECT_EQ(submit(mail(), place_at(server.port()), "").kind, Kind::not_now);
}

// More than sockets take: the end of the data cannot have been sent.
std::string long_text() {
    std::string lines = "Subject: x\r\n\r\n";
    for (int i = 0; i < 400'000; ++i)
        lines += "......................................................\r\n";
    return lines;
}

TEST(Submission, CA_16_KnowsThatTheMailWasNotTakenWhereTheServerGoesInTheMiddleOfTheData) {
    ScriptedServer server(
        {{0, "220 x\r\n"}, {1, hello}, {1, "250 ok\r\n"}, {1, "250 ok\r\n"}, {1, "354 go\r\n"}, {8, ""}});
    const Outcome outcome = submit({"", "fred@example.com", long_text()}, place_at(server.port()), "");
    EXPECT_EQ(outcome.kind, Kind::not_now) << outcome.text;
    EXPECT_FALSE(outcome.is_unreachable);
}

TEST(Submission, CA_16_KnowsThatTheMailWasNotTakenWhereTheServerReadsTheDataNoMore) {
    ScriptedServer server({{0, "220 x\r\n"},
                           {1, hello},
                           {1, "250 ok\r\n"},
                           {1, "250 ok\r\n"},
                           {1, "354 go\r\n"},
                           {0, std::string(4'096, 'x'), true}});
    auto place = place_at(server.port());
    place.seconds = 1;
    const Outcome outcome = submit({"", "fred@example.com", long_text()}, place, "");
    EXPECT_EQ(outcome.kind, Kind::not_now) << outcome.text;
}

TEST(Submission, CA_16_KnowsThatTheMailWasNotTakenWhereTheServerHasNoServiceNow) {
    ScriptedServer server({{0, "421 4.3.2 Going down\r\n"}});
    const Outcome outcome = submit(mail(), place_at(server.port()), "");
    EXPECT_EQ(outcome.kind, Kind::not_now);
    EXPECT_THAT(outcome.text, HasSubstr("Going down"));
}

TEST(Submission, TakesAnAnswerThatIsNoSmtpForNoAnswer) {
    ScriptedServer server({{0, "220 x\r\n"}, {1, hello}, {1, "ok\r\n"}});
    EXPECT_EQ(submit(mail(), place_at(server.port()), "").kind, Kind::not_now);
}

TEST(Submission, LogsIn) {
    ScriptedServer server({{0, "220 x\r\n"},
                           {1, "250-x\r\n250 AUTH PLAIN\r\n"},
                           {1, "235 2.7.0 Welcome\r\n"},
                           {1, "250 ok\r\n"},
                           {1, "250 ok\r\n"},
                           {1, "354 go\r\n"},
                           {8, "250 taken\r\n"}});
    auto place = place_at(server.port());
    place.user = "columbarium";
    EXPECT_EQ(submit(mail(), place, "secret").kind, Kind::over);
    // base64 of NUL columbarium NUL secret
    EXPECT_THAT(server.heard(), ::testing::Contains("AUTH PLAIN AGNvbHVtYmFyaXVtAHNlY3JldA=="));
}

TEST(Submission, CA_16_SaysNotNowWhereTheLoginFails) {
    ScriptedServer server({{0, "220 x\r\n"}, {1, "250-x\r\n250 AUTH PLAIN\r\n"}, {1, "535 5.7.8 No\r\n"}});
    auto place = place_at(server.port());
    place.user = "columbarium";
    const Outcome outcome = submit(mail(), place, "secret");
    EXPECT_EQ(outcome.kind, Kind::not_now);
    EXPECT_THAT(outcome.text, ::testing::Not(HasSubstr("secret")));
}

TEST(Submission, SendsNothingWithoutTheLoginThatWasWanted) {
    ScriptedServer server({{0, "220 x\r\n"}, {1, hello}, {1, "250 ok\r\n"}});
    auto place = place_at(server.port());
    place.user = "columbarium";
    EXPECT_EQ(submit(mail(), place, "secret").kind, Kind::not_now);
    EXPECT_THAT(server.heard(), ElementsAre(HasSubstr("EHLO ")));
}

TEST(Submission, SendsNothingInClearWhereTlsIsWanted) {
    const rig::SmtpSink sink;
    auto place = place_at(sink.port());
    place.start_tls = true;
    EXPECT_EQ(submit(mail(), place, "").kind, Kind::not_now);
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST(Submission, RefusesAnAddressThatWouldEndTheCommand) {
    const rig::SmtpSink sink;
    for (const char* address :
         {"fred@example.com>\r\nRCPT TO:<anna@example.com", "a\nb@example.com", "a> X=<b@example.com", ""})
        EXPECT_EQ(submit({"", address, text}, place_at(sink.port()), "").kind, Kind::never) << address;
    EXPECT_EQ(submit({"a\r\nb", "fred@example.com", text}, place_at(sink.port()), "").kind, Kind::never);
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST(Submission, SendsNoAddressInUtf8ToAServerThatTakesNone) {
    const rig::SmtpSink sink;
    EXPECT_EQ(submit({"", "frédéric@example.com", text}, place_at(sink.port()), "").kind, Kind::never);
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST(Submission, MayBeDoneByManyThreadsAtOnce) {
    const rig::SmtpSink sink;
    std::vector<std::thread> threads;
    std::atomic<int> over = 0;
    for (int i = 0; i < 16; ++i)
        threads.emplace_back([&] {
            for (int j = 0; j < 5; ++j)
                over += submit(mail(), place_at(sink.port()), "").kind == Kind::over ? 1 : 0;
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(over, 80);
    EXPECT_THAT(sink.messages(), SizeIs(80));
}

} // namespace
} // namespace columbarium::submission
