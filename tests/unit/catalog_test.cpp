// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/catalog.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "catalog_fixture.hpp"

namespace columbarium::lists {
namespace {

constexpr const char* fred = "fred@example.org";
constexpr const char* bob = "bob@example.org";

std::vector<std::string> values(const Expected<std::vector<Member>>& members) {
    std::vector<std::string> all;
    EXPECT_TRUE(members.has_value()) << members.error().text;
    for (const Member& member : members.value_or(std::vector<Member>()))
        all.push_back(member.value);
    std::sort(all.begin(), all.end());
    return all;
}

using Values = std::vector<std::string>;

TEST_F(CatalogTest, EL_36_EL_38_TheDefaultBookOfNobodyIsKnownAndEmpty) {
    const auto lists = catalog();
    EXPECT_EQ(find(*lists, ":addrbook:default", "fred@example.org"), "-");
    EXPECT_EQ(find(*lists, ":addrbook:personal", "fred@example.org"), "-");
    EXPECT_EQ(values(list(*lists, ":addrbook:default")->members(10)), Values{});
    EXPECT_EQ(list(*lists, ":addrbook:default")->description().kind, "none");
    EXPECT_EQ(list(*lists, ":addrbook:default")->status().value_or(SourceStatus()).members, 0U);
    EXPECT_EQ(find(*lists, ":addrbook:Friends", "fred@example.org"), "unknown");
    EXPECT_EQ(find(*lists, ":addrbook:default?label=Friends", "fred@example.org"), "unknown");
}

TEST_F(CatalogTest, EL_38_EL_39_EL_40_EL_47_TheUsersOwnBookIsTheDefaultAndThePersonalOne) {
    add_card(fred, "Amelie", "Amelie@Example.com");
    address_book_ = "vdir:~/contacts";
    const auto lists = catalog();
    for (const char* name : {":addrbook:default", "urn:ietf:params:sieve:addrbook:default",
                             ":AddrBook:%44%65%66ault", ":addrbook:personal"})
        EXPECT_EQ(find(*lists, name, "AMELIE@example.com"), "Amelie") << name;
    EXPECT_EQ(find(*lists, ":addrbook:default", "other@example.com"), "-");
    EXPECT_EQ(find(*lists, ":addrbook:default", "Amelie"), "-") << "a book holds addresses";
}

TEST_F(CatalogTest, TheUsersOwnBookReplacesTheSitesDefinition) {
    site_ = "[lists.\":addrbook:DEFAULT\"]\ntype = \"dict\"\nuri = \"fake:site\"\n";
    dicts_["fake:site"].values["priv/sieve/extlists/a@x"] = "of the site";
    EXPECT_EQ(find(*catalog(), ":addrbook:default", "a@x"), "of the site");
    EXPECT_EQ(find(*catalog(), ":addrbook:personal", "a@x"), "of the site");
    address_book_ = "vdir:~/contacts";
    add_card(fred, "Own", "b@x");
    EXPECT_EQ(find(*catalog(), ":addrbook:default", "a@x"), "-");
    EXPECT_EQ(find(*catalog(), ":addrbook:default", "b@x"), "Own");
}

TEST_F(CatalogTest, TheSiteCanDefineThePersonalBookApart) {
    address_book_ = "vdir:~/contacts";
    site_ = "[lists.\":addrbook:personal\"]\ntype = \"dict\"\nuri = \"fake:p\"\n";
    dicts_["fake:p"].values["priv/sieve/extlists/a@x"] = "personal";
    EXPECT_EQ(find(*catalog(), ":addrbook:personal", "a@x"), "personal");
    EXPECT_EQ(find(*catalog(), ":addrbook:default", "a@x"), "-");
}

TEST_F(CatalogTest, EL_72_EachUsersDefaultBookIsTheirOwn) {
    site_ = "[lists.\":addrbook:default\"]\ntype = \"vdir\"\npath = \"~/contacts\"\n"
            "[lists.\":addrbook:shared-root\"]\ntype = \"vdir\"\npath = \"" +
            root_.string() + "/home/%u/contacts\"\n";
    add_card(fred, "OfFred", "one@x");
    add_card(bob, "OfBob", "two@x");
    for (const bool common_state : {false, true}) {
        state_folder_ = common_state ? (root_ / "state").string() : "";
        const auto of_fred = catalog(fred);
        const auto of_bob = catalog(bob);
        for (const char* name : {":addrbook:default", ":addrbook:personal", ":addrbook:shared-root"}) {
            EXPECT_EQ(find(*of_fred, name, "one@x"), "OfFred");
            EXPECT_EQ(find(*of_fred, name, "two@x"), "-");
            EXPECT_EQ(find(*of_bob, name, "two@x"), "OfBob");
            EXPECT_EQ(find(*of_bob, name, "one@x"), "-");
        }
    }
    const auto of_fred = catalog(fred);
    for (const char* name : {":addrbook:../../bob", ":addrbook:..", ":addrbook:bob@example.org",
                             "urn:ietf:params:sieve:addrbook:%2e%2e%2f%2e%2e%2fbob@example.org%2fcontacts",
                             ":addrbook:default?label=../bob", "tag:example.org,2026:../bob"})
        EXPECT_EQ(find(*of_fred, name, "two@x"), "unknown") << name;
    EXPECT_EQ(find(*catalog("../" + std::string(bob)), ":addrbook:shared-root", "two@x"), "!temporary");
}

TEST_F(CatalogTest, EL_72_TwoUsersOfOneServersUrlHaveTwoCopies) {
    site_ = "[lists.\":addrbook:default\"]\ntype = \"carddav\"\nurl = \"https://dav.example.org/mine/\"\n"
            "user = \"%u\"\n";
    state_folder_ = (root_ / "state").string();
    const auto of_fred = catalog(fred)->synchronised_books();
    const auto of_bob = catalog(bob)->synchronised_books();
    ASSERT_EQ(of_fred.size(), 1U);
    ASSERT_EQ(of_bob.size(), 1U);
    ASSERT_TRUE(of_fred[0].book && of_bob[0].book);
    EXPECT_NE(of_fred[0].book->index_path, of_bob[0].book->index_path);
    EXPECT_NE(of_fred[0].book->origin, of_bob[0].book->origin);
}

TEST_F(CatalogTest, EL_41_EL_42_VC_10_OtherNamesAreGroupsOfTheDefaultBook) {
    address_book_ = "vdir:~/contacts";
    add_card(fred, "Amelie", "amelie@x", "CATEGORIES:Friends,Book Club\r\n");
    add_card(fred, "Bert", "bert@x", "CATEGORIES:Büro,friends of friends\r\n");
    const auto lists = catalog();
    EXPECT_EQ(find(*lists, ":addrbook:Friends", "amelie@x"), "Amelie");
    EXPECT_EQ(find(*lists, ":addrbook:friends", "amelie@x"), "Amelie") << "where no other group is meant";
    EXPECT_EQ(find(*lists, ":addrbook:Friends", "bert@x"), "-");
    EXPECT_EQ(find(*lists, ":addrbook:Book%20Club", "amelie@x"), "Amelie");
    EXPECT_EQ(find(*lists, ":addrbook:B%C3%BCro", "bert@x"), "Bert");
    EXPECT_EQ(find(*lists, ":addrbook:default?label=Friends", "amelie@x"), "Amelie");
    EXPECT_EQ(find(*lists, ":addrbook:personal?label=Friends", "bert@x"), "-");
    EXPECT_EQ(find(*lists, ":addrbook:Enemies", "amelie@x"), "unknown");
    EXPECT_EQ(find(*lists, ":addrbook:Friends?label=Friends", "amelie@x"), "unknown")
        << "no group of a group";
    EXPECT_EQ(find(*lists, ":addrbook:myself?label=Friends", "amelie@x"), "unknown");
    EXPECT_EQ(values(list(*lists, ":addrbook:Friends")->members(10)), Values{"amelie@x"});
    EXPECT_EQ(list(*lists, ":addrbook:Friends")->status().value_or(SourceStatus()).members, 1U);
    EXPECT_EQ(list(*lists, ":addrbook:default")->status().value_or(SourceStatus()).members, 2U);
}

TEST_F(CatalogTest, VC_7_MailForAGroupGoesToItsMembersOnly) {
    address_book_ = "vdir:~/contacts";
    add_card(fred, "Amelie", "amelie@x");
    add_card(fred, "Staff", "staff@lists.x", "KIND:group\r\nMEMBER:urn:uuid:Amelie\r\n");
    const auto lists = catalog();
    EXPECT_EQ(values(list(*lists, ":addrbook:Staff")->members(10)), (Values{"amelie@x", "staff@lists.x"}));
    EXPECT_EQ(values(list(*lists, ":addrbook:Staff")->recipients(10)), Values{"amelie@x"});
}

TEST_F(CatalogTest, EL_47_AnAddressMayBeInSeveralBooks) {
    address_book_ = "vdir:~/contacts";
    site_ = "[lists.\":addrbook:company\"]\ntype = \"vdir\"\npath = \"" + root_.string() + "/company.vcf\"\n";
    add_card(fred, "Amelie", "amelie@x");
    write("company.vcf",
          "BEGIN:VCARD\nVERSION:3.0\nFN:A. Amelie\nEMAIL:amelie@x\nCATEGORIES:Sales\nEND:VCARD\n");
    const auto lists = catalog();
    EXPECT_EQ(find(*lists, ":addrbook:default", "amelie@x"), "Amelie");
    EXPECT_EQ(find(*lists, ":addrbook:company", "amelie@x"), "A. Amelie");
    EXPECT_EQ(find(*lists, ":addrbook:company?label=Sales", "amelie@x"), "A. Amelie");
}

TEST_F(CatalogTest, MyselfAreTheUsersOwnAddresses) {
    addresses_ = {"Fred@Example.org", "fred.foobar@example.org", "fred", "fred@example.org"};
    site_ = "[lists]\nsubaddress_delimiters = \"+\"\n";
    const auto lists = catalog();
    EXPECT_EQ(find(*lists, ":addrbook:myself", "FRED.FOOBAR@example.org"), "");
    EXPECT_EQ(find(*lists, ":addrbook:myself", "fred+lists@example.org"), "") << "a subaddress of it";
    EXPECT_EQ(find(*lists, ":addrbook:myself", "bob@example.org"), "-");
    EXPECT_EQ(values(list(*lists, ":addrbook:myself")->members(10)),
              (Values{"Fred@Example.org", "fred.foobar@example.org"}));
    EXPECT_FALSE(list(*lists, ":addrbook:myself")->members(1));
    EXPECT_EQ(list(*lists, ":addrbook:myself")->description().kind, "own addresses");
}

TEST_F(CatalogTest, AFileIsAskedForAddressesDomainsAndText) {
    write("staff", "Fred Foobar <Fred@Example.org>\n@partner.example\n@bücher.example\n2026-12-25\n*.EXE\n");
    site_ =
        "[lists.\"tag:example.org,2026:staff\"]\ntype = \"file\"\npath = \"" + root_.string() + "/staff\"\n";
    const auto lists = catalog();
    constexpr const char* staff = "tag:example.org,2026:staff";
    EXPECT_EQ(find(*lists, staff, "FRED@example.org"), "Fred Foobar");
    for (const char* value : {"anybody@PARTNER.example", "Partner.Example", "x@xn--bcher-kva.example",
                              "BÜCHER.example", "2026-12-25", "*.exe"})
        EXPECT_EQ(find(*lists, staff, value), "") << value;
    for (const char* value :
         {"bob@example.org", "example.org", "x@sub.partner.example", "2026-12-26", "fred"})
        EXPECT_EQ(find(*lists, staff, value), "-") << value;
    EXPECT_EQ(find(*lists, "tag:EXAMPLE.org,2026:staff", "fred@example.org"), "unknown") << "EL-50";
    EXPECT_EQ(find(*lists, "tag:example.org,2026:staff?label=x", "fred@example.org"), "unknown");
}

TEST_F(CatalogTest, EL_21_EL_24_EL_25_ADictIsAskedForTheFoldedFormFirstAndTheExactOneSecond) {
    site_ = "[lists.\"urn:example:known\"]\ntype = \"dict\"\nuri = \"fake:k\"\n"
            "[lists]\nsubaddress_delimiters = \"+\"\n";
    FakeDict& dict = dicts_["fake:k"];
    dict.values = {{"priv/sieve/extlists/fred@x", "Fred"},
                   {"priv/sieve/extlists/BOB@x", "Bob as written"},
                   {"priv/sieve/extlists/monday", "a day"},
                   {"shared/sieve/extlists/eve@x", "elsewhere"}};
    const auto lists = catalog();
    EXPECT_EQ(find(*lists, "urn:example:known", "FRED+Lists@x"), "Fred");
    EXPECT_EQ(dict.asked, (Values{"fred+lists@x", "fred@x"}));
    dict.asked.clear();
    EXPECT_EQ(find(*lists, "URN:Example:known", "BOB@x"), "Bob as written");
    EXPECT_EQ(dict.asked, (Values{"bob@x", "BOB@x"}));
    dict.asked.clear();
    EXPECT_EQ(find(*lists, "urn:example:known", "Monday"), "a day");
    EXPECT_EQ(dict.asked, Values{"monday"});
    dict.asked.clear();
    EXPECT_EQ(find(*lists, "urn:example:known", "eve@x"), "-");
    EXPECT_EQ(dict.asked, Values{"eve@x"}) << "the same form is not asked twice";
    EXPECT_EQ(dict.opened, 1);
    const auto found = list(*lists, "urn:example:known")->find(lookup_keys("Fred@x", ""));
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->value, "fred@x") << "the key that the list holds";
}

TEST_F(CatalogTest, EL_31_EL_56_ADictThatCannotBeAskedIsKnownAndFailsForNow) {
    site_ = "[lists.\"urn:example:down\"]\ntype = \"dict\"\nuri = \"fake:d\"\n"
            "[lists.\"urn:example:away\"]\ntype = \"dict\"\nuri = \"redis:host=10.0.0.1:password=secret\"\n";
    dicts_["fake:d"].fails = true;
    const auto lists = catalog();
    EXPECT_EQ(find(*lists, "urn:example:down", "a@x"), "!temporary");
    EXPECT_EQ(find(*lists, "urn:example:away", "a@x"), "!temporary") << "though the host calls it permanent";
    const auto failed = list(*lists, "urn:example:away")->find(lookup_keys("very-private@x", ""));
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().text.find("secret"), std::string::npos) << failed.error().text;
    EXPECT_EQ(failed.error().text.find("private"), std::string::npos) << "EL-76: " << failed.error().text;
}

