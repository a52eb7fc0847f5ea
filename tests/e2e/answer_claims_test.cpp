// SPDX-License-Identifier: LGPL-2.1-or-later
// The service's map "reply", for automatic answers of a desk: a site without people.
#include <chrono>

#include <gmock/gmock.h>

#include "desk/answer.hpp"
#include "desk_maps_fixture.hpp"
#include "reply/claim.hpp"

namespace columbarium::e2e {
namespace {

using reply::Claim;
using reply::ClaimOutcome;
using ::testing::HasSubstr;
using Kind = reply::ClaimRequest::Kind;
using enum reply::ClaimState;

class AnswerClaims : public DeskMapsTest {
  protected:
    AnswerClaims() {
        options.site_config += "[answers.The-Bat]\n"
                               "templates = \"/etc/dovecot/columbarium-replies\"\n";
    }

    [[nodiscard]] static Claim claim(const std::string& sender, const std::string& answer = "The-Bat") {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        return reply::claim_of(sender, {desk::claim_name(answer)}, now, config::ReplyPolicy());
    }

    std::string say(const Claim& of, Kind kind = Kind::claim, const char* user = "support") {
        return ask_as_mail_user("reply", reply::to_key({kind, user, of}));
    }

    static ClaimOutcome outcome(const std::string& value) {
        const auto read = reply::read_claim_outcome(value);
        EXPECT_TRUE(read) << value;
        return read.value_or(ClaimOutcome());
    }
};

TEST_F(AnswerClaims, GiveADeskTheRightToAnswerASenderOnce) {
    const Claim mine = claim("ivan@example.com");
    EXPECT_EQ(outcome(say(mine)), (ClaimOutcome{{granted}, ""}));
    EXPECT_EQ(outcome(say(mine)), (ClaimOutcome{{pending}, ""}));
    EXPECT_EQ(say(mine, Kind::confirm), "done");
    EXPECT_EQ(outcome(say(claim("ivan@example.com", "the-bat"))), (ClaimOutcome{{told}, ""}))
        << "the same name";
    const Claim hers = claim("olga@example.com");
    EXPECT_EQ(outcome(say(hers)), (ClaimOutcome{{granted}, ""}));
    EXPECT_EQ(say(hers, Kind::release), "done");
    EXPECT_EQ(outcome(say(claim("olga@example.com"))), (ClaimOutcome{{granted}, ""}))
        << "nobody has told her";
}

TEST_F(AnswerClaims, RememberForEachDeskAndAnswerByItself) {
    const Claim mine = claim("ivan@example.com");
    ASSERT_EQ(outcome(say(mine)).states.at(0), granted);
    Claim stored = mine;
    stored.people = {desk::claim_person(desk::claim_name("The-Bat"), "support")};
    EXPECT_EQ(people().claim(stored).value().states.at(0), pending);
    stored.people = {desk::claim_person(desk::claim_name("The-Bat"), "sales")};
    EXPECT_EQ(people().claim(stored).value().states.at(0), granted);
}

TEST_F(AnswerClaims, AreOfTheUserWhoAsksAndOfAnswersOfTheSite) {
    for (const char* user : {"sales", "stranger"})
        EXPECT_THAT(say(claim("ivan@example.com"), Kind::claim, user), HasSubstr("not allowed"));
    EXPECT_THAT(ask_on(socket_of("columbarium-settings"), "reply",
                       reply::to_key({Kind::claim, "support", claim("ivan@example.com", "other")})),
                Fails(wire::ReplyStatus::temporary, "reload Dovecot"));
    Claim person = claim("ivan@example.com");
    person.people = {"support"};
    EXPECT_THAT(say(person), HasSubstr("names no people"));
    person.people = {desk::claim_name("The-Bat"), "support"};
    EXPECT_THAT(say(person), HasSubstr("names no people"));
    person.people = {desk::claim_person(desk::claim_name("The-Bat"), "support")};
    EXPECT_THAT(say(person), HasSubstr("names no people"));
}

TEST_F(AnswerClaims, AreOfNowAndEndWithTheSitesInterval) {
    Claim earlier = claim("ivan@example.com");
    earlier.now -= std::chrono::hours(2);
    EXPECT_THAT(say(earlier), HasSubstr("another time"));
    Claim shorter = claim("ivan@example.com");
    shorter.until = shorter.now + std::chrono::seconds(1);
    ASSERT_EQ(outcome(say(shorter)).states.at(0), granted);
    Claim later = claim("ivan@example.com");
    later.people = {desk::claim_person(desk::claim_name("The-Bat"), "support")};
    later.now += std::chrono::days(6);
    EXPECT_EQ(people().claim(later).value().states.at(0), pending);
    later.now += std::chrono::days(2);
    later.until += std::chrono::days(8);
    EXPECT_EQ(people().claim(later).value().states.at(0), granted);
}

TEST_F(AnswerClaims, AR_31_CountByTheSitesCaps) {
    options.site_config += "[reply]\nper_hour = 1\n";
    EXPECT_EQ(outcome(say(claim("a@example.com"))).cap, "");
    std::string cap = outcome(say(claim("b@example.com"))).cap;
    if (cap.empty()) // the hour has ended meanwhile
        cap = outcome(say(claim("c@example.com"))).cap;
    EXPECT_EQ(cap, "per_hour");
}

} // namespace
} // namespace columbarium::e2e
