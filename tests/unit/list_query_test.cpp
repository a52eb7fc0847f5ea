// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/list_query.hpp"

#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "catalog_fixture.hpp"
#include "lists/groups.hpp"

namespace columbarium::lists {
namespace {

using Names = std::vector<std::string>;

// Three dicts behind urn:example:{one,two,three}.
class ListQueryTest : public CatalogTest {
  protected:
    ListQueryTest() {
        for (const char* name : {"one", "two", "three"}) {
            site_ += "[lists.\"urn:example:" + std::string(name) +
                     "\"]\ntype = \"dict\"\nuri = \"fake:" + name + "\"\n";
            dicts_["fake:" + std::string(name)];
        }
    }

    void add(const std::string& dict, const std::string& value, const std::string& display_name = "") {
        dicts_["fake:" + dict].values["priv/sieve/extlists/" + value] = display_name;
    }

    const Names& asked(const std::string& dict) { return dicts_["fake:" + dict].asked; }

    // Opens a query, or ends the test.
    static ListQuery query(Catalog& lists, const Names& names) {
        auto opened = ListQuery::open(lists, names);
        if (!opened)
            throw std::runtime_error(opened.error().text);
        return std::move(*opened);
    }

    // The member and its list, "-" where there is none.
    static std::string found(const std::optional<Match>& match) {
        return match ? match->member.value + " in " + match->list : "-";
    }

