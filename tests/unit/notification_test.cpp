// SPDX-License-Identifier: LGPL-2.1-or-later
#include "notify/notification.hpp"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace columbarium::notify {
namespace {

Notification example() {
    return {.id = "n-1",
            .owner = "juliet",
            .to = *xmpp::Jid::parse("romeo@example.com/orchard"),
            .headline = false,
            .subject = "SIEVE",
            .body = "Wherefore \"art\" thou?\n<b> & 'c' Grüße",
            .urgency = "high",
            .resent_from = "juliet@example.com",
            .url = "imap://example.com/INBOX",
            .created = 1'700'000'000};
}

TEST(NotificationValues, XN_10_AreJsonWithTheAddressAsTheUriHasIt) {
    Notification notification = example();
    notification.body = "Hello";
    EXPECT_EQ(to_value(notification),
              R"({"id":"n-1","owner":"juliet","to":"romeo@example.com/orchard","type":"normal",)"
              R"("subject":"SIEVE","body":"Hello","urgency":"high","resent_from":"juliet@example.com",)"
              R"("url":"imap://example.com/INBOX","created":1700000000})");
    notification.subject = notification.resent_from = notification.url = "";
    notification.headline = true;
    EXPECT_EQ(to_value(notification),
              R"({"id":"n-1","owner":"juliet","to":"romeo@example.com/orchard","type":"headline",)"
              R"("body":"Hello","urgency":"high","created":1700000000})");
}

TEST(NotificationValues, XN_17_ComeBackAsTheyWere) {
    Notification notification = example();
    for (const bool headline : {false, true}) {
        notification.headline = headline;
        const auto again = from_value(to_value(notification));
        ASSERT_TRUE(again) << again.error().text;
        EXPECT_EQ(*again, notification);
    }
    notification.subject = notification.resent_from = notification.url = "";
    EXPECT_EQ(*from_value(to_value(notification)), notification);
}

struct BadValue {
    const char* what;
    std::string name;     // of the member that is replaced
    std::string value;    // JSON; "" leaves the member out
    std::string expected; // a part of the failure's text
};

void PrintTo(const BadValue& bad, std::ostream* stream) {
    *stream << bad.what;
}

// The example with one member replaced.
std::string with(const std::string& name, const std::string& value) {
    std::string text = R"({"id":"n-1","owner":"juliet","to":"romeo@example.com","type":"normal",)"
                       R"("body":"Hello","urgency":"low","created":1700000000})";
    const std::size_t begin = text.find("\"" + name + "\":");
    if (begin == std::string::npos)
        return text.insert(1, "\"" + name + "\":" + value + ",");
    std::size_t end = text.find(",\"", begin);
    if (end == std::string::npos)
        end = text.size() - 1;
    return text.replace(begin, end - begin, value.empty() ? "\"x\":1" : "\"" + name + "\":" + value);
}

class BadNotifications : public ::testing::TestWithParam<BadValue> {};

TEST_P(BadNotifications, AreAPermanentFailure) {
    ASSERT_TRUE(from_value(with("x", "1")));
    const auto notification = from_value(with(GetParam().name, GetParam().value));
    ASSERT_FALSE(notification);
    EXPECT_EQ(notification.error().kind, ErrorKind::permanent);
    EXPECT_NE(notification.error().text.find(GetParam().expected), std::string::npos)
        << notification.error().text;
    EXPECT_LT(notification.error().text.size(), 300U);
}

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

const BadValue bad_values[] = {
    {"NoId", "id", "", "\"id\""},
    {"EmptyId", "id", "\"\"", "\"id\""},
    {"IdWithOtherCharacters", "id", "\"a'/><\"", "\"id\""},
    {"LongId", "id", quoted(std::string(65, 'a')), "\"id\""},
    {"IdIsNoText", "id", "1", "\"id\" is no text"},
    {"XN_10_NoTarget", "to", "", "\"to\""},
    {"XN_10_TargetIsNoJid", "to", "\"a@b@c\"", "\"to\""},
    {"XN_9_NoType", "type", "", "\"type\""},
    {"XN_9_TypeChat", "type", "\"chat\"", "\"type\""},
    {"XN_7_OtherUrgency", "urgency", "\"urgent\"", "\"urgency\""},
    {"XN_7_NoUrgency", "urgency", "", "\"urgency\""},
    {"XN_12_NoBody", "body", "", "no \"body\""},
    {"XN_12_EmptyBody", "body", "\"\"", "no \"body\""},
    {"XN_18_ControlInTheBody", "body", R"("a\u0001")", "\"body\" holds what XML forbids"},
    {"XN_18_NulInTheSubject", "subject", R"("a\u0000")", "\"subject\" holds what XML forbids"},
    {"XN_18_NoncharacterInTheUrl", "url", R"("\uffff")", "\"url\" holds what XML forbids"},
    {"XN_18_ControlInTheOwner", "owner", R"("\u001b")", "\"owner\" holds what XML forbids"},
    {"XN_18_BrokenUtf8", "body", "\"\xff\"", "is no JSON"},
    {"EN_7_BodyTooLong", "body", quoted(std::string(60'001, 'a')), "longer than 60000"},
    {"SubjectTooLong", "subject", quoted(std::string(1'001, 'a')), "longer than 1000"},
    {"ResentFromTooLong", "resent_from", quoted(std::string(1'001, 'a')), "longer than 1000"},
    {"UrlTooLong", "url", quoted(std::string(4'001, 'a')), "longer than 4000"},
    {"AllTooLong", "x", quoted(std::string(100'000, 'a')), "longer than"},
    {"NoTime", "created", "", "\"created\""},
    {"TimeIsNoNumber", "created", "\"now\"", "\"created\""},
    {"TimeBeforeTheEpoch", "created", "-1", "1970"},
    {"SubjectIsAnObject", "subject", "{}", "\"subject\" is no text"},
};

INSTANTIATE_TEST_SUITE_P(Table, BadNotifications, ::testing::ValuesIn(bad_values),
                         [](const auto& bad) { return std::string(bad.param.what); });

TEST(NotificationValues, AreObjects) {
    for (const char* value : {"", "[]", "null", "OK", "{", "{}", "{\"id\":"})
        EXPECT_FALSE(from_value(value)) << value;
}

} // namespace
} // namespace columbarium::notify
