// SPDX-License-Identifier: LGPL-2.1-or-later
// The small functions of base that all rooms share.
#include <string>

#include <gtest/gtest.h>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "base/utf8.hpp"

namespace columbarium {
namespace {

TEST(BaseTexts, AsciiIsTheSameWhereverCharIsSigned) {
    EXPECT_TRUE(is_ascii("a\x7f\n"));
    EXPECT_TRUE(is_ascii(""));
    EXPECT_FALSE(is_ascii("a\x80"));
    EXPECT_FALSE(is_ascii('\xff'));
    EXPECT_TRUE(has_control("a\tb"));
    EXPECT_TRUE(has_control("\x7f"));
    EXPECT_FALSE(has_control("gr\xc3\xbc\xc3\x9f dich\xff"));
}

TEST(BaseTexts, EN_7_AreCutBetweenCharacters) {
    EXPECT_EQ(cut_at_character("abc", 3), "abc");
    EXPECT_EQ(cut_at_character("abc", 2), "ab");
    EXPECT_EQ(cut_at_character("a\xc3\xbc", 2), "a");
    EXPECT_EQ(cut_at_character("\xf0\x9f\x93\xb1", 3), "");
    EXPECT_EQ(cut_at_character("\x80\x80\x80", 2), "");
    EXPECT_EQ(cut_at_character("abc", 0), "");
}

TEST(BaseTexts, AreShownInOneLine) {
    EXPECT_EQ(printable("Gr\xc3\xbc\xc3\x9f"), "Gr\xc3\xbc\xc3\x9f");
    EXPECT_EQ(printable("a\r\nb\x1b[0m\x7f"), "a??b?[0m?");
    EXPECT_EQ(printable(std::string("a\0b\xff\xc3", 5)), "a?b??");
    EXPECT_EQ(printable("\xe2\x80\xae"), "?") << "a mark that turns the direction of writing";
    EXPECT_EQ(printable(std::string(100, 'x')), std::string(100, 'x'));
    EXPECT_EQ(printable(std::string(99, 'x') + "\xc3\xbc"), std::string(99, 'x') + "...");
}

TEST(BaseTexts, ArePercentEncoded) {
    EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
    EXPECT_EQ(percent_encoded("a/b c%\xc3\xbc+"), "a%2Fb%20c%25%C3%BC%2B");
}

TEST(BaseTexts, CanBeDomains) {
    for (const char* text : {"example.com", "localhost", "192.0.2.1", "a-b.c",
                             "b\xc3\xbc"
                             "cher.example"})
        EXPECT_TRUE(is_domain(text)) << text;
    for (const char* text :
         {"", ".", "a..b", ".a", "a.", "-a.b", "a-.b", "a_b.c", "*", "a b", "a@b", "[::1]"})
        EXPECT_FALSE(is_domain(text)) << text;
    const std::string label(63, 'a');
    EXPECT_TRUE(is_domain(label));
    EXPECT_FALSE(is_domain(label + "a"));
    const std::string three = label + "." + label + "." + label + ".";
    EXPECT_TRUE(is_domain(three + label));
    EXPECT_FALSE(is_domain(three + label + ".a"));
    std::string many_octets;
    for (int i = 0; i < 40; ++i)
        many_octets += "\xc3\xbc";
    EXPECT_TRUE(is_domain(many_octets)) << "its A-label is short";
}

TEST(BaseTexts, HoldNoSecrets) {
    EXPECT_EQ(without_secrets("redis:host=10.0.0.1:password=hidden:port=1"),
              "redis:host=10.0.0.1:password=...:port=1");
    EXPECT_EQ(without_secrets("x:PassWord=hidden,x;y&z pass=hidden\tSECRET=hidden"),
              "x:PassWord=... pass=...\tSECRET=...");
    EXPECT_EQ(without_secrets("x:password="), "x:password=...");
    EXPECT_EQ(without_secrets("file:/var/lib/passwords"), "file:/var/lib/passwords");
    EXPECT_EQ(without_secrets(""), "");
}

} // namespace
} // namespace columbarium