    std::string find(const Names& names, std::string_view value) {
        const auto lists = catalog();
        ListQuery opened = query(*lists, names);
        const std::string result = found(opened.find(value));
        EXPECT_TRUE(opened.outcome().has_value()) << opened.outcome().error().text;
        return result;
    }
};

const Names all_three = {"urn:example:one", "urn:example:two", "urn:example:three"};

TEST_F(ListQueryTest, EL_11_EL_12_AValueIsFoundInAnyOfTheNamedLists) {
    add("two", "fred@x");
    EXPECT_EQ(find(all_three, "fred@x"), "fred@x in urn:example:two");
    EXPECT_EQ(find({"urn:example:two"}, "fred@x"), "fred@x in urn:example:two");
    EXPECT_EQ(find({"urn:example:one", "urn:example:three"}, "fred@x"), "-");
    EXPECT_EQ(find(all_three, "bob@x"), "-");
    EXPECT_EQ(find({}, "fred@x"), "-");
}

TEST_F(ListQueryTest, EL_13_BlanksAroundAValueDoNotCount) {
    add("one", "a");
    EXPECT_EQ(find(all_three, "  a \r\n"), "a in urn:example:one");
}

TEST_F(ListQueryTest, EL_15_NothingIsAskedOnceTheValueIsFound) {
    add("one", "fred@x");
    EXPECT_EQ(find(all_three, "fred@x"), "fred@x in urn:example:one");
    EXPECT_EQ(asked("one"), Names{"fred@x"});
    EXPECT_TRUE(asked("two").empty());
    EXPECT_TRUE(asked("three").empty());
}

TEST_F(ListQueryTest, EL_17_EL_18_EL_23_NoListIsAskedForEmptyLongAndCutValues) {
    add("one", "");
    add("one", "fred@x");
    for (const std::string& value : {std::string(), std::string(" \r\n"), std::string("fred@x\0y", 8),
                                     std::string("fred@x\0", 7), std::string(100'000, 'a')})
        EXPECT_EQ(find(all_three, value), "-");
    EXPECT_TRUE(asked("one").empty());
}

TEST_F(ListQueryTest, EL_19_EL_20_AWholeFieldIsReadAsMailboxesWhereItIsNoMemberItself) {
    add("one", "fred@x", "Fred");
    add("two", "bob@x", "Bob");
    EXPECT_EQ(find(all_three, "Fred Foobar <Fred@X>"), "fred@x in urn:example:one");
    EXPECT_EQ(find(all_three, "=?utf-8?q?Fr=C3=A9d?= <fred@x>"), "fred@x in urn:example:one");
    EXPECT_EQ(find(all_three, "eve@x, Staff: Bob <bob@x>;"), "bob@x in urn:example:two");
    EXPECT_EQ(find(all_three, "bob@x, fred@x"), "bob@x in urn:example:two") << "one mailbox after the other";
    EXPECT_EQ(find(all_three, "Fred <eve@x>"), "-");
    add("three", "fred foobar <fred@x>", "the field itself");
    EXPECT_EQ(find(all_three, "Fred Foobar <fred@x>"), "fred foobar <fred@x> in urn:example:three");
}

TEST_F(ListQueryTest, EL_19_EL_74_ALongFieldIsStillReadAsMailboxes) {
    std::string field;
    for (int i = 0; i < 400; ++i)
        field += "recipient-number-" + std::to_string(i) + "@x, ";
    ASSERT_GT(field.size(), value_limit);
    add("one", "fred@x");
    EXPECT_EQ(find({"urn:example:one"}, field + "Fred <fred@x>"), "fred@x in urn:example:one");
}

TEST_F(ListQueryTest, EL_21_AddressesAreComparedWithoutCaseAndSubaddressesWhereTheSiteSaysSo) {
    add("one", "fred@x");
    EXPECT_EQ(find(all_three, "FRED@X"), "fred@x in urn:example:one");
    EXPECT_EQ(find(all_three, "fred+lists@x"), "-");
    site_ += "[lists]\nsubaddress_delimiters = \"+\"\n";
    EXPECT_EQ(find(all_three, "fred+lists@x"), "fred@x in urn:example:one");
}

TEST_F(ListQueryTest, EL_24_EL_25_AMatchIsWhatTheListHolds) {
    address_book_ = "vdir:~/contacts";
    add_card("fred@example.org", "Amelie", "Amelie@Example.com");
    const auto lists = catalog();
    ListQuery opened = query(*lists, {":AddrBook:Default"});
    const auto match = opened.find("amelie@example.com");
    ASSERT_TRUE(match.has_value());
    EXPECT_EQ(match->member.value, "Amelie@Example.com");
    EXPECT_EQ(match->member.display_name, "Amelie");
    EXPECT_EQ(match->list, ":AddrBook:Default") << "the name as the script wrote it";
}

TEST_F(ListQueryTest, EL_28_TheFirstListThatHoldsTheValueIsTheMatch) {
    add("three", "fred@x");
    add("two", "fred@x");
    EXPECT_EQ(find(all_three, "fred@x"), "fred@x in urn:example:two");
    EXPECT_EQ(find({"urn:example:three", "urn:example:two"}, "fred@x"), "fred@x in urn:example:three");
}

TEST_F(ListQueryTest, EL_30_AGroupThatIsTooLargeToBeKnownIsAPermanentFailureUnlessAnotherListHoldsTheValue) {
    // Each group holds all others, so the steps to their cards are used up before the last of them.
    address_book_ = "vdir:~/contacts";
    constexpr int count = 170;
    static_assert(std::size_t{count} * count * count > group_step_limit);
    std::string members = "KIND:group\r\n";
    Names names;
    for (int i = 0; i < count; ++i) {
        members += "MEMBER:urn:uuid:g" + std::to_string(i) + "\r\n";
        names.push_back(":addrbook:g" + std::to_string(i));
    }
    for (int i = 0; i < count; ++i)
        add_card("fred@example.org", "g" + std::to_string(i), "", members);
    add("two", "fred@x");
    names.push_back("urn:example:two");
    const auto lists = catalog();
    ListQuery opened = query(*lists, names);
    EXPECT_EQ(found(opened.find("fred@x")), "fred@x in urn:example:two");
    EXPECT_EQ(found(opened.find("very-private@x")), "-");
    ASSERT_FALSE(opened.outcome().has_value()) << "not \"no member\"";
    EXPECT_EQ(opened.outcome().error().kind, ErrorKind::permanent) << opened.outcome().error().text;
    EXPECT_NE(opened.outcome().error().text.find("too large"), std::string::npos);
    EXPECT_EQ(opened.outcome().error().text.find("private"), std::string::npos) << "EL-76";
}

TEST_F(ListQueryTest, EL_31_EL_34_AListThatFailsIsAFailureUnlessAnotherOneHoldsTheValue) {
    dicts_["fake:one"].fails = true;
    add("two", "fred@x");
    const auto lists = catalog();
    ListQuery opened = query(*lists, all_three);
    EXPECT_EQ(found(opened.find("fred@x")), "fred@x in urn:example:two");
    EXPECT_EQ(found(opened.find("very-private@x")), "-");
    ASSERT_FALSE(opened.outcome().has_value()) << "not \"no member\": nobody knows";
    EXPECT_EQ(opened.outcome().error().kind, ErrorKind::temporary);
    EXPECT_NE(opened.outcome().error().text.find("urn:example:one"), std::string::npos);
    EXPECT_EQ(opened.outcome().error().text.find("private"), std::string::npos) << "EL-76";
    EXPECT_EQ(asked("one").size(), 1U) << "EL-74: a list that failed is not asked for each further value";
}

TEST_F(ListQueryTest, EL_34_AGroupOfABookThatCannotBeReadIsATemporaryFailureToo) {
    address_book_ = "carddav:https://dav.example.org/";
    add("two", "fred@x");
    const auto lists = catalog();
    ListQuery opened = query(*lists, {":addrbook:Friends", "urn:example:two"});
    EXPECT_EQ(found(opened.find("fred@x")), "fred@x in urn:example:two");
    EXPECT_EQ(found(opened.find("bob@x")), "-");
    ASSERT_FALSE(opened.outcome().has_value());
    EXPECT_EQ(opened.outcome().error().kind, ErrorKind::temporary);
}

TEST_F(ListQueryTest, EL_32_EL_35_AnUnknownNameIsAFailureWhereverItStandsAndBeforeAnythingIsAsked) {
    add("one", "fred@x");
    const auto lists = catalog();
    for (const char* unknown :
         {"urn:example:four", "mylist", ":addrbook", ":addrbook:Nobody", "http://x/", ""}) {
        for (const Names& names : {Names{unknown, "urn:example:one"}, Names{"urn:example:one", unknown}}) {
            const auto opened = ListQuery::open(*lists, names);
            ASSERT_FALSE(opened.has_value()) << unknown;
            EXPECT_EQ(opened.error().kind, ErrorKind::permanent);
        }
    }
    EXPECT_TRUE(asked("one").empty());
    EXPECT_TRUE(warnings_.empty());
}

TEST_F(ListQueryTest, EL_32_AnUnknownNameMatchesNothingWithOneWarningWhereTheSiteWantsItSo) {
    site_ += "[lists]\nunknown_list = \"no-match\"\n";
    add("one", "fred@x");
    const auto lists = catalog();
    for (int i = 0; i < 3; ++i) {
        ListQuery opened = query(*lists, {"urn:example:four", "urn:example:one"});
        EXPECT_EQ(found(opened.find("fred@x")), "fred@x in urn:example:one");
        EXPECT_EQ(found(opened.find("bob@x")), "-");
        EXPECT_TRUE(opened.outcome().has_value());
    }
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_NE(warnings_[0].find("urn:example:four"), std::string::npos) << warnings_[0];
    query(*lists, {"urn:example:five"});
    EXPECT_EQ(warnings_.size(), 2U);
}

Expected<bool> valid(Catalog& lists, const Names& names) {
    return all_names_valid(lists, names);
}

TEST_F(ListQueryTest, EL_53_EL_54_NamesAreValidWhereAllOfThemAre) {
    const auto lists = catalog();
    EXPECT_EQ(valid(*lists, all_three), true);
    EXPECT_EQ(valid(*lists, {":addrbook:default", ":addrbook:personal", ":addrbook:myself"}), true);
    EXPECT_EQ(valid(*lists, {}), true);
    for (const char* name : {"urn:example:four", "", "mylist", ":addrbook", ":addrbook:", ":addrbook:Nobody",
                             ":addrbook:personal?name.contains=fred", ":frobnicate:x", "http://x/",
                             "tag:example.org,2026:none"}) {
        EXPECT_EQ(valid(*lists, {name}), false) << name;
        EXPECT_EQ(valid(*lists, {"urn:example:one", name}), false) << name;
    }
    EXPECT_TRUE(warnings_.empty());
}

TEST_F(ListQueryTest, EL_56_AListThatIsDownHasAValidName) {
    dicts_["fake:one"].fails = true;
    dicts_.erase("fake:two");
    EXPECT_EQ(valid(*catalog(), all_three), true);
}

TEST_F(ListQueryTest, EL_56_WhetherANameIsAGroupMayBeUnknownForNow) {
    address_book_ = "carddav:https://dav.example.org/";
    const auto lists = catalog();
    EXPECT_EQ(valid(*lists, {":addrbook:default"}), true);
    const auto group = valid(*lists, {":addrbook:Friends"});
    ASSERT_FALSE(group.has_value());
    EXPECT_EQ(group.error().kind, ErrorKind::temporary);
    EXPECT_EQ(valid(*lists, {":addrbook:Friends", "urn:example:four"}), false) << "whatever the group is";
}

// The octets of a name, drawn from pieces that names are made of.
TEST_F(ListQueryTest, EL_74_AsksAValueOnceAndNotManyThousands) {
    const auto lists = catalog();
    ListQuery opened = query(*lists, {"urn:example:one"});
    EXPECT_EQ(opened.find("a@x"), std::nullopt);
    const std::size_t once = asked("one").size();
    EXPECT_EQ(opened.find(" a@x"), std::nullopt);
    EXPECT_EQ(asked("one").size(), once);
    for (std::size_t i = 1; i < values_of_query_limit; ++i)
        EXPECT_EQ(opened.find(std::to_string(i)), std::nullopt);
    EXPECT_TRUE(opened.outcome().has_value());
    EXPECT_EQ(opened.find("one too many"), std::nullopt);
    ASSERT_FALSE(opened.outcome().has_value());
    EXPECT_EQ(opened.outcome().error().kind, ErrorKind::permanent);
}

std::string random_name(std::mt19937& random) {
    static const char* const pieces[] = {
        ":",       "addrbook", "default",  "?label=", "Friends", "urn:example:", "one",
        "%44",     "%",        "%00",      "/",       "..",      "tag:",         "urn:ietf:params:sieve:",
        " ",       "\n",       "\xc3\xbc", "\xff",    "x",       "personal",     "myself",
        "DEFAULT", "#",        "&"};
    std::string name = random() % 2 == 0 ? ":addrbook:" : "";
    for (std::size_t count = random() % 6; count > 0; --count)
        name += pieces[random() % std::size(pieces)];
    if (random() % 20 == 0)
        name += '\0';
    return name;
}

TEST_F(ListQueryTest, EL_55_ATestWithListAndValidExtListJudgeNamesAlike) {
    address_book_ = "vdir:~/contacts";
    add_card("fred@example.org", "Amelie", "amelie@x", "CATEGORIES:Friends,x\r\n");
    const auto lists = catalog();
    std::mt19937 random(20100528); // NOLINT: the same names in each run
    std::size_t valid_names = 0;
    for (int i = 0; i < 20'000; ++i) {
        Names names = {random_name(random)};
        if (i % 4 == 0)
            names.push_back(random_name(random));
        const auto opened = ListQuery::open(*lists, names);
        const auto validity = valid(*lists, names);
        ASSERT_TRUE(validity.has_value());
        ASSERT_EQ(opened.has_value(), *validity) << names[0];
        valid_names += *validity ? 1 : 0;
    }
    EXPECT_GT(valid_names, 100U) << "both answers must occur";
    EXPECT_LT(valid_names, 19'500U);
}

class RedirectRecipientsTest : public ListQueryTest {
  protected:
    RedirectRecipientsTest() {
        site_ += "[lists]\nredirect = [\"urn:example:one\", \":addrbook:%46riends\", \":addrbook:myself\", "
                 "\"urn:example:none\"]\nredirect_recipients = 3\n";
    }

    Expected<Names> recipients(std::string_view name, const Names& own = {}) {
        return redirect_recipients(*catalog(), name, own);
    }

    ErrorKind failure(std::string_view name) {
        const auto result = recipients(name);
        EXPECT_FALSE(result.has_value()) << name;
        return result ? ErrorKind::temporary : result.error().kind;
    }
};

TEST_F(RedirectRecipientsTest, EL_59_AreAllMembersOfTheList) {
    add("one", "a@x", "A");
    add("one", "B@X");
    EXPECT_EQ(recipients("URN:example:one"), (Names{"B@x", "a@x"}));
}

// The local part is the receiving host's to understand; the domain goes out in the form that DNS knows.
TEST_F(RedirectRecipientsTest, KeepTheirLocalPartsAsTheListHasThem) {
    add("one", "Stra\u00dfe@example.net");
    add("one", "SRS0=AbCd=x.org=Joe@Fa\u00df.de");
    EXPECT_EQ(recipients("urn:example:one"),
              (Names{"SRS0=AbCd=x.org=Joe@xn--fa-hia.de", "Stra\u00dfe@example.net"}));
}

TEST_F(RedirectRecipientsTest, EL_60_OfAListThatCannotEnumerateAreAPermanentFailure) {
    dicts_["fake:one"].enumerates = false;
    EXPECT_EQ(failure("urn:example:one"), ErrorKind::permanent);
}

TEST_F(RedirectRecipientsTest, EL_60_OfAListWithOtherMembersThanAddressesAreAPermanentFailure) {
    for (const char* member : {"sz*@x y", "@example.org", "5d41402abc4b2a76b9719d911017c592"}) {
        dicts_["fake:one"].values.clear();
        add("one", "a@x");
        add("one", member);
        EXPECT_EQ(failure("urn:example:one"), ErrorKind::permanent) << member;
        EXPECT_EQ(recipients("urn:example:one").error().text.find(member), std::string::npos) << "EL-76";
    }
}

TEST_F(RedirectRecipientsTest, EL_61_AreNotMoreThanTheSiteAllows) {
    for (const char* member : {"a@x", "b@x", "c@x"})
        add("one", member);
    EXPECT_EQ(recipients("urn:example:one").value_or(Names()).size(), 3U);
    add("one", "d@x");
    EXPECT_EQ(failure("urn:example:one"), ErrorKind::permanent);
    EXPECT_NE(recipients("urn:example:one").error().text.find("3"), std::string::npos) << "names the limit";
}

TEST_F(RedirectRecipientsTest, EL_32_EL_62_AreOfListsThatTheSiteNamesOnly) {
    add("two", "a@x");
    EXPECT_EQ(failure("urn:example:two"), ErrorKind::permanent);
    EXPECT_EQ(failure(":addrbook:default"), ErrorKind::permanent);
    EXPECT_EQ(failure("urn:example:none"), ErrorKind::permanent) << "allowed, but there is none";
    EXPECT_EQ(failure("no name"), ErrorKind::permanent);
    EXPECT_EQ(recipients("urn:example:one"), Names{});
}

TEST_F(RedirectRecipientsTest, EL_64_OfAnEmptyListAreNone) {
    const auto result = recipients("urn:example:one", {"fred@x"});
    ASSERT_TRUE(result.has_value());
    EXPECT_TRUE(result->empty());
}

TEST_F(RedirectRecipientsTest, EL_66_ComeOnceAndNeverAreTheUser) {
    add("one", "a@x");
    add("one", "A@X");
    add("one", "Fred@x");
    EXPECT_EQ(recipients("urn:example:one", {"FRED@X", "fred@y"}), Names{"A@x"}); // the first one
    site_ += "subaddress_delimiters = \"+\"\n";
    dicts_["fake:one"].values.clear();
    add("one", "fred+loop@x");
    EXPECT_EQ(recipients("urn:example:one", {"fred@x"}), Names{});
}

TEST_F(RedirectRecipientsTest, EL_67_OfAListThatIsDownAreATemporaryFailure) {
    dicts_["fake:one"].fails = true;
    EXPECT_EQ(failure("urn:example:one"), ErrorKind::temporary);
}

TEST_F(RedirectRecipientsTest, VC_7_OfAGroupAreItsMembers) {
    address_book_ = "vdir:~/contacts";
    add_card("fred@example.org", "Amelie", "amelie@x");
    add_card("fred@example.org", "Friends", "friends@lists.x", "KIND:group\r\nMEMBER:urn:uuid:Amelie\r\n");
    EXPECT_EQ(recipients(":addrbook:Friends"), Names{"amelie@x"});
}

} // namespace
} // namespace columbarium::lists