TEST_F(CatalogTest, NothingIsOpenedBeforeItIsAsked) {
    site_ = "[lists.\"urn:example:known\"]\ntype = \"dict\"\nuri = \"fake:k\"\n"
            "[lists.\":addrbook:default\"]\ntype = \"vdir\"\npath = \"~/contacts\"\n";
    add_card(fred, "Amelie", "amelie@x");
    const auto lists = catalog();
    list(*lists, "urn:example:known");
    list(*lists, ":addrbook:default");
    list(*lists, ":addrbook:myself");
    EXPECT_EQ(dicts_["fake:k"].opened, 0);
    EXPECT_FALSE(std::filesystem::exists(home(fred) / "columbarium"));
    EXPECT_EQ(find(*lists, ":addrbook:default", "Monday"), "-");
    EXPECT_FALSE(std::filesystem::exists(home(fred) / "columbarium")) << "what is no address is no member";
    EXPECT_EQ(find(*lists, ":addrbook:default", "amelie@x"), "Amelie");
    EXPECT_TRUE(std::filesystem::exists(home(fred) / "columbarium"));
}

TEST_F(CatalogTest, EL_75_IndexesAreTheUsersOwn) {
    address_book_ = "vdir:~/contacts";
    add_card(fred, "Amelie", "amelie@x");
    EXPECT_EQ(find(*catalog(), ":addrbook:default", "amelie@x"), "Amelie");
    using std::filesystem::perms;
    const std::filesystem::path folder = home(fred) / "columbarium";
    EXPECT_EQ(std::filesystem::status(folder).permissions(), perms::owner_all);
    int indexes = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        ++indexes;
        EXPECT_EQ(file.status().permissions(), perms::owner_read | perms::owner_write) << file.path();
        EXPECT_TRUE(file.path().filename().string().starts_with("vdir-")) << file.path();
    }
    EXPECT_EQ(indexes, 1);
}

