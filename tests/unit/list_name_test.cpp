// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/list_name.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace columbarium::lists {
namespace {

std::string normal(std::string_view text) {
    const auto name = parse_list_name(text);
    return name ? name->normal : "fault: " + name.error().text;
}

ListName parsed(std::string_view text) {
    const auto name = parse_list_name(text);
    EXPECT_TRUE(name.has_value()) << name.error().text;
    return name.value_or(ListName());
}

TEST(ListNames, EL_38_TheDefaultBookHasAUrn) {
    const ListName name = parsed("urn:ietf:params:sieve:addrbook:default");
    EXPECT_EQ(name.kind, NameKind::address_book);
    EXPECT_EQ(name.book, "default");
    EXPECT_EQ(name.label, std::nullopt);
    EXPECT_EQ(name.normal, "urn:ietf:params:sieve:addrbook:default");
}

TEST(ListNames, EL_39_ALeadingColonStandsForTheSievePrefix) {
    EXPECT_EQ(normal(":addrbook:personal"), "urn:ietf:params:sieve:addrbook:personal");
    EXPECT_EQ(normal(":addrbook:personal"), normal("urn:ietf:params:sieve:addrbook:personal"));
    EXPECT_EQ(normal(":addrbook:Friends"), normal("URN:IETF:params:sieve:addrbook:Friends"));
}

TEST(ListNames, EL_40_TheNameDefaultIsComparedWithoutCaseAfterPercentDecoding) {
    for (const char* text :
         {":addrbook:default", ":ADDRBOOK:DEFAULT", ":aDdRbOOk:DeFauLt", ":AddrBook:%44%65%66ault",
          "urn:ietf:params:sieve:addrbook:DEFAULT", "Urn:Ietf:Params:Sieve:Addrbook:d%45fault"})
        EXPECT_EQ(normal(text), "urn:ietf:params:sieve:addrbook:default") << text;
}

TEST(ListNames, EL_41_OtherNamesKeepTheirCase) {
    EXPECT_EQ(parsed(":addrbook:Friends").book, "Friends");
    EXPECT_NE(normal(":addrbook:Friends"), normal(":addrbook:friends"));
    EXPECT_EQ(parsed(":addrbook:%46riends").book, "Friends");
}

TEST(ListNames, EL_42_PercentEncodingIsTakenOffOtherNamesToo) {
    EXPECT_EQ(normal(":addrbook:co%2Dworkers"), normal(":addrbook:co-workers"));
    EXPECT_EQ(normal(":addrbook:co%2dworkers"), normal(":addrbook:co-workers"));
    EXPECT_EQ(parsed(":addrbook:B%C3%BCro").book, "Büro");
    EXPECT_EQ(normal(":addrbook:B%C3%BCro"), normal(":addrbook:Büro")) << "as people type it";
    EXPECT_EQ(parsed(":addrbook:Book%20Club").book, "Book Club");
    EXPECT_EQ(normal(":addrbook:a%3Flabel=b"), "urn:ietf:params:sieve:addrbook:a%3Flabel=b")
        << "an encoded question mark starts no query";
}

TEST(ListNames, EL_45_ALabelNamesAGroupOfABookAndNoOtherQueryIsSupported) {
    const ListName name = parsed(":addrbook:personal?label=Work%20and%20B%C3%BCro");
    EXPECT_EQ(name.book, "personal");
    EXPECT_EQ(name.label, "Work and Büro");
    EXPECT_EQ(parsed(":addrbook:DEFAULT?label=a/b").label, "a/b");
    EXPECT_EQ(normal(":addrbook:DEFAULT?label=%66riends"), normal(":addrbook:default?label=friends"));
    for (const char* text :
         {":addrbook:personal?name.contains=fred", ":addrbook:personal?",
          ":addrbook:personal?label=", ":addrbook:personal?LABEL=x", ":addrbook:personal?=label",
          ":addrbook:personal?+x", ":addrbook:personal?label=a&label=b", ":addrbook:personal?label=a#b"})
        EXPECT_FALSE(parse_list_name(text)) << text;
}

TEST(ListNames, EL_46_AnySegmentCanNameABook) {
    for (const char* book : {"personal", "friends", "family", "company", "department", "co-workers", "a:b@c"})
        EXPECT_EQ(parsed(":addrbook:" + std::string(book)).book, book);
}

TEST(ListNames, EL_49_TagsAreNames) {
    const ListName name = parsed("tag:example.com,2010-05-28:mylist");
    EXPECT_EQ(name.kind, NameKind::tag);
    EXPECT_EQ(name.normal, "tag:example.com,2010-05-28:mylist");
    EXPECT_EQ(name.book, "");
}

TEST(ListNames, EL_50_TagsAreEqualOnlyWhereEveryOctetIs) {
    EXPECT_NE(normal("tag:EXAMPLE.com,2000:x"), normal("tag:example.com,2000:x"));
    EXPECT_NE(normal("tag:example.com,2000:%78"), normal("tag:example.com,2000:x"));
    EXPECT_NE(normal("TAG:example.com,2000:x"), normal("tag:example.com,2000:x"));
}

TEST(ListNames, EL_51_NoTagIsRejectedForItsAuthority) {
    for (const char* text : {"tag:example.com,1999-13-77:x", "tag:nobody", "tag:,:x", "tag:x_y,20:z#a?b"})
        EXPECT_EQ(normal(text), text);
}

TEST(ListNames, OtherUrnsAreComparedWithoutTheCaseOfTheirNamespace) {
    EXPECT_EQ(parsed("urn:example:Staff").kind, NameKind::urn);
    EXPECT_EQ(normal("URN:EXAMPLE:Staff"), "urn:example:Staff");
    EXPECT_NE(normal("urn:example:Staff"), normal("urn:example:staff"));
}

struct BadName {
    const char* what;
    std::string name;
    std::string expected; // a part of the failure's text
};

void PrintTo(const BadName& bad, std::ostream* stream) {
    *stream << bad.what;
}

class BadListNames : public ::testing::TestWithParam<BadName> {};

TEST_P(BadListNames, AreAPermanentFailureOfOneLine) {
    const auto name = parse_list_name(GetParam().name);
    ASSERT_FALSE(name.has_value()) << name->normal;
    EXPECT_EQ(name.error().kind, ErrorKind::permanent);
    EXPECT_NE(name.error().text.find(GetParam().expected), std::string::npos) << name.error().text;
    EXPECT_LT(name.error().text.size(), 400U);
    for (const char c : name.error().text)
        EXPECT_FALSE(static_cast<unsigned char>(c) < 0x20 || c == 0x7f) << name.error().text;
}

const BadName bad_names[] = {
    {"EL_37_NoScheme", "mylist", "no absolute URI"},
    {"EL_37_RelativeReference", "//x", "no absolute URI"},
    {"EL_37_Empty", "", "no absolute URI"},
    {"EL_37_SchemeOnly", "tag:", "names nothing"},
    {"EL_37_UrnWithoutNamespace", "urn:x", "no URN"},
    {"EL_37_UrnWithoutName", "urn:example:", "no URN"},
    {"EL_43_Slash", ":addrbook:a/b", "must not hold \"/\""},
    {"EL_43_EncodedSlash", ":addrbook:a%2Fb", "holds no \"/\""},
    {"EL_43_Blank", ":addrbook:a b", "blank"},
    {"EL_43_EmptySegment", ":addrbook:", "names no address book"},
    {"EL_43_EmptySegmentWithLabel", ":addrbook:?label=x", "names no address book"},
    {"EL_44_BareParameter", ":addrbook", "alone names no list"},
    {"EL_44_BareUrn", "urn:ietf:params:sieve:addrbook", "alone names no list"},
    {"EL_48_OtherParameter", ":frobnicate:x", "no parameter of Sieve"},
    {"EL_48_OtherParameterInFull", "urn:ietf:params:sieve:frobnicate:x", "no parameter of Sieve"},
    {"EL_48_NoParameter", ":", "no parameter of Sieve"},
    {"EL_52_Http", "http://169.254.169.254/latest", "supports urn: and tag: names"},
    {"EL_52_Ldap", "ldap://ldap.example.org/ou=people", "supports urn: and tag: names"},
    {"EL_52_CardDav", "carddav://dav.example.org/fred", "supports urn: and tag: names"},
    {"EL_52_Mailto", "mailto:fred@example.org", "supports urn: and tag: names"},
    {"EL_72_OtherUsersBookByPath", ":addrbook:../../bob", "must not hold \"/\""},
    {"EL_72_OtherUsersBookByEncodedPath", "urn:ietf:params:sieve:addrbook:%2e%2e%2fbob", "holds no \"/\""},
    {"Nul", std::string(":addrbook:fr\0ed", 15), "no UTF-8"},
    {"EncodedNul", ":addrbook:fr%00ed", "no UTF-8"},
    {"NulInATag", std::string("tag:x,2000:a\0b", 14), "no UTF-8"},
    {"EncodedLineEnd", ":addrbook:a%0D%0Ab", "control character"},
    {"EncodedC1Control", ":addrbook:a%C2%85b", "control character"},
    {"LineEnd", "tag:x,2000:a\nb", "control character"},
    {"TenKilobytes", ":addrbook:" + std::string(10'000, 'a'), "longer than 1024 octets"},
    {"TenKilobytesOfTag", "tag:" + std::string(10'000, 'a'), "longer than 1024 octets"},
    {"NoUtf8", ":addrbook:B\xfcro", "no UTF-8"},
    {"EncodedOctetsNoUtf8", ":addrbook:B%FCro", "no UTF-8"},
    {"EncodedHalfLetter", ":addrbook:B%C3", "no UTF-8"},
    {"BrokenEncoding", ":addrbook:100%", "two hexadecimal digits"},
    {"BrokenEncodingAtEnd", ":addrbook:100%4", "two hexadecimal digits"},
    {"BrokenEncodingWithoutDigits", ":addrbook:100%zz", "two hexadecimal digits"},
    {"CharacterOfNoUri", ":addrbook:a\"b", "%22"},
    {"Fragment", ":addrbook:a#b", "%23"},
};

INSTANTIATE_TEST_SUITE_P(Table, BadListNames, ::testing::ValuesIn(bad_names),
                         [](const auto& bad) { return std::string(bad.param.what); });

TEST(ListNames, EL_72_DotsAloneNameAGroupLikeAnyOtherAndNoFolder) {
    EXPECT_EQ(parsed(":addrbook:..").book, "..");
    EXPECT_EQ(parsed(":addrbook:%2e%2E").book, "..");
}

TEST(ListNames, TheNormalFormIsItsOwnNormalForm) {
    for (const char* text :
         {":addrbook:DEFAULT", ":addrbook:a%3Fb%25c%26d?label=x%2Fy%3Fz%26", ":addrbook:B%C3%BCro",
          ":addrbook:%20", "tag:x,2000:%41", "URN:Example:A%42", ":addrbook:a&b"})
        EXPECT_EQ(normal(normal(text)), normal(text)) << text;
}

TEST(ListNames, EL_69_TheSchemesOfNamesAreNamesOfSchemesOnly) {
    EXPECT_EQ(std::string_view(list_name_schemes), "urn tag");
}

} // namespace
} // namespace columbarium::lists
