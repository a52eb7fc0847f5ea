// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/addressee.hpp"

#include "notice_fixture.hpp"

namespace columbarium::tombstone {
namespace {

constexpr Date today{std::chrono::days(20'619)}; // 2026-06-15

TEST(NoticeAddressee, CA_10_IsNobodyForRolesOtherDomainsAndWhatIsNoAddress) {
    const config::SiteConfig site = test::notice_site();
    for (const char* address :
         {"postmaster@cam.example.org", "Postmaster@CAM.example.org", "abuse@cantab.example.org",
          "\"postmaster\"@cam.example.org", "postmaster+dsn@cam.example.org", "postmaster", "",
          "ann@example.org", "ann@hermes.example.org", "ann@sub.cam.example.org", "a b@cam.example.org",
          "@cam.example.org"})
        EXPECT_EQ(person_of_address(address, site), std::nullopt) << address;
}

TEST(NoticeAddressee, IsTheOwnerOfAnAddressOfTheSite) {
    const config::SiteConfig site = test::notice_site();
    for (const char* address : {"ann@cam.example.org", "ANN@Cantab.Example.org", "ann+list@cam.example.org",
                                "\"ann\"@cam.example.org"})
        EXPECT_EQ(person_of_address(address, site), "ann") << address;
}

TEST(NoticeAddressee, CA_10_KnowsRolesThatHoldADelimiter) {
    config::SiteConfig site = test::notice_site();
    site.people.subaddress_delimiters = "-";
    site.tombstone.roles = {"post-master"};
    EXPECT_EQ(person_of_address("post-master@cam.example.org", site), std::nullopt);
    EXPECT_EQ(person_of_address("post-x@cam.example.org", site), "post");
}

Person departed() {
    Person person;
    person.username = "ann";
    person.full_name = "Ann Müller";
    person.tombstone_address = "ann@new.example.com";
    person.cancelled = today - std::chrono::days(10);
    return person;
}

TEST(NoticeAddressee, AR_19_TellsTheNameOnlyWhereItMayBeDisclosed) {
    config::SiteConfig site = test::notice_site();
    Person person = departed();
    EXPECT_EQ(addressee_of(person, today, site).full_name, ""); // as little as can be, where nobody says more
    site.tombstone.disclose = config::Disclosure::address_and_name;
    EXPECT_EQ(addressee_of(person, today, site).full_name, "Ann Müller");
    person.disclosure = config::Disclosure::address;
    EXPECT_EQ(addressee_of(person, today, site).full_name, "");
    EXPECT_EQ(addressee_of(person, today, site).disclosure, config::Disclosure::address);
    person.disclosure.reset();
    site.tombstone.disclose = config::Disclosure::nothing;
    EXPECT_EQ(addressee_of(person, today, site).full_name, "");
    EXPECT_EQ(addressee_of(person, today, site).disclosure, config::Disclosure::nothing);
    person.disclosure = config::Disclosure::address_and_name;
    EXPECT_EQ(addressee_of(person, today, site).full_name, "Ann Müller");
}

TEST(NoticeAddressee, KnowsWhetherSomebodyForwardsToHisOwnAccount) {
    const config::SiteConfig site = test::notice_site();
    Person person = departed();
    person.cancelled.reset();
    person.forwarding_address = "ann@hermes.example.org";
    EXPECT_TRUE(addressee_of(person, today, site).is_own_account);
    person.forwarding_address = "bob@hermes.example.org";
    EXPECT_FALSE(addressee_of(person, today, site).is_own_account);
    person.forwarding_address = "ann@example.net";
    EXPECT_FALSE(addressee_of(person, today, site).is_own_account);
}

TEST(NoticeAddressee, ComesBackFromItsValueAsItWas) {
    for (const char* name : {"account", "forwards", "gone", "fresh", "unset", "silent", "ann", "left1"}) {
        const Addressee addressee = *test::at_site(name).addressee;
        const auto read = read_addressee(to_value(addressee));
        ASSERT_TRUE(read.has_value()) << read.error().text;
        EXPECT_EQ(*read, addressee) << name;
    }
}

TEST(NoticeAddressee, RefusesValuesThatCannotBe) {
    const char* const sound = R"("username":"ann","full_name":"","resolution":"DUNNO forward a@example.org",)"
                              R"("own_account":false,"disclosure":"address")";
    ASSERT_TRUE(read_addressee(fmt::format("{{{}}}", sound)));
    for (
        const char* value :
        {"", "x", "{}", "[]", R"({"username":"Ann","full_name":"","resolution":"DUNNO forward a@b.c"})",
         R"({"username":"ann","full_name":"a\nb","resolution":"DUNNO forward a@example.org","own_account":false,"disclosure":"address-and-name"})",
         R"({"username":"ann","full_name":"","resolution":"DUNNO forward a","own_account":false,"disclosure":"address"})",
         R"({"username":"ann","full_name":"","resolution":"550 5.1.6 x","own_account":true,"disclosure":"address"})",
         R"({"username":"ann","full_name":"","resolution":"550 5.1.6 x","own_account":false,"disclosure":"all"})",
         R"({"username":"ann","full_name":"Ann","resolution":"550 5.1.6 x","own_account":false,"disclosure":"address"})",
         R"({"username":7,"full_name":"","resolution":"550 5.1.6 x","own_account":false,"disclosure":"address"})"}) {
        const auto read = read_addressee(value);
        ASSERT_FALSE(read.has_value()) << value;
        EXPECT_EQ(read.error().kind, ErrorKind::permanent);
        EXPECT_FALSE(read.error().text.empty());
    }
}

} // namespace
} // namespace columbarium::tombstone
