// SPDX-License-Identifier: LGPL-2.1-or-later
// The mark of a desk's forwards, and the fact that tells of a forward that bounced.
#include "triage/forward_mark.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/ascii.hpp"
#include "mail_samples.hpp"

namespace columbarium::triage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<ForwardMark> marks_of(const std::string& block) {
    return forward_marks(mail::HeaderFields(block));
}

std::string field(const std::string& body) {
    return "X-Columbarium-Forward: " + body + "\n";
}

TEST(ForwardMark, IsReadAsItWasWritten) {
    EXPECT_EQ(to_field({"support@example.org", "disputes"}), "support@example.org; channel=disputes");
    EXPECT_EQ(to_field({"support@example.org", ""}), "support@example.org");
    for (const ForwardMark& mark :
         {ForwardMark{"support@example.org", "disputes"}, ForwardMark{"support@example.org", ""},
          ForwardMark{"support@example.org", "Споры"}, ForwardMark{"support@example.org", "a; channel=b"},
          ForwardMark{"support@example.org", "100% \"sure\" (really)"},
          ForwardMark{"grüne@example.org", "a b"}, ForwardMark{"a=b%c@example.org", "x"}}) {
        const std::string body = to_field(mark);
        EXPECT_TRUE(is_ascii(body)) << body;
        EXPECT_THAT(marks_of(field(body)), ElementsAre(mark)) << body;
    }
}

TEST(ForwardMark, NeverTakesMoreThanFourHundredOctetsAndNeverHalfACharacter) {
    std::string name;
    while (name.size() < 250)
        name += "ж";
    const std::string body = to_field({std::string(64, 'a') + "@" + std::string(180, 'b') + ".org", name});
    EXPECT_LE(body.size(), 400U);
    const auto marks = marks_of(field(body));
    ASSERT_EQ(marks.size(), 1U);
    EXPECT_FALSE(marks[0].channel.empty());
    EXPECT_EQ(name.compare(0, marks[0].channel.size(), marks[0].channel), 0);
    EXPECT_EQ(marks[0].channel.size() % 2, 0U);
    EXPECT_LE(to_field({std::string(1000, 'a') + "@example.org", name}).size(), 400U);
}

TEST(ForwardMark, CannotBreakOutOfItsField) {
    const std::string body = to_field({"support@example.org", "a\r\nBcc: everybody@example.com\r\n\r\nx"});
    EXPECT_FALSE(has_control(body)) << body;
    const auto marks = marks_of(field("support@example.org; channel=a%0D%0Ab%00c"));
    ASSERT_EQ(marks.size(), 1U);
    EXPECT_FALSE(has_control(marks[0].channel));
}

TEST(ForwardMark, HasNothingThatReadersDecode) {
    const ForwardMark mark{"support@example.org", "=?utf-8?q?a?="};
    EXPECT_EQ(to_field(mark), "support@example.org; channel=%3D%3Futf-8%3Fq%3Fa%3F%3D");
    EXPECT_THAT(marks_of(field(to_field(mark))), ElementsAre(mark));
    EXPECT_THAT(marks_of(field("a=b?c@example.org; channel=x=y?")),
                ElementsAre(ForwardMark{"a=b?c@example.org", "x=y?"}))
        << "as earlier versions wrote it";
}

TEST(ForwardMark, OfAHeaderIsTheNewestFirst) {
    EXPECT_THAT(marks_of("Subject: x\n" + field("b@example.org; channel=two") + "To: y@example.org\n" +
                         "x-columbarium-FORWARD: A@EXAMPLE.org;\n\tCHANNEL=one\n"),
                ElementsAre(ForwardMark{"b@example.org", "two"}, ForwardMark{"a@example.org", "one"}));
    EXPECT_THAT(marks_of("Subject: x\n"), IsEmpty());
}

TEST(ForwardMark, ThatCannotBeReadCountsAsOneOfNobody) {
    for (const char* body : {"", "nonsense", "; channel=x", "@", "a b c@@", "=?utf-8?q?x?="})
        EXPECT_THAT(marks_of(field(body)), ElementsAre(ForwardMark{})) << body;
    EXPECT_THAT(marks_of(field("a@example.org; other=1; channel=x; channel=y")),
                ElementsAre(ForwardMark{"a@example.org", "x"}));
}

TEST(ForwardMark, OfAHeaderIsReadFiftyTimes) {
    std::string block;
    for (int count = 0; count < 1000; ++count)
        block += field("a@example.org");
    EXPECT_EQ(marks_of(block).size(), 50U);
}

TEST(ForwardMark, OfAReturnedMessageIsTheFactBounceForward) {
    std::string bounce = test::test_mail("dsn-failed-user-unknown.eml");
    {
        test::Sample sample(bounce);
        EXPECT_THAT(sample[Fact::bounce_forward], IsEmpty());
    }
    const std::size_t returned = bounce.find("Message-ID: <probe-20260303-17");
    ASSERT_NE(returned, std::string::npos);
    bounce.insert(returned,
                  field("support@example.org; channel=disputes") + field("other@example.net; channel=x"));
    test::Sample sample(bounce);
    EXPECT_THAT(sample[Fact::bounce_forward], ElementsAre("disputes"));
}

TEST(ForwardMark, OfTheMessageItselfIsNotTheFactBounceForward) {
    test::Sample sample(field("support@example.org; channel=disputes") +
                        test::test_mail("dsn-failed-user-unknown.eml"));
    EXPECT_THAT(sample[Fact::bounce_forward], IsEmpty());
}

} // namespace
} // namespace columbarium::triage
