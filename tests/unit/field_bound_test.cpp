// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/field_bound.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "mail/message.hpp"
#include "mail_samples.hpp"

namespace columbarium::mail {
namespace {

std::string fields(std::size_t count) {
    std::string text;
    for (std::size_t field = 0; field < count; ++field)
        text += "A: b\n";
    return text;
}

std::string bounded(std::string text) {
    drop_fields_beyond_limit(text);
    return text;
}

TEST(FieldBound, LeavesMailBelowTheLimitAsItIs) {
    for (const std::string& text :
         {std::string(), std::string("\n"), test::test_mail("dsn-several-recipients.eml"),
          fields(field_limit) + "\nbody\n", std::string(1'000'000, '\n'), std::string(1'000'000, 'x'),
          std::string(1'000'000, ':')})
        EXPECT_EQ(bounded(text), text);
}

TEST(FieldBound, DropsTheFieldsBeyondTheLimitWithTheirFolds) {
    EXPECT_EQ(bounded(fields(field_limit) + "Dropped: 1\n with a fold\nDropped: 2\n\nbody\n"),
              fields(field_limit) + "\nbody\n");
}

TEST(FieldBound, GoesOnBehindLinesThatAreNoField) {
    EXPECT_EQ(bounded("rubbish\n" + fields(field_limit) + "rubbish\nDropped : 1\n"),
              "rubbish\n" + fields(field_limit) + "rubbish\n");
}

TEST(FieldBound, CountsTheFieldsOfAllParts) {
    EXPECT_EQ(bounded(fields(field_limit) + "\n\n--b\nDropped: 1\n\nx\n--b\nDropped: 2\n\ny\n--b--\n"),
              fields(field_limit) + "\n\n--b\n\nx\n--b\n\ny\n--b--\n");
}

TEST(FieldBound, KeepsTheStructure) {
    const std::string rest =
        "\n--b\nContent-Type: image/png; name=last.png\nContent-Transfer-Encoding: 8bit\n\n"
        "a body\n--b--\n";
    const std::string text = bounded(fields(field_limit) + rest);
    EXPECT_NE(text.find("Content-Type: image/png; name=last.png\nContent-Transfer-Encoding: 8bit\n\n"),
              std::string::npos);
    EXPECT_TRUE(text.ends_with("\n\na body\n--b--\n"));
}

TEST(FieldBound, KeepsAFewContentFieldsOfABlockOnly) {
    std::string many;
    for (int field = 0; field < 1000; ++field)
        many += "Content-X: y\n";
    EXPECT_LE(bounded(fields(field_limit) + "\n--b\n" + many + "\n").size(),
              fields(field_limit).size() + 200);
}

TEST(FieldBound, LeavesAMessageOfFieldsItsAttachments) {
    test::Sample sample("From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" +
                        fields(1'000'000) + "\nx\n--b\nContent-Type: image/png; name=last.png\n\nx\n--b--\n");
    EXPECT_EQ(sample[triage::Fact::attachments], (std::vector<std::string>{"last.png", "image/png"}));
}

std::string without_nested_groups(std::string text) {
    cut_nested_groups(text);
    return text;
}

std::string repeated(std::string_view piece, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += piece;
    return text;
}

TEST(NestedGroups, LeavesFieldsWithFewGroupsAsTheyAre) {
    for (const std::string& text :
         {test::test_mail("dsn-several-recipients.eml"), "From: " + repeated("g:", 999) + "\n",
          "Text: " + repeated("g:", 5000) + "\n"})
        EXPECT_EQ(without_nested_groups(text), text);
}

TEST(NestedGroups, AreCutInFieldsOfAddressesOverAllTheirLines) {
    const std::string folded = "reply-to: " + repeated("g:", 600) + "\n " + repeated("g:", 600) + "\n";
    const std::string cut = without_nested_groups(folded + "Next: x\n");
    EXPECT_EQ(std::count(cut.begin(), cut.end(), ':'), colon_limit + 1);
    EXPECT_EQ(cut.size(), folded.size() + 8);
    EXPECT_TRUE(cut.ends_with("\nNext: x\n"));
}

// GMime calls itself for each group, in the messages that a message holds, too.
TEST(NestedGroups, DoNotExhaustTheStackInAnAttachedMessage) {
    const std::string text = "From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
                             "Content-Type: message/rfc822\n\nFrom: " +
                             repeated("g:", 400'000) + "\n\nhello\n--b--\n";
    StringSource source(text);
    Message message(source);
    const auto parts = message.all_parts();
    ASSERT_TRUE(parts) << parts.error().text;
    EXPECT_GE(parts->size(), 2U);
}

} // namespace
} // namespace columbarium::mail