TEST_F(CatalogTest, AListThatCannotBeAskedSaysWhatAndWhereItIs) {
    site_ = "[lists.\"urn:example:up\"]\ntype = \"dict\"\nuri = \"fake:u\"\n"
            "[lists.\"urn:example:down\"]\ntype = \"dict\"\nuri = \"fake:password=hidden:d\"\n"
            "[lists.\"urn:example:staff\"]\ntype = \"file\"\npath = \"~/staff\"\n";
    FakeDict& up = dicts_["fake:u"];
    dicts_["fake:password=hidden:d"].fails = true;
    const auto lists = catalog();
    EXPECT_TRUE(list(*lists, "urn:example:up")->status());
    ASSERT_EQ(up.asked.size(), 1U) << "opening a dict asks nobody whether it answers";
    EXPECT_TRUE(up.asked[0].ends_with(".invalid")) << "RFC 2606 section 2";

    const auto down = list(*lists, "urn:example:down");
    const auto status = down->status();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::temporary);
    EXPECT_EQ(down->description().kind, "dict");
    EXPECT_EQ(down->description().place, "fake:password=...:d");

    const auto staff = list(*lists, "urn:example:staff");
    EXPECT_FALSE(staff->status());
    EXPECT_EQ(staff->description().kind, "file");
    EXPECT_EQ(staff->description().place, home(fred) / "staff");
}

