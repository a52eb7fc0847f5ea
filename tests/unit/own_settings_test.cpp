// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/own_settings.hpp"

#include <gtest/gtest.h>

#include "base/ascii.hpp"
#include "lifecycle_fixture.hpp"

namespace columbarium::tombstone {
namespace {

using namespace test;

TEST(OwnRequests, AreReadAsTheyAreWritten) {
    for (const OwnRequest& request :
         {OwnRequest{"abc1", OwnSetting::forwarding, {}}, OwnRequest{"abc1@x", OwnSetting::tombstone, ""},
          OwnRequest{"o\"b\\c", OwnSetting::tombstone, "a\"b@example.org"}}) {
        const auto again = read_own_request(to_key(request));
        ASSERT_TRUE(again) << again.error().text;
        EXPECT_EQ(again->user, request.user);
        EXPECT_EQ(again->setting, request.setting);
        EXPECT_EQ(again->value, request.value);
    }
    EXPECT_EQ(to_key({"abc1", OwnSetting::forwarding, "me@example.com"}),
              R"({"user":"abc1","setting":"forwarding","value":"me@example.com"})");
}

TEST(OwnRequests, AreNothingElse) {
    for (const std::string& key :
         {std::string(), std::string("abc1"), std::string("[]"), std::string("{}"),
          std::string(R"({"user": "abc1"})"), std::string(R"({"setting": "forwarding"})"),
          std::string(R"({"user": "", "setting": "forwarding"})"),
          std::string(R"({"user": 1, "setting": "forwarding"})"),
          std::string(R"({"user": "abc1", "setting": "cancelled"})"),
          std::string(R"({"user": "abc1", "setting": "forwarding", "value": 1})"),
          std::string(R"({"user": "abc1", "setting": "forwarding", "value": ["a"]})"),
          std::string(R"({"user": "a\nb", "setting": "forwarding"})"),
          R"({"user": ")" + std::string(1'001, 'x') + R"(", "setting": "forwarding"})",
          std::string(20'000, ' ')}) {
        const auto read = read_own_request(key);
        ASSERT_FALSE(read) << key;
        EXPECT_EQ(read.error().kind, ErrorKind::permanent);
        EXPECT_FALSE(has_control(read.error().text));
    }
    EXPECT_EQ(read_own_request(R"({"user": "abc1", "setting": "forwarding", "value": null})")->value,
              std::nullopt)
        << "asks";
}

TEST(OwnSettings, AreTheTwoAddresses) {
    Story story;
    story.feed(listed_with("ann@example.org", "ann@example.com"));
    EXPECT_EQ(own_setting(story.person(), OwnSetting::forwarding), "ann@example.org");
    EXPECT_EQ(own_setting(story.person(), OwnSetting::tombstone), "ann@example.com");
    EXPECT_EQ(own_setting_of_name("cancelled"), std::nullopt);
    EXPECT_EQ(own_setting_of_name(name_of(OwnSetting::tombstone)), OwnSetting::tombstone);
}

TEST(OwnSettings, AreSetByACurrentUser) {
    Story story;
    story.feed(listed());
    const auto step =
        set_own(story.person(), OwnSetting::forwarding, " ann@Example.org", story.today, story.policy);
    ASSERT_TRUE(step) << step.error().text;
    EXPECT_EQ(step->person.forwarding_address, "ann@example.org");
    EXPECT_FALSE(step->person.is_new);
    ASSERT_EQ(step->changes.size(), 1U);
    EXPECT_EQ(step->changes[0].kind, ChangeKind::forwarding);
    const auto unset = set_own(step->person, OwnSetting::forwarding, "", story.today, story.policy);
    ASSERT_TRUE(unset);
    EXPECT_EQ(unset->person.forwarding_address, "");
}

TEST(OwnSettings, LC_27_ADepartedUserMayChangeTheTombstoneOnly) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    story.gone_from_feed();
    for (const char* value : {"ann@example.net", "", "ann@example.org"}) {
        const auto refused =
            set_own(story.person(), OwnSetting::forwarding, value, story.today, story.policy);
        ASSERT_FALSE(refused) << value;
        EXPECT_EQ(refused.error().kind, ErrorKind::permanent);
        EXPECT_NE(refused.error().text.find("tombstone"), std::string::npos);
        EXPECT_LE(refused.error().text.size(), 200U);
    }
    const auto step =
        set_own(story.person(), OwnSetting::tombstone, "ann@example.com", story.today, story.policy);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->person.tombstone_address, "ann@example.com");
    EXPECT_EQ(step->person.cancelled, story.person().cancelled);
}

TEST(OwnSettings, LC_27_WhoWillDepartMayChangeBoth) {
    Story story;
    story.feed(listed());
    story.cancel(story.today + std::chrono::days(1));
    EXPECT_TRUE(
        set_own(story.person(), OwnSetting::forwarding, "ann@example.net", story.today, story.policy));
}

TEST(OwnSettings, AreRefusedInWordsThatAMailClientCanShow) {
    Story story;
    story.feed(listed());
    for (const std::string& value :
         {std::string("abc1@cam.example.org"), std::string("änn"), std::string("x\r\n* OK"),
          std::string(100'000, 'x'), std::string("\xff\xfe@example.org")})
        for (const OwnSetting setting : {OwnSetting::forwarding, OwnSetting::tombstone}) {
            const auto refused = set_own(story.person(), setting, value, story.today, story.policy);
            ASSERT_FALSE(refused) << value;
            EXPECT_EQ(refused.error().kind, ErrorKind::permanent);
            EXPECT_TRUE(is_ascii(refused.error().text) && !has_control(refused.error().text));
            EXPECT_LE(refused.error().text.size(), 200U);
        }
}

} // namespace
} // namespace columbarium::tombstone
