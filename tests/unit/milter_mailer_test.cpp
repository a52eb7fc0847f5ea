// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gmock/gmock.h>

#include "milter/mailer.hpp"
#include "rig/smtp_sink.hpp"

namespace columbarium::milter {
namespace {

using Kind = submission::Outcome::Kind;

constexpr const char* text = "Subject: Hello\r\n\r\nHello\r\n";

config::SubmissionPlace place_at(std::uint16_t port) {
    config::SubmissionPlace place;
    place.port = port;
    place.seconds = 1;
    return place;
}

TEST(MilterMailer, DoesNotWaitAgainAtOnceForAServerThatIsAway) {
    rig::SmtpSink sink;
    sink.hang_at(rig::SinkStage::greeting);
    Mailer mailer(place_at(sink.port()), "", 4);
    EXPECT_EQ(mailer.hand_over("fred@example.com", text).kind, Kind::not_now);
    const auto begun = std::chrono::steady_clock::now();
    const auto second = mailer.hand_over("fred@example.com", text);
    EXPECT_EQ(second.kind, Kind::not_now);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(900));
    sink.accept_everything();
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        return mailer.hand_over("fred@example.com", text).kind == Kind::over;
    }));
}

TEST(MilterMailer, TriesAgainAtOnceWhereOnlyOneMailWasRefused) {
    rig::SmtpSink sink;
    sink.refuse("fred@example.com", "450 4.2.1 Later");
    Mailer mailer(place_at(sink.port()), "", 4);
    EXPECT_EQ(mailer.hand_over("fred@example.com", text).kind, Kind::not_now);
    EXPECT_EQ(mailer.hand_over("anna@example.com", text).kind, Kind::over);
}

} // namespace
} // namespace columbarium::milter
