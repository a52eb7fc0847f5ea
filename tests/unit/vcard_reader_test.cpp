// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/vcard_reader.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/ascii.hpp"
#include "lists/vcard_property.hpp"

namespace columbarium::lists {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Texts = std::vector<std::string>;

struct Reading {
    std::vector<Card> cards;
    std::vector<std::pair<std::size_t, std::string>> faults;
    bool operator==(const Reading&) const = default;
};

Reading read_in_pieces(std::string_view text, std::size_t octets) {
    Reading reading;
    VcardReader reader([&](Card&& card) { reading.cards.push_back(std::move(card)); },
                       [&](const CardFault& fault) { reading.faults.emplace_back(fault.line, fault.text); });
    for (std::size_t at = 0; at < text.size(); at += octets)
        reader.feed(text.substr(at, octets));
    reader.finish();
    return reading;
}

// Whatever the pieces in which a text comes, it says the same.
Reading read(std::string_view text) {
    Reading whole = read_in_pieces(text, std::max<std::size_t>(text.size(), 1));
    if (text.size() < 100'000) {
        EXPECT_TRUE(read_in_pieces(text, 1) == whole);
        EXPECT_TRUE(read_in_pieces(text, 7) == whole);
    }
    return whole;
}

// The card with these lines between BEGIN and END, ended by LF and by CRLF.
Card card_of(std::string_view lines) {
    const std::string text = "BEGIN:VCARD\n" + std::string(lines) + "END:VCARD\n";
    const Reading reading = read(text);
    EXPECT_TRUE(reading.faults.empty());
    std::string with_cr;
    for (const char c : text)
        with_cr += c == '\n' ? std::string("\r\n") : std::string(1, c);
    EXPECT_TRUE(read(with_cr).cards == reading.cards) << lines;
    EXPECT_EQ(reading.cards.size(), 1U) << lines;
    return reading.cards.empty() ? Card() : reading.cards.front();
}

TEST(VcardReader, VC_1_UnfoldsInsideAWordAndInsideAUtf8Sequence) {
    EXPECT_EQ(card_of("FN:Fred Foo\n bar\n").name, "Fred Foobar");
    EXPECT_EQ(card_of("FN:Fred\n\t Foobar\n").name, "Fred Foobar");
    EXPECT_EQ(card_of("FN:J\xc3\n \xbcrgen\n").name, "J\xc3\xbcrgen");
    EXPECT_THAT(card_of("EMAIL:fred@exam\n ple.org\n").addresses, ElementsAre("fred@example.org"));
    EXPECT_THAT(card_of("EM\n AIL:fred@example.org\n").addresses, ElementsAre("fred@example.org"));
}

TEST(VcardReader, VC_1_KeepsTheBlankWhereVcard21FoldsAtIt) {
    EXPECT_EQ(card_of("VERSION:2.1\nFN:Fred\n Foobar\n").name, "Fred Foobar");
}

TEST(VcardReader, VC_2_TakesVersionAnywhereNamesInAnyCaseAndPropertiesOfGroups) {
    EXPECT_THAT(card_of("fn:Fred\nitem1.email;Type=Work:fred@example.org\nversion:3.0\n").addresses,
                ElementsAre("fred@example.org"));
    EXPECT_THAT(card_of("VERSION:4.0\nA.b-1.EMAIL:fred@example.org\n").addresses,
                ElementsAre("fred@example.org"));
    EXPECT_EQ(read("begin:vCard\r\nfn:Fred\r\nEnd:VCARD\r\n").cards.size(), 1U);
    EXPECT_EQ(card_of("FN:no version\n").name, "no version");
}

struct AddressRow {
    const char* lines;
    Texts addresses;
};

std::ostream& operator<<(std::ostream& out, const AddressRow& row) {
    return out << row.lines;
}

class VcardAddresses : public testing::TestWithParam<AddressRow> {};

TEST_P(VcardAddresses, VC_3_VC_5_AreReadBestFirst) {
    EXPECT_EQ(card_of(GetParam().lines).addresses, GetParam().addresses);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, VcardAddresses,
    testing::Values(
        AddressRow{"EMAIL:a@x.org\nEMAIL:b@x.org\n", {"a@x.org", "b@x.org"}},
        AddressRow{"EMAIL;PREF=100:a@x.org\nEMAIL:b@x.org\nEMAIL;PREF=1:c@x.org\nEMAIL;PREF=2:d@x.org\n",
                   {"c@x.org", "d@x.org", "a@x.org", "b@x.org"}},
        AddressRow{
            "EMAIL;PREF=0:a@x.org\nEMAIL;PREF=101:b@x.org\nEMAIL;PREF=many:c@x.org\nEMAIL;PREF=7:d@x.org\n",
            {"d@x.org", "a@x.org", "b@x.org", "c@x.org"}},
        AddressRow{"EMAIL;TYPE=internet:a@x.org\nEMAIL;TYPE=internet,pref:b@x.org\n", {"b@x.org", "a@x.org"}},
        AddressRow{"EMAIL;TYPE=a:a@x.org\nEMAIL;TYPE=INTERNET;TYPE=PREF:b@x.org\n", {"b@x.org", "a@x.org"}},
        AddressRow{"EMAIL:a@x.org\nEMAIL;TYPE=\"internet,pref\":b@x.org\n", {"b@x.org", "a@x.org"}},
        AddressRow{"EMAIL:a@x.org\nEMAIL;INTERNET;PREF:b@x.org\n", {"b@x.org", "a@x.org"}},
        AddressRow{"EMAIL;TYPE=x400:c=us;a=x;s=foo@bar\nEMAIL;X400:s@y\nEMAIL:a@x.org\n", {"a@x.org"}},
        AddressRow{"EMAIL: Fred@Example.ORG \n", {"Fred@Example.ORG"}},
        AddressRow{"EMAIL:mailto:fred@example.org\nEMAIL:MAILTO:a%2Bb@example.org?subject=x\n",
                   {"fred@example.org", "a+b@example.org"}},
        AddressRow{"EMAIL:\nEMAIL:fred\nEMAIL:fred at example.org\nEMAIL:@example.org\nEMAIL:a b@x.org\n",
                   {}},
        AddressRow{"EMAIL;ENCODING=QUOTED-PRINTABLE:fred=40example.org\n", {"fred@example.org"}},
        AddressRow{"EMAIL;CHARSET=no-such-set:\xff@example.org\nEMAIL:ok@example.org\n",
                   {"ok@example.org"}}));

TEST(VcardReader, VC_4_UndoesEscapes) {
    EXPECT_EQ(card_of("FN:Foobar\\, Fred\\; \\\\o/\n").name, "Foobar, Fred; \\o/");
    EXPECT_EQ(card_of("FN:Fred\\nFoo\\Nbar\n").name, "Fred Foo bar");
    EXPECT_EQ(card_of("FN:C:\\Fred\n").name, "C:\\Fred");
    EXPECT_EQ(card_of("FN:Fred\\\n").name, "Fred\\");
}

TEST(VcardReader, VC_4_SplitsAtTheFirstColonOutsideOfQuotes) {
    const Card card =
        card_of("FN;X-NOTE=\"a:b;c,d\":Fred: the first\n"
                "EMAIL;TYPE=\"work;home:x\";PREF=2:b@x.org\nEMAIL;X-A=\"1:2\";PREF=1:a@x.org\n");
    EXPECT_EQ(card.name, "Fred: the first");
    EXPECT_THAT(card.addresses, ElementsAre("a@x.org", "b@x.org"));
    EXPECT_THAT(card_of("EMAIL;TYPE=\"never closed:a@x.org\n").addresses, ElementsAre("a@x.org"));
}

TEST(VcardProperty, VC_4_UndoesCaretsInParameters) {
    const auto property = parse_vcard_property("item1.FN;SORT-AS=\"^'Fred^' ^^ ^n^x\",b;LABEL=c:Fred");
    ASSERT_TRUE(property.has_value());
    EXPECT_EQ(property->name, "FN");
    EXPECT_EQ(property->value, "Fred");
    EXPECT_EQ(property->parameter("SORT-AS"), "\"Fred\" ^ \n^x");
    EXPECT_EQ(property->parameter("LABEL"), "c");
    EXPECT_EQ(property->parameters.size(), 3U);
    EXPECT_FALSE(parse_vcard_property("no colon").has_value());
}

TEST(VcardReader, VC_6_TellsGroupsFromEverythingElse) {
    EXPECT_FALSE(card_of("FN:x\n").is_group);
    EXPECT_TRUE(card_of("KIND:group\n").is_group);
    EXPECT_TRUE(card_of("KIND:Group\n").is_group);
    EXPECT_TRUE(card_of("X-ADDRESSBOOKSERVER-KIND:group\n").is_group);
    EXPECT_TRUE(card_of("X-AddressBookServer-Kind: GROUP \n").is_group);
    for (const char* kind : {"individual", "org", "location", "x-whatever", ""})
        EXPECT_FALSE(card_of("KIND:" + std::string(kind) + "\nEMAIL:a@x.org\n").is_group) << kind;
}

TEST(VcardReader, VC_8_ReadsMembersOfGroupsOnly) {
    const char* members =
        "MEMBER:urn:uuid:03a0e51f\nMEMBER;PREF=1:mailto:%22a%2Cb%22@x.org?subject=c,d@x.org\n"
        "MEMBER:MAILTO:c@x.org,d@x.org\nMEMBER:xmpp:e@x.org\nMEMBER:sip:f@x.org\n"
        "MEMBER:tel:+1-555\nMEMBER:http://example.org/people/7\nMEMBER:\n"
        "MEMBER:mailto:?to=g@x.org\nMEMBER:mailto:no-address\n";
    const Card group = card_of(std::string("KIND:group\n") + members);
    EXPECT_THAT(group.member_uids, ElementsAre("03a0e51f", "http://example.org/people/7"));
    EXPECT_THAT(group.member_addresses, ElementsAre("\"a,b\"@x.org", "c@x.org", "d@x.org"));
    EXPECT_TRUE(group.addresses.empty());
    // KIND may come last.
    EXPECT_EQ(card_of(std::string(members) + "KIND:group\n").member_uids.size(), 2U);
    for (const char* kind : {"", "KIND:org\n", "KIND:individual\n"}) {
        const Card card = card_of(std::string(kind) + members);
        EXPECT_THAT(card.member_uids, IsEmpty()) << kind;
        EXPECT_THAT(card.member_addresses, IsEmpty()) << kind;
    }
}

TEST(VcardReader, VC_9_TakesThePrefixOffUids) {
    EXPECT_EQ(card_of("UID:urn:uuid:4fbe8971\n").uid, "4fbe8971");
    EXPECT_EQ(card_of("UID:URN:UUID:4FBE8971\n").uid, "4FBE8971");
    EXPECT_EQ(card_of("UID:4fbe8971\n").uid, "4fbe8971");
    EXPECT_THAT(card_of("X-ADDRESSBOOKSERVER-KIND:group\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:Abc\n"
                        "x-addressbookserver-member:DEF\n")
                    .member_uids,
                ElementsAre("Abc", "DEF"));
}

TEST(VcardReader, VC_10_ReadsAllCategories) {
    EXPECT_THAT(card_of("CATEGORIES:friends, co\\,workers ,,B\xc3\xbcro\nCATEGORIES:family\n").categories,
                ElementsAre("friends", "co,workers", "B\xc3\xbcro", "family"));
}

TEST(VcardReader, VC_12_PassesOverAPhotoOfTwentyMegabytes) {
    std::string text = "BEGIN:VCARD\nFN:Fred\nPHOTO;ENCODING=b;TYPE=JPEG:";
    std::string folded = text;
    for (std::size_t octets = 0; octets < 20'000'000; octets += 74) {
        text.append(74, 'A');
        folded.append(74, 'A').append("\n ");
    }
    for (std::string* photo : {&text, &folded}) {
        *photo += "\nEMAIL:fred@example.org\nEND:VCARD\n";
        for (const std::size_t piece : {std::size_t{65536}, photo->size()}) {
            const Reading reading = read_in_pieces(*photo, piece);
            ASSERT_EQ(reading.cards.size(), 1U);
            EXPECT_THAT(reading.cards[0].addresses, ElementsAre("fred@example.org"));
            EXPECT_TRUE(reading.faults.empty());
        }
    }
}

TEST(VcardReader, VC_12_ReadsAPropertyUpToItsLimitAndNoFurther) {
    const std::string name(property_limit - 3, 'x');
    EXPECT_EQ(card_of("FN:" + name + "\n").name, name);
    EXPECT_EQ(card_of("FN:" + name + "x\nNICKNAME:y\n").name, "y");
    EXPECT_EQ(card_of("FN:" + name + "\n x\nNICKNAME:y\n").name, "y");
}

TEST(VcardReader, TakesTheNameFromWhatThereIs) {
    EXPECT_EQ(card_of("ORG:Acme\nNICKNAME:Freddy,F\nN:Foobar;Fred;X;Dr.;\nFN:Fred F.\nEMAIL:a@x.org\n").name,
              "Fred F.");
    EXPECT_EQ(card_of("ORG:Acme\nNICKNAME:Freddy,F\nN:Foobar;Fred,Paul;X;Dr.;\nFN: \n").name,
              "Fred Paul Foobar");
    EXPECT_EQ(card_of("N:Foobar\n").name, "Foobar");
    EXPECT_EQ(card_of("ORG:Acme\nNICKNAME:Freddy,F\nN:;;;;\n").name, "Freddy");
    EXPECT_EQ(card_of("ORG:Acme\\, Inc.;Sales\nEMAIL:a@x.org\n").name, "Acme, Inc.");
    EXPECT_EQ(card_of("EMAIL:a@x.org\nEMAIL;PREF=1:b@x.org\n").name, "b@x.org");
    EXPECT_EQ(card_of("TEL:1\n").name, "");
}

TEST(VcardReader, ReadsVcard21AsPhonesWriteIt) {
    const Card card = card_of("VERSION:2.1\n"
                              "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BC=\nller;J=C3=BCrgen;;;\n"
                              "EMAIL;INTERNET;HOME:j@x.org\n"
                              "NOTE;ENCODING=QUOTED-PRINTABLE:EMAIL:=\nEMAIL:no@x.org=\n\n"
                              "PHOTO;JPEG;BASE64:\n AAAA\n BBBB=\n\n"
                              "EMAIL;PREF;INTERNET:p@x.org\n");
    EXPECT_EQ(card.name, "J\xc3\xbcrgen M\xc3\xbcller");
    EXPECT_THAT(card.addresses, ElementsAre("p@x.org", "j@x.org"));
    // A soft line break before the end is no reason to lose the end.
    EXPECT_EQ(card_of("FN;QUOTED-PRINTABLE:Fred=20F=\n").name, "Fred F");
    EXPECT_EQ(card_of("FN;ENCODING=BASE64:RnJlZA==\n").name, "Fred");
    EXPECT_EQ(card_of("FN;ENCODING=b:RnJl\n ZA==\n").name, "Fred");
}

TEST(VcardReader, ReadsOtherCharacterSets) {
    EXPECT_EQ(card_of("FN;CHARSET=ISO-8859-15:J\xfcrgen \xa4\n").name, "J\xc3\xbcrgen \xe2\x82\xac");
    EXPECT_EQ(card_of("FN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=C8=E2=E0=ED\n").name,
              "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd");
    EXPECT_EQ(card_of("FN:J\xfcrgen\n").name, "J\xc3\xbcrgen");
    EXPECT_EQ(card_of("FN;CHARSET=no-such-set:J\xc3\xbcrgen\n").name, "J\xc3\xbcrgen");
    EXPECT_EQ(card_of("FN;CHARSET=no-such-set:J\xfcrgen\nNICKNAME:j\n").name, "j");
    EXPECT_EQ(card_of("FN;CHARSET=utf-8//TRANSLIT/../x:J\xfcrgen\nNICKNAME:j\n").name, "j");
    EXPECT_EQ(card_of("FN;CHARSET=UTF-8:\xff\xfe\nNICKNAME:j\n").name, "j");
}

TEST(VcardReader, TurnsControlCharactersIntoBlanks) {
    const Card card = card_of(std::string("FN:a\0b\x1b[1mc\x7f"
                                          "d\xc2\x85"
                                          "e\n",
                                          17) +
                              "CATEGORIES:x\ry\nUID:1\x01"
                              "2\nEMAIL:a\x01@x.org\n");
    EXPECT_EQ(card.name, "a b [1mc d e");
    EXPECT_THAT(card.categories, ElementsAre("x y"));
    EXPECT_EQ(card.uid, "1 2");
    EXPECT_TRUE(card.addresses.empty());
}

TEST(VcardReader, PassesOverAgentsInsideACard) {
    const char* agent =
        "BEGIN:VCARD\nFN:Agent\nEMAIL:agent@x.org\nAGENT:\nBEGIN:VCARD\nFN:Second\nEND:VCARD\n"
        "END:VCARD\nEMAIL:fred@x.org\n";
    for (const char* begin : {"AGENT:\n", "AGENT:\n\n", "AGENT;X=1: \n"}) {
        const Card card = card_of("FN:Fred\n" + std::string(begin) + agent);
        EXPECT_EQ(card.name, "Fred") << begin;
        EXPECT_THAT(card.addresses, ElementsAre("fred@x.org")) << begin;
    }
    EXPECT_THAT(card_of("AGENT:BEGIN:VCARD\nFN:Agent\nEMAIL:b@x.org\nEND:VCARD\nEMAIL:a@x.org\n").addresses,
                ElementsAre("a@x.org"));
    EXPECT_THAT(card_of("AGENT:BEGIN:VCARD\\nFN:Agent\\nEND:VCARD\\n\nEMAIL:a@x.org\n").addresses,
                ElementsAre("a@x.org"));
}

TEST(VcardReader, NamesTheLineOfACardWithoutEnd) {
    const Reading reading = read("\n\nBEGIN:VCARD\nFN:One\nEMAIL:a@x.org\n"
                                 "BEGIN:VCARD\nFN:Two\nEND:VCARD\nBEGIN:VCARD\nFN:Three");
    ASSERT_EQ(reading.cards.size(), 1U);
    EXPECT_EQ(reading.cards[0].name, "Two");
    EXPECT_TRUE(reading.cards[0].addresses.empty());
    EXPECT_THAT(reading.faults, ElementsAre(std::pair(std::size_t{3}, "no END:VCARD before the next card"),
                                            std::pair(std::size_t{9}, "no END:VCARD")));
}

TEST(VcardReader, ReadsALastLineWithoutItsEnd) {
    EXPECT_EQ(read("\xef\xbb\xbf"
                   "BEGIN:VCARD\r\nFN:Fred\r\nEND:VCARD")
                  .cards.size(),
              1U);
    EXPECT_EQ(
        read("BEGIN:VCARD\nEND:VCARD \n\nEND:VCARD\nrubbish\nBEGIN:VCALENDAR\nEND:VCALENDAR\n").cards.size(),
        1U);
    EXPECT_TRUE(read("").cards.empty());
    EXPECT_TRUE(read("\n\r\n:\n;\n FN:x\n").cards.empty());
}

TEST(VcardReader, LeavesOutACardThatHoldsTooMuch) {
    std::string many = "BEGIN:VCARD\nFN:Many\nKIND:group\n";
    for (std::size_t i = 0; i <= card_value_limit; ++i)
        many += "MEMBER:urn:uuid:" + std::to_string(i) + "\n";
    std::string large = "BEGIN:VCARD\nFN:Large\n";
    for (std::size_t i = 0; i <= card_limit / 60'000; ++i)
        large += "CATEGORIES:" + std::string(60'000, 'x') + "\n";
    const std::string good = "END:VCARD\nBEGIN:VCARD\nFN:Good\nEND:VCARD\n";
    for (const std::string& text : {many + good, large + good, many + good.substr(10)}) {
        const Reading reading = read_in_pieces(text, 1000);
        ASSERT_EQ(reading.cards.size(), 1U);
        EXPECT_EQ(reading.cards[0].name, "Good");
        ASSERT_EQ(reading.faults.size(), 1U);
        EXPECT_EQ(reading.faults[0].first, 1U);
        EXPECT_THAT(reading.faults[0].second, testing::HasSubstr("more than"));
    }
}

// Each of these would take minutes if every line were a reason to look at the whole property.
TEST(VcardReader, ReadsManyFoldedLinesInOnePass) {
    const auto folded = [](const std::string& head, const std::string& line, std::size_t octets) {
        std::string text = "BEGIN:VCARD\nVERSION:3.0\nFN:Fred\n" + head + "\n";
        while (text.size() < octets)
            text += line + "\n";
        return text + "END:VCARD\n";
    };
    constexpr std::size_t octets = 2 * 1024 * 1024;
    std::string parameters = "X";
    for (int i = 0; i < 30'000; ++i)
        parameters += ";a";
    for (const std::string& text :
         {folded("X" + std::string(65'000, 'a'), " =", octets), folded(parameters + ":", " =", octets),
          folded("X;A=\"" + std::string(65'000, ':'), " =", octets),
          folded("X" + std::string(65'000, ' '), " ", octets),
          folded("X;ENCODING=QUOTED-PRINTABLE:" + std::string(65'000, 'a'), "=", octets)}) {
        const Reading reading = read_in_pieces(text, 64 * 1024);
        ASSERT_EQ(reading.cards.size(), 1U);
        EXPECT_EQ(reading.cards[0].name, "Fred");
        EXPECT_THAT(reading.faults, IsEmpty());
    }
}

TEST(VcardReader, TakesQuotedPrintableFromAHeadOfUsualLengthOnly) {
    const auto name = [](const std::string& parameters) {
        return read("BEGIN:VCARD\nVERSION:2.1\nFN" + parameters + ":Fr=\n=C3=A9d\nEND:VCARD\n")
            .cards.at(0)
            .name;
    };
    EXPECT_EQ(name(";ENCODING=QUOTED-PRINTABLE"), "Fréd");
    EXPECT_EQ(name(";X=\"a:b\";ENCODING=QUOTED-PRINTABLE"), "Fréd") << "a colon in quotes ends no head";
    EXPECT_NE(name(";X=" + std::string(property_head_limit, 'x') + ";ENCODING=QUOTED-PRINTABLE"), "Fréd");
    EXPECT_EQ(read("BEGIN:VCARD\nVERSION:2.1\nFN;X=1=\n ;ENCODING=QUOTED-PRINTABLE:Fr=\n=C3=A9d\nEND:VCARD\n")
                  .cards.at(0)
                  .name,
              "Fréd")
        << "the head is folded behind a =";
}

// What stays over of a value that is too long is no property of its own.
TEST(VcardReader, VC_12_PassesOverALongQuotedPrintableValueToItsEnd) {
    std::string text = "BEGIN:VCARD\nVERSION:2.1\nNOTE;ENCODING=QUOTED-PRINTABLE:=\n";
    while (text.size() < property_limit + 1000)
        text += std::string(70, 'x') + "=\n";
    const Reading reading = read(text + "EMAIL:not@example.org=\nx\nEMAIL:fred@example.org\nEND:VCARD\n");
    ASSERT_EQ(reading.cards.size(), 1U);
    EXPECT_THAT(reading.cards[0].addresses, ElementsAre("fred@example.org"));
}

TEST(VcardProperty, LeavesOutParametersWithLongNames) {
    const auto property = parse_vcard_property("EMAIL;" + std::string(30'000, 'n') + "=" +
                                               std::string(30'000, ',') + ";PREF=1:x");
    ASSERT_TRUE(property.has_value());
    EXPECT_EQ(property->parameters.size(), 1U);
    EXPECT_EQ(property->parameter("PREF"), "1");
}

TEST(VcardReader, SaysAtOnceThatACardBeginsOrEnds) {
    std::size_t cards = 0;
    VcardReader reader([&cards](Card&&) { ++cards; }, [](const CardFault&) {});
    reader.feed("BEGIN:VCARD\r");
    EXPECT_FALSE(reader.inside_card());
    reader.feed("\n");
    EXPECT_TRUE(reader.inside_card());
    reader.feed("FN:x\r\nEND:VCARD\r\n");
    EXPECT_FALSE(reader.inside_card());
    EXPECT_EQ(cards, 1U);
}

} // namespace
} // namespace columbarium::lists
