// SPDX-License-Identifier: LGPL-2.1-or-later
#include "xmpp/jid.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "xmpp/xml_text.hpp"

namespace columbarium::xmpp {
namespace {

std::string normal(std::string_view text) {
    const auto jid = Jid::parse(text);
    return jid ? jid->text() : "fault: " + jid.error().text;
}

TEST(Jids, HaveALocalPartADomainAndAResource) {
    const auto jid = Jid::parse("juliet@example.com/balcony");
    ASSERT_TRUE(jid);
    EXPECT_EQ(jid->local(), "juliet");
    EXPECT_EQ(jid->domain(), "example.com");
    EXPECT_EQ(jid->resource(), "balcony");
    EXPECT_FALSE(jid->is_bare());
    EXPECT_TRUE(jid->bare().is_bare());
    EXPECT_EQ(jid->bare().text(), "juliet@example.com");
    EXPECT_EQ(jid->text(), "juliet@example.com/balcony");
}

struct Form {
    const char* what;
    std::string text;
    std::string expected;
};

void PrintTo(const Form& form, std::ostream* stream) {
    *stream << form.what;
}

class PreparedJids : public ::testing::TestWithParam<Form> {};

TEST_P(PreparedJids, HaveOneForm) {
    EXPECT_EQ(normal(GetParam().text), GetParam().expected);
    EXPECT_EQ(normal(GetParam().expected), GetParam().expected);
}

const Form forms[] = {
    {"Domain", "example.com", "example.com"},
    {"CaseOfLocalPartAndDomain", "Juliet@Example.COM/Balcony", "juliet@example.com/Balcony"},
    {"SlashAndAtInAResource", "juliet@example.com/foo@bar/baz", "juliet@example.com/foo@bar/baz"},
    {"ResourceOfADomain", "example.com/foo@bar", "example.com/foo@bar"},
    {"BlankInAResource", "juliet@example.com/foo bar", "juliet@example.com/foo bar"},
    {"DotBehindTheDomain", "juliet@example.com.", "juliet@example.com"},
    {"UnicodeDomain", "a@Čechy.example", "a@čechy.example"},
    {"ALabelsBecomeUnicode", "a@xn--echy-fua.example", "a@čechy.example"},
    {"FullWidthLettersAndDots", "a@\xef\xbd\x81\xe3\x80\x82\xef\xbd\x82", "a@a.b"},
    {"SharpSOfNodeprep", "fu\xc3\x9f@example.com", "fuss@example.com"},
    {"CombiningLetters", "jir\xcc\x8ci@example.com", "ji\xc5\x99i@example.com"},
    {"NastyLocalPart", "nasty!#$%()*+,-.;=?[\\]^_`{|}~node@example.com",
     "nasty!#$%()*+,-.;=?[\\]^_`{|}~node@example.com"},
    {"EmojiOfADevice", "a@b/\xf0\x9f\x93\xb1", "a@b/\xf0\x9f\x93\xb1"},
    {"IpV4", "a@127.0.0.1", "a@127.0.0.1"},
    {"IpV6", "a@[2001:DB8:0:0::1]", "a@[2001:db8::1]"},
    {"LongestPart", std::string(1023, 'A') + "@b", std::string(1023, 'a') + "@b"},
};

INSTANTIATE_TEST_SUITE_P(Table, PreparedJids, ::testing::ValuesIn(forms),
                         [](const auto& form) { return std::string(form.param.what); });

struct BadJid {
    const char* what;
    std::string text;
    std::string expected; // a part of the failure's text
};

void PrintTo(const BadJid& bad, std::ostream* stream) {
    *stream << bad.what;
}

class BadJids : public ::testing::TestWithParam<BadJid> {};

TEST_P(BadJids, AreAPermanentFailureOfOneLine) {
    const auto jid = Jid::parse(GetParam().text);
    ASSERT_FALSE(jid) << jid->text();
    EXPECT_EQ(jid.error().kind, ErrorKind::permanent);
    EXPECT_NE(jid.error().text.find(GetParam().expected), std::string::npos) << jid.error().text;
    EXPECT_LT(jid.error().text.size(), 300U);
    EXPECT_TRUE(is_utf8(jid.error().text));
    EXPECT_EQ(jid.error().text.find_first_of("\r\n\t\x7f"), std::string::npos);
}

const BadJid bad_jids[] = {
    {"Empty", "", "domain is empty"},
    {"NothingBeforeAt", "@example.com", "before \"@\""},
    {"NothingBehindAt", "juliet@", "domain is empty"},
    {"NothingBehindSlash", "juliet@example.com/", "behind \"/\""},
    {"BlankInTheLocalPart", "jul iet@example.com", "before \"@\""},
    {"QuoteInTheLocalPart", "jul\"iet@example.com", "before \"@\""},
    {"AmpersandInTheLocalPart", "jul&iet@example.com", "before \"@\""},
    {"AngleInTheLocalPart", "<juliet@example.com", "before \"@\""},
    {"TwoAts", "a@b@example.com", "domain"},
    {"RomanNumeralFour", "henry\xe2\x85\xa3@exa mple.com", "domain"},
    {"DomainOfDots", "a@..", "domain"},
    {"DotAlone", "a@.", "domain"},
    {"EmptyLabel", "a@b..c", "domain"},
    {"LowLineInADomain", "a@b_c.example", "domain"},
    {"LongLabel", "a@" + std::string(64, 'b'), "domain"},
    {"NoIpV6", "a@[::g]", "IPv6"},
    {"OpenBracket", "a@[::1", "IPv6"},
    {"ControlInAResource", "a@b/c\x01", "behind \"/\""},
    {"LineEndInAResource", "a@b/c\nd", "behind \"/\""},
    {"NoncharacterInAResource", "a@b/c\xef\xbf\xbf", "behind \"/\""},
    {"RightToLeftMixed",
     "a\xd7\x90"
     "b@example.com",
     "before \"@\""},
    {"SoftHyphensAlone", "\xc2\xad\xc2\xad@example.com", "is empty"},
    {"TooLong", std::string(1024, 'a') + "@b", "1023 octets"},
    {"Megabyte", std::string(1'000'000, 'a'), "1023 octets"},
    {"BrokenUtf8", "a\xff@b", "no UTF-8"},
    {"BrokenUtf8InTheDomain", "a@b\xc3", "no UTF-8"},
    {"Nul", std::string("a@b/c\0d", 7), "no UTF-8"},
    {"Surrogate", "a@b/\xed\xa0\x80", "no UTF-8"},
};

INSTANTIATE_TEST_SUITE_P(Table, BadJids, ::testing::ValuesIn(bad_jids),
                         [](const auto& bad) { return std::string(bad.param.what); });

TEST(Jids, CanBeMadeOfPartsThatHoldSeparators) {
    const auto jid = Jid::make("a", "b", "c/d@e");
    ASSERT_TRUE(jid);
    EXPECT_EQ(jid->text(), "a@b/c/d@e");
    EXPECT_FALSE(Jid::make("a@b", "c", ""));
    EXPECT_FALSE(Jid::make("a/b", "c", ""));
    EXPECT_FALSE(Jid::make("a", "b/c", ""));
    EXPECT_FALSE(Jid::make("a", "", "c"));
}

TEST(Jids, AreEqualWhereTheirPreparedPartsAre) {
    EXPECT_EQ(*Jid::parse("ROMEO@EXAMPLE.COM"), *Jid::parse("romeo@example.com"));
    EXPECT_NE(*Jid::parse("romeo@example.com/a"), *Jid::parse("romeo@example.com/A"));
    EXPECT_NE(*Jid::parse("example.com/romeo"), *Jid::parse("romeo@example.com"));
}

TEST(XmlTexts, EN_8_WhatXmlForbidsIsReplaced) {
    const std::string fffd = "\xef\xbf\xbd";
    EXPECT_EQ(xml_text("a\tb\r\nc"), "a\tb\r\nc");
    EXPECT_EQ(xml_text(std::string("a\0b\x01\x0b\x1f", 6)), "a" + fffd + "b" + fffd + fffd + fffd);
    EXPECT_EQ(xml_text("a\xef\xbf\xbe\xef\xbf\xbf"
                       "b"),
              "a" + fffd + fffd + "b");
    EXPECT_EQ(xml_text("\xed\xa0\x80"), fffd + fffd + fffd) << "a surrogate is no UTF-8";
    EXPECT_EQ(xml_text("\xc3(\xe2\x82"), fffd + "(" + fffd + fffd);
    EXPECT_EQ(xml_text("\xc0\x80"), fffd + fffd) << "an overlong form";
    EXPECT_EQ(xml_text("\xf4\x90\x80\x80"), fffd + fffd + fffd + fffd);
    EXPECT_EQ(xml_text("Grüße \xf0\x9f\x93\xb1 \x7f"), "Grüße \xf0\x9f\x93\xb1 \x7f");
    for (const char* text : {"\x01", "\xff", "\xef\xbf\xbf", "\xc3"})
        EXPECT_FALSE(is_xml_text(text));
    EXPECT_FALSE(is_xml_text(std::string_view("\0", 1)));
    EXPECT_TRUE(is_xml_text("Grüße\t\r\n\x7f"));
}

} // namespace
} // namespace columbarium::xmpp