TEST_F(CatalogTest, AWrongDefinitionIsATemporaryFailureThatSaysWhere) {
    const auto list_of = [](const std::string& name) {
        return "[lists.\"" + name + "\"]\ntype = \"file\"\npath = \"/x\"\n";
    };
    struct Row {
        std::string site;
        const char* expected;
    };
    const Row table[] = {
        {list_of(":addrbook:"), "columbarium.toml:1: list name"},
        {list_of("\\u0000:x"), "columbarium.toml:1: list name"},
        {list_of("http://x/"), "columbarium.toml:1: list name"},
        {list_of(":addrbook:x?label=y"), "columbarium.toml:1: list name"},
        {list_of(":addrbook:co-workers") + list_of("urn:ietf:params:sieve:addrbook:co%2Dworkers"),
         "columbarium.toml:4: \"urn:ietf:params:sieve:addrbook:co%2Dworkers\" names the same list as "
         "\":addrbook:co-workers\" (columbarium.toml:1)"},
        {"[lists]\nredirect = [\"http://x\"]\n", "lists.redirect: list name \"http://x\""},
    };
    for (const Row& row : table) {
        site_ = row.site;
        EXPECT_EQ(catalog_fault().substr(0, std::string(row.expected).size()), row.expected);
    }
    site_ = list_of(":addrbook:default") + list_of(":ADDRBOOK:%64efault");
    address_book_ = "vdir:~/contacts";
    EXPECT_NE(catalog_fault().find("names the same list"), std::string::npos) << "whatever the user sets";
    site_.clear();
    address_book_ = "vdir:contacts";
    EXPECT_TRUE(catalog_fault().starts_with("columbarium_addrbook: ")) << catalog_fault();
}

