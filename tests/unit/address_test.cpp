// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/address.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace columbarium::mail {
namespace {

struct Folding {
    std::string written;
    std::string folded; // "": no addr-spec
};

TEST(FoldAddress, EL_21_MakesLettersOfBothPartsLowerCase) {
    EXPECT_EQ(fold_address("Fred@EXAMPLE.com"), "fred@example.com");
    EXPECT_EQ(fold_address("fred@example.com"), "fred@example.com");
    EXPECT_EQ(fold_address(" \tFRED@example.com\r\n"), "fred@example.com");
}

TEST(FoldAddress, HoldsForAddressesOfAllKinds) {
    const Folding table[] = {
        {"\"fred\"@x", "fred@x"},
        {"\"Fr\\ed\"@x", "fred@x"},
        {"\"fred.f\"@x", "fred.f@x"},
        {"\"a,b\"@x", "\"a,b\"@x"},
        {"\"A@B\"@x", "\"a@b\"@x"},
        {"\"a\\\"b\"@x", "\"a\\\"b\"@x"},
        {"a..b.@x", "a..b.@x"}, // some phone companies gave such addresses out
        {"x'y=z+w@x", "x'y=z+w@x"},
        {"fred@[192.0.2.1]", "fred@[192.0.2.1]"},
        {"fred@[IPv6:2001:DB8::1]", "fred@[ipv6:2001:db8::1]"},
        {"JÜRGEN@example.org", "jürgen@example.org"},
        {"fred@BÜCHER.example", "fred@xn--bcher-kva.example"},
        {"fred@bücher.example", "fred@xn--bcher-kva.example"},
        {"fred@XN--BCHER-KVA.example", "fred@xn--bcher-kva.example"},
        {"fred@straße.example", "fred@xn--strae-oqa.example"}, // IDNA 2008: not strasse
    };
    for (const Folding& row : table) {
        EXPECT_EQ(fold_address(row.written), row.folded) << row.written;
        EXPECT_EQ(fold_address(row.folded), row.folded) << "folded already";
    }
}

TEST(FoldAddress, EL_23_IsNothingForWhatIsNoAddress) {
    const std::string table[] = {
        "",
        "fred",
        "@x",
        "fred@",
        "@",
        "fred @x",
        "fred@ x",
        "a b@x",
        "\"a b\"@x",
        "fr\ted@x",
        "fred@x\n.evil",
        "Fred <fred@x>",
        "<fred@x>",
        "a@x,b@x",
        "a@x, b@x",
        "a@b@x",
        "a;b@x",
        "\"\"@x",
        "\"a@x",
        "\"a\"b\"@x",
        "\"a\\\"@x",
        "fred@[x",
        "fred@x]",
        "fred@[a]b]",
        "mailto:fred@x",
        std::string("fred@x\0y", 8),
        "fr\xfc"
        "d@x",
        std::string(1020, 'a') + "@example",
        "fred@x\xe2\x80\xa8y", // U+2028, a line separator
        "fred@a\xef\xbc\xa0"
        "b", // U+FF20, a wide "@", which IDNA would make an "@"
    };
    for (const std::string& text : table)
        EXPECT_EQ(fold_address(text), "") << text;
}

TEST(WithoutSubaddress, TakesOffWhatFollowsTheFirstDelimiter) {
    EXPECT_EQ(without_subaddress("fred+lists@x", "+"), "fred@x");
    EXPECT_EQ(without_subaddress("fred+a+b@x", "+"), "fred@x");
    EXPECT_EQ(without_subaddress("fred-a+b@x", "+-"), "fred@x");
    EXPECT_EQ(without_subaddress("fred@x+y", "+"), "") << "the domain is none";
    EXPECT_EQ(without_subaddress("fred@x", "+"), "");
    EXPECT_EQ(without_subaddress("+fred@x", "+"), "") << "nothing would be left";
    EXPECT_EQ(without_subaddress("fred+lists@x", ""), "");
    EXPECT_EQ(without_subaddress("\"a+b,\"@x", "+"), "");
    EXPECT_EQ(without_subaddress("fred+x", "+"), "");
}

std::vector<std::string> addresses(std::string_view field) {
    std::vector<std::string> all;
    for (const Mailbox& mailbox : parse_mailboxes(field))
        all.push_back(mailbox.address);
    return all;
}

using Addresses = std::vector<std::string>;

TEST(ParseMailboxes, EL_16_EL_19_GivesTheMailboxesOfAFieldAndOfItsGroups) {
    EXPECT_EQ(addresses("Fred Foobar <fred@example.org>"), Addresses{"fred@example.org"});
    EXPECT_EQ(addresses("fred@example.org (Fred)"), Addresses{"fred@example.org"});
    EXPECT_EQ(addresses("fred@example.org (Fred (the \\) one)"), Addresses{"fred@example.org"});
    EXPECT_EQ(addresses("a@x (A), b@x (B), C <c@x> (C), d@x"), (Addresses{"a@x", "b@x", "c@x", "d@x"}));
    EXPECT_EQ(addresses("a@x (A), b@x (B"), (Addresses{"a@x", "b@x"})) << "the comment never ends";
    EXPECT_EQ(addresses("a@x, B <b@x>,\r\n c@x"), (Addresses{"a@x", "b@x", "c@x"}));
    EXPECT_EQ(addresses("Staff: a@x, B <b@x>;, c@x"), (Addresses{"a@x", "b@x", "c@x"}));
    EXPECT_EQ(addresses("undisclosed-recipients:;"), Addresses{});
    EXPECT_EQ(addresses("\"Foobar, Fred\" <fred@x>"), Addresses{"fred@x"});
}

TEST(ParseMailboxes, EL_20_ReadsEncodedAndDecodedNames) {
    const auto encoded = parse_mailboxes("=?utf-8?q?M=C3=BCller=2C_Hans?= <hans@x>");
    ASSERT_EQ(encoded.size(), 1U);
    EXPECT_EQ(encoded[0].display_name, "Müller, Hans");
    EXPECT_EQ(encoded[0].address, "hans@x");
    const auto decoded = parse_mailboxes("Müller, Hans <hans@x>");
    ASSERT_EQ(decoded.size(), 1U);
    EXPECT_EQ(decoded[0].address, "hans@x");
}

TEST(ParseMailboxes, LeavesOutWhatCannotBeRead) {
    EXPECT_EQ(addresses(""), Addresses{});
    EXPECT_EQ(addresses("fred"), Addresses{});
    EXPECT_EQ(addresses("<>"), Addresses{});
    EXPECT_EQ(addresses("nobody, <fred@x>"), Addresses{"fred@x"});
    EXPECT_EQ(addresses(std::string_view("fred@x\0y", 8)), Addresses{}) << "EL-23: not cut at the NUL";
}

TEST(ParseMailboxes, EL_74_StopsAtItsLimits) {
    std::string field;
    for (int i = 0; i < 15'000; ++i)
        field += "a" + std::to_string(i) + "@x, ";
    EXPECT_EQ(parse_mailboxes(field).size(), mailboxes_of_field_limit);
    std::string long_field(address_field_limit - 20, ' ');
    long_field.replace(0, 4, "a@x,");
    long_field += "fred@example.organisation";
    EXPECT_EQ(addresses(long_field), Addresses{"a@x"}) << "no address is cut to another one";
}

TEST(ParseMailboxes, EL_74_SurvivesGroupsInGroups) {
    std::string field;
    for (int i = 0; i < 120'000; ++i)
        field += "g:";
    EXPECT_EQ(addresses(field), Addresses{});
    field.resize(1'800);
    EXPECT_EQ(addresses(field + "fred@x"), Addresses{"fred@x"});
    EXPECT_EQ(addresses(std::string(100'000, '(') + "fred@x"), Addresses{});
}

} // namespace
} // namespace columbarium::mail
