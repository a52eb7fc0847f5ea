// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/person.hpp"

#include <string>

#include <gtest/gtest.h>

#include "base/ascii.hpp"
#include "tombstone/date.hpp"

namespace columbarium::tombstone {
namespace {

using namespace std::string_literals;

TEST(Usernames, AreKeptInLowerCase) {
    EXPECT_EQ(fold_username("FANF2").value(), "fanf2");
    EXPECT_EQ(fold_username("o'brien").value(), "o'brien");
    EXPECT_EQ(fold_username("first.last").value(), "first.last");
    EXPECT_EQ(fold_username("a").value(), "a");
    EXPECT_EQ(fold_username(std::string(64, 'x')).value(), std::string(64, 'x'));
}

TEST(Usernames, AreNotWhatNoLocalPartCanBe) {
    for (const std::string& text : {""s, std::string(65, 'x'), "a b"s, " a"s, "a\n"s, "a\r\nb"s, "a\0b"s,
                                    "ann@example.org"s, "\"ann\""s, "-rf"s, ".a"s, "a."s, "a..b"s, "ännchen"s,
                                    "a,b"s, "\x80"s, "a\tb"s, "a\\b"s, "a(b)"s}) {
        const auto folded = fold_username(text);
        ASSERT_FALSE(folded) << text;
        EXPECT_EQ(folded.error().kind, ErrorKind::permanent);
        EXPECT_FALSE(has_control(folded.error().text));
        EXPECT_LT(folded.error().text.size(), 300U);
    }
}

TEST(Addresses, AreKeptWithTheirDomainInLowerCaseAndAsALabels) {
    EXPECT_EQ(prepare_address("Ann.Other@EXAMPLE.Org").value(), "Ann.Other@example.org");
    EXPECT_EQ(prepare_address("\t ann@example.org \r\n").value(), "ann@example.org");
    EXPECT_EQ(prepare_address("ann+x@Bücher.Example").value(), "ann+x@xn--bcher-kva.example");
    EXPECT_EQ(prepare_address("a/b=c{d}@e-f.g1").value(), "a/b=c{d}@e-f.g1");
    const std::string longest = std::string(64, 'a') + "@" + std::string(63, 'b') + "." +
                                std::string(63, 'c') + "." + std::string(57, 'd') + ".ex";
    ASSERT_EQ(longest.size(), 253U);
    EXPECT_EQ(prepare_address(longest).value(), longest);
}

struct BadAddress {
    std::string text;
    const char* fault;
};

TEST(Addresses, AreNotWhatMailCannotBeSentTo) {
    const std::string too_long = std::string(64, 'a') + "@" + std::string(63, 'b') + "." +
                                 std::string(63, 'c') + "." + std::string(60, 'd') + ".ex";
    for (const BadAddress& row : {
             BadAddress{"", "empty"},
             {"  ", "empty"},
             {"ann", "no \"@\""},
             {"@example.org", "nothing before"},
             {"ann@", "domain"},
             {"ann@localhost", "domain"},
             {"ann@example.org.", "domain"},
             {"ann@.example.org", "domain"},
             {"ann@exa mple.org", "domain"},
             {"ann@example..org", "domain"},
             {"ann@-example.org", "domain"},
             {"ann@exa_mple.org", "domain"},
             {"ann@192.0.2.1", "domain"},
             {"ann@[192.0.2.1]", "domain"},
             {"\"ann\"@example.org", "quotes"},
             {"@relay.example:ann@example.org", "no mail address"},
             {"a b@example.org", "no mail address"},
             {"-ann@example.org", "begins with \"-\""},
             {"-@example.org", "begins with \"-\""},
             {"a..b@example.org", "no mail address"},
             {"a@b@example.org", "no mail address"},
             {"Ann <ann@example.org>", "no mail address"},
             {"änn@example.org", "no mail address"},
             {"ann\r\nBcc: x@example.org", "no mail address"},
             {"ann\0@example.org"s, "no mail address"},
             {"ann@example.org\nx", "domain"},
             {"ann@ex\xff\xfe.org", "domain"},
             {std::string(65, 'a') + "@example.org", "64"},
             {too_long, "254"},
             {std::string(10'000'000, 'x'), "254"},
         }) {
        const auto prepared = prepare_address(row.text);
        ASSERT_FALSE(prepared) << row.text;
        EXPECT_EQ(prepared.error().kind, ErrorKind::permanent);
        EXPECT_NE(prepared.error().text.find(row.fault), std::string::npos) << prepared.error().text;
        EXPECT_FALSE(has_control(prepared.error().text));
        EXPECT_LT(prepared.error().text.size(), 400U);
    }
}

TEST(Addresses, AreNotLongerAsALabelsThanMailAllows) {
    const std::string label = "ä" + std::string(50, 'b') + ".";
    const std::string domain = label + label + label + label + "ex";
    EXPECT_LT(domain.size(), 220U);
    const auto short_enough = prepare_address("a@" + domain);
    ASSERT_TRUE(short_enough);
    EXPECT_GT(short_enough->size(), domain.size() + 20);
    const auto refused = prepare_address(std::string(30, 'a') + "@" + domain);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("254"), std::string::npos) << refused.error().text;
}

TEST(Names, MayHoldQuotesAndAllLetters) {
    for (const char* name : {"", "Ann \"Annie\" O'Ther", "Ærøskøbing", "山田太郎", "a\\b, c; d=e"})
        EXPECT_EQ(name_fault(name), "") << name;
    EXPECT_EQ(name_fault(std::string(1'000, 'x')), "");
}

TEST(Names, MayNotHoldWhatBreaksLinesOrIsNoText) {
    for (const std::string& name : {"Ann\r\nBcc: x"s, "Ann\n"s, "\t"s, "a\0b"s, "\x7f"s, "a\xc2\x85z"s,
                                    "a\xe2\x80\xa8z"s, "a\xe2\x80\xa9z"s})
        EXPECT_EQ(name_fault(name), "holds control characters") << name;
    for (const std::string& name : {"\xe4nn"s, "\xff"s, "\xc3"s, "\xed\xa0\x80"s, "\xc0\xaf"s})
        EXPECT_EQ(name_fault(name), "is not UTF-8");
    for (const std::string& control : {"\u061c"s, "\u200e"s, "\u200f"s, "\u202a"s, "\u202b"s, "\u202c"s,
                                       "\u202d"s, "\u202e"s, "\u2066"s, "\u2067"s, "\u2068"s, "\u2069"s})
        EXPECT_EQ(name_fault("Ann " + control + "rehtO"),
                  "holds characters that turn the direction of writing");
    for (const std::string& other : {"\u061b"s, "\u200d"s, "\u2010"s, "\u202f"s, "\u2065"s, "\u206a"s})
        EXPECT_EQ(name_fault("Ann" + other), "");
    EXPECT_EQ(name_fault(std::string(1'001, 'x')), "is longer than 1,000 octets");
}

TEST(Dates, AreReadAndWrittenByRfc3339) {
    for (const char* text : {"1970-01-01", "2024-02-29", "2026-11-22", "9999-12-31"}) {
        ASSERT_TRUE(read_date(text)) << text;
        EXPECT_EQ(to_text(*read_date(text)), text);
    }
    for (const char* text : {"", "2026-11-2", "2026-11-222", "2026-02-29", "2026-13-01", "2026-00-01",
                             "2026-01-00", "2026-04-31", "1969-12-31", "0000-00-00", "2026/11/22", "20261122",
                             "2026-11-22T", " 2026-11-22", "2026-1a-22", "+026-11-22"})
        EXPECT_EQ(read_date(text), std::nullopt) << text;
}

TEST(Dates, AreDaysOfUtc) {
    using namespace std::chrono;
    EXPECT_EQ(date_of(sys_seconds(seconds(0))), Date(days(0)));
    EXPECT_EQ(date_of(sys_seconds(seconds(86'399))), Date(days(0)));
    EXPECT_EQ(date_of(sys_seconds(seconds(86'400))), Date(days(1)));
    EXPECT_EQ(date_of(sys_seconds(seconds(-1))), Date(days(-1)));
}

} // namespace
} // namespace columbarium::tombstone