TEST_F(CatalogTest, EL_39_DefinitionsMayBeWrittenInAnyFormOfTheirName) {
    site_ = "[lists.\"urn:ietf:params:sieve:ADDRBOOK:co%2Dworkers\"]\ntype = \"dict\"\nuri = \"fake:c\"\n";
    dicts_["fake:c"].values["priv/sieve/extlists/a@x"] = "A";
    EXPECT_EQ(find(*catalog(), ":addrbook:co-workers", "a@x"), "A");
}

TEST_F(CatalogTest, EntriesAreAllListsThatResolve) {
    site_ = "[lists.\"tag:example.org,2026:staff\"]\ntype = \"file\"\npath = \"/nowhere\"\n";
    address_book_ = "vdir:~/contacts";
    add_card(fred, "Amelie", "amelie@x", "CATEGORIES:Friends,Book Club,A/B,Myself,myself,DEFAULT,Büro\r\n");
    const auto lists = catalog();
    std::vector<std::string> names;
    for (const CatalogEntry& entry : lists->entries()) {
        names.push_back(entry.name);
        EXPECT_EQ(list(*lists, entry.name), entry.source) << entry.name;
    }
    std::sort(names.begin() + 4, names.end());
    EXPECT_EQ(names, (Values{":addrbook:default", "tag:example.org,2026:staff", ":addrbook:personal",
                             ":addrbook:myself", ":addrbook:Book%20Club", ":addrbook:Büro",
                             ":addrbook:Friends", ":addrbook:Myself", ":addrbook:default?label=A%2FB",
                             ":addrbook:default?label=DEFAULT", ":addrbook:default?label=myself"}));
}

TEST_F(CatalogTest, ImportsGoIntoAVdirOnly) {
    EXPECT_EQ(catalog()->import_folder().map_error([](const Error& e) { return e.kind; }).error(),
              ErrorKind::permanent);
    address_book_ = "file:/etc/list";
    EXPECT_FALSE(catalog()->import_folder());
    address_book_ = "vdir:~/contacts";
    EXPECT_EQ(catalog()->import_folder().value_or("?"), home(fred) / "contacts");
}

TEST_F(CatalogTest, OfNobodyKnowsNamesOnly) {
    site_ = "[lists.\":addrbook:default\"]\ntype = \"vdir\"\npath = \"~/contacts\"\n";
    const auto lists = catalog("");
    EXPECT_TRUE(lists->resolve(":addrbook:default"));
    EXPECT_EQ(find(*lists, ":addrbook:default", "a@x"), "!temporary");
    EXPECT_EQ(find(*lists, ":addrbook:Friends", "a@x"), "not known now");
    EXPECT_EQ(find(*lists, "tag:example.org,2026:x", "a@x"), "unknown");
    EXPECT_EQ(lists->entries().size(), 3U);
}

} // namespace
} // namespace columbarium::lists
