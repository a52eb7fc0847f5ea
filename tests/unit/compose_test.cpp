// SPDX-License-Identifier: LGPL-2.1-or-later
#include "notify/compose.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "xmpp/xml_text.hpp"

namespace columbarium::notify {
namespace {

constexpr std::int64_t now = 1'700'000'000;

Action action_for(std::string_view uri) {
    auto parsed = xmpp::parse_xmpp_uri(uri);
    EXPECT_TRUE(parsed) << uri;
    return {.uri = *std::move(parsed),
            .message = std::nullopt,
            .from = std::nullopt,
            .importance = 2,
            .owner = "romeo",
            .recipient = "romeo@example.com",
            .mail_from = "Juliet <juliet@example.org>",
            .mail_subject = "Contact me!",
            .mailbox = "INBOX"};
}

Notification composed(const Action& action, const config::NotifyPolicy& policy = {}) {
    return compose(action, policy, "id-1", now);
}

// The four pairs of RFC 5437, section 3.
TEST(ComposedNotifications, XN_12_XN_13_ABasicActionHasTheSitesTexts) {
    const Notification notification = composed(action_for("xmpp:romeo@im.example.com"));
    EXPECT_EQ(notification.to.text(), "romeo@im.example.com");
    EXPECT_EQ(notification.subject, "SIEVE");
    EXPECT_EQ(notification.body, "New mail from Juliet <juliet@example.org>: Contact me!");
    EXPECT_EQ(notification.resent_from, "romeo@example.com");
    EXPECT_FALSE(notification.headline);
    EXPECT_EQ(notification.url, "");
    EXPECT_EQ(notification.id, "id-1");
    EXPECT_EQ(notification.owner, "romeo");
    EXPECT_EQ(notification.created, now);
}

TEST(ComposedNotifications, XN_12_TheMessageOverridesTheBodyOfTheUri) {
    Action action = action_for("xmpp:romeo@im.example.com?message;body=From%20the%20URI");
    EXPECT_EQ(composed(action).body, "From the URI");
    action.message = "Contact Juliet immediately!";
    EXPECT_EQ(composed(action).body, "Contact Juliet immediately!");
}

TEST(ComposedNotifications, XN_13_TheSubjectOfTheUriIsUsed) {
    const Notification notification = composed(action_for(
        "xmpp:romeo@im.example.com\n  ?message;subject=SIEVE%20NOTICE:%20JULIET%20SENT%20YOU%20AN%20EMAIL"));
    EXPECT_EQ(notification.subject, "SIEVE NOTICE: JULIET SENT YOU AN EMAIL");
    EXPECT_EQ(composed(action_for("xmpp:a@b?message;subject=")).subject, "") << "none is wanted";
    config::NotifyPolicy policy;
    policy.subject = "";
    EXPECT_EQ(composed(action_for("xmpp:a@b"), policy).subject, "");
}

TEST(ComposedNotifications, XN_10_TheAddressIsThatOfTheUri) {
    EXPECT_EQ(composed(action_for("xmpp:romeo@im.example.com/orchard")).to.text(),
              "romeo@im.example.com/orchard");
}

TEST(ComposedNotifications, XN_9_TheSiteSaysOfWhichTypeTheyAre) {
    config::NotifyPolicy policy;
    EXPECT_FALSE(composed(action_for("xmpp:a@b"), policy).headline);
    policy.headline = true;
    EXPECT_TRUE(composed(action_for("xmpp:a@b?message;type=chat"), policy).headline);
}

TEST(ComposedNotifications, XN_7_ImportanceBecomesUrgency) {
    Action action = action_for("xmpp:a@b");
    const char* const expected[] = {"medium", "high", "medium", "low", "medium"};
    for (int importance = 0; importance <= 4; ++importance) {
        action.importance = importance;
        EXPECT_EQ(composed(action).urgency, expected[importance]) << importance;
    }
}

TEST(ComposedNotifications, XN_15_XN_6_FromIsWhoItIsResentFrom) {
    Action action = action_for("xmpp:a@b");
    EXPECT_EQ(composed(action).resent_from, "romeo@example.com");
    action.from = "friar@example.com";
    EXPECT_EQ(composed(action).resent_from, "friar@example.com");
    action.from.reset();
    action.recipient = "";
    EXPECT_EQ(composed(action).resent_from, "");
}

TEST(ComposedNotifications, XN_14_EN_14_TheHintNamesTheMailboxPercentEncoded) {
    config::NotifyPolicy policy;
    policy.url = "imap://imap.example.com/{mailbox};user={user}";
    Action action = action_for("xmpp:a@b");
    action.owner = "ro meo@x";
    action.mailbox = "Entwürfe/a b~c-d_e.f{user}%";
    EXPECT_EQ(composed(action, policy).url,
              "imap://imap.example.com/Entw%C3%BCrfe%2Fa%20b~c-d_e.f%7Buser%7D%25;user=ro%20meo%40x");
    action.mailbox = "";
    EXPECT_EQ(composed(action, policy).url, "") << "a hint to nowhere is none";
    policy.url = "https://mail.example.com/{user}";
    EXPECT_EQ(composed(action, policy).url, "https://mail.example.com/ro%20meo%40x");
    action.owner = std::string(5'000, 'a');
    EXPECT_EQ(composed(action, policy).url, "") << "half a URL leads elsewhere";
    EXPECT_EQ(composed(action, policy).body, composed(action).body) << "the rest is sent";
    const std::string before = "https://mail.example.com/";
    action.owner = std::string(longest_url - before.size(), 'a');
    EXPECT_EQ(composed(action, policy).url, before + action.owner) << "the longest";
    action.owner.back() = '/';
    EXPECT_EQ(composed(action, policy).url, "") << "too long when it is encoded";
}

TEST(ComposedNotifications, XN_12_TheSitesTextHasPlaceholders) {
    config::NotifyPolicy policy;
    policy.text = "{subject}/{from}/{recipient}/{other}/{/{{from}}";
    Action action = action_for("xmpp:a@b");
    action.mail_from = "{subject}";
    action.mail_subject = "{recipient}";
    action.recipient = "r@x";
    EXPECT_EQ(composed(action, policy).body, "{recipient}/{subject}/r@x/{other}/{/{{subject}}");
    EXPECT_EQ(composed(action, policy).subject, "SIEVE");
}

TEST(ComposedNotifications, XN_17_OnlyTheSitesTextHasPlaceholders) {
    Action action = action_for("xmpp:a@b?message;subject=%7Bfrom%7D");
    action.message = "  {from}\r\n {subject} ";
    EXPECT_EQ(composed(action).body, "  {from}\r\n {subject} ");
    EXPECT_EQ(composed(action).subject, "{from}");
}

TEST(ComposedNotifications, XN_12_AlwaysHaveABody) {
    config::NotifyPolicy policy;
    policy.text = "{subject}";
    Action action = action_for("xmpp:a@b?message;body=");
    action.mail_subject = "";
    action.message = "";
    EXPECT_EQ(composed(action, policy).body, "New mail");
    action.mail_subject = "Hello";
    EXPECT_EQ(composed(action, policy).body, "Hello");
    policy.text = "";
    EXPECT_EQ(composed(action, policy).body, "New mail");
}

TEST(ComposedNotifications, EN_8_XN_18_HoldNothingThatXmlForbids) {
    const std::string fffd = "\xef\xbf\xbd";
    Action action = action_for("xmpp:a@b?message;subject=a%01b");
    action.message = std::string("a\0b\x1b\xff\xef\xbf\xbf", 8);
    action.owner = "ro\xffmeo";
    action.recipient = "ro\x01meo@x";
    const Notification notification = composed(action);
    EXPECT_EQ(notification.body, "a" + fffd + "b" + fffd + fffd + fffd);
    EXPECT_EQ(notification.subject, "a" + fffd + "b");
    EXPECT_EQ(notification.owner, "ro" + fffd + "meo");
    EXPECT_EQ(notification.resent_from, "ro" + fffd + "meo@x");
    action.message.reset();
    action.mail_subject = "\xe2\x82";
    EXPECT_EQ(composed(action).body, "New mail from Juliet <juliet@example.org>: " + fffd + fffd);
}

TEST(ComposedNotifications, EN_7_XN_17_LongTextsAreCutAtACharacter) {
    config::NotifyPolicy policy;
    policy.body_limit = 100;
    Action action = action_for("xmpp:a@b");
    action.message = "a";
    for (int i = 0; i < 100; ++i)
        *action.message += "ü";
    EXPECT_EQ(composed(action, policy).body, action.message->substr(0, 99));
    action.message = std::string(100, 'x');
    EXPECT_EQ(composed(action, policy).body, *action.message);
    action.message = std::string(99, 'x') + "\xf0\x9f\x93\xb1";
    EXPECT_EQ(composed(action, policy).body, std::string(99, 'x'));
    action.message.reset();
    action.mail_subject = std::string(1'000'000, 's');
    EXPECT_EQ(composed(action, policy).body.size(), 100U);
}

TEST(ComposedNotifications, AlwaysFitIntoOneRequest) {
    config::NotifyPolicy policy;
    policy.body_limit = 60'000;
    for (const char* unit : {"\n", "\"", "\\", "a", "ü", "\xff", "\x01"}) {
        Action action = action_for("xmpp:a@b");
        action.message = std::string();
        while (action.message->size() < 70'000)
            *action.message += unit;
        action.owner = action.recipient = *action.message;
        const Notification notification = composed(action, policy);
        EXPECT_GE(notification.body.size(), 29'000U);
        const auto again = from_value(to_value(notification));
        ASSERT_TRUE(again) << again.error().text;
        EXPECT_EQ(*again, notification);
    }
}

struct From {
    const char* what;
    std::string text;
    bool expected;
};

void PrintTo(const From& from, std::ostream* stream) {
    *stream << from.what;
}

class ValidFrom : public ::testing::TestWithParam<From> {};

TEST_P(ValidFrom, IsAMailbox) {
    EXPECT_EQ(is_valid_from(GetParam().text), GetParam().expected);
}

const From froms[] = {
    {"XN_6_Mailbox", "romeo@example.com", true},
    {"XN_6_Atoms", "a.b+c!#$%&'*/=?^_`{|}~-@example.com", true},
    {"XN_6_QuotedString", R"("Romeo Montague @ home \" x"@example.com)", true},
    {"XN_6_EmptyQuotedString", R"(""@example.com)", true},
    {"XN_6_OneLabel", "root@localhost", true},
    {"XN_6_IpV4", "romeo@[192.0.2.1]", true},
    {"XN_6_IpV6", "romeo@[IPv6:2001:db8::1]", true},
    {"XN_6_LettersBeyondAscii", "jürgen@bücher.example", true},
    {"XN_6_DisplayName", "Romeo <romeo@example.com>", false},
    {"XN_6_AngleBrackets", "<romeo@example.com>", false},
    {"XN_6_Empty", "", false},
    {"XN_6_NoAt", "romeo", false},
    {"XN_6_NoLocalPart", "@example.com", false},
    {"XN_6_NoDomain", "romeo@", false},
    {"XN_6_TwoAts", "a@b@example.com", false},
    {"XN_6_BlankBefore", " romeo@example.com", false},
    {"XN_6_BlankBehind", "romeo@example.com ", false},
    {"XN_6_TwoDots", "a..b@example.com", false},
    {"XN_6_DotInFront", ".a@example.com", false},
    {"XN_6_DotAtTheEnd", "a@example.com.", false},
    {"XN_6_HyphenInFront", "a@-example.com", false},
    {"XN_6_LowLineInTheDomain", "a@b_c.example", false},
    {"XN_6_NoIpV4", "a@[192.0.2]", false},
    {"XN_6_NoIpV6", "a@[IPv6:x]", false},
    {"XN_6_IpV6WithoutTag", "a@[::1]", false},
    {"XN_6_OpenBracket", "a@[192.0.2.1", false},
    {"XN_6_BracketAlone", "a@[", false},
    {"XN_6_OpenQuote", "\"a@example.com", false},
    {"XN_6_QuoteInside", R"("a"b"@example.com)", false},
    {"XN_6_BackslashAtTheEnd", R"("a\"@example.com)", false},
    {"XN_6_LineEnd", "a\r\nb@example.com", false},
    {"XN_6_LineEndInQuotes", "\"a\nb\"@example.com", false},
    {"XN_6_Two", "a@b, c@d", false},
    {"XN_6_LongLocalPart", std::string(65, 'a') + "@b", false},
    {"XN_6_LongLabel", "a@" + std::string(64, 'b'), false},
    {"XN_6_BrokenUtf8", "a\xff@b", false},
    {"XN_6_Nul", std::string("a@b\0c", 5), false},
    {"XN_6_Megabyte", std::string(1'000'000, 'a') + "@b", false},
};

INSTANTIATE_TEST_SUITE_P(Table, ValidFrom, ::testing::ValuesIn(froms),
                         [](const auto& from) { return std::string(from.param.what); });

} // namespace
} // namespace columbarium::notify
