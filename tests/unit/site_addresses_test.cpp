// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/site.hpp"

#include <gtest/gtest.h>

#include "lifecycle_fixture.hpp"

namespace columbarium::tombstone {
namespace {

using test::people_policy;

TEST(SiteAddresses, BelongToTheUsernameBeforeTheAt) {
    const config::PeoplePolicy policy = people_policy();
    for (const char* address : {"abc1@cam.example.org", "ABC1@CAM.example.ORG", "abc1@old.example.org",
                                "abc1+lists@cam.example.org", "abc1+a+b@cam.example.org",
                                "\"abc1\"@cam.example.org", "abc1+@cam.example.org"})
        EXPECT_EQ(username_of(address, policy), "abc1") << address;
}

TEST(SiteAddresses, OfOtherDomainsAndOfNobodyBelongToNobody) {
    const config::PeoplePolicy policy = people_policy();
    for (const char* address :
         {"abc1@example.org", "abc1@x.cam.example.org", "abc1@cam.example.org.", "abc1@hermes.example.org",
          "abc1", "", "@cam.example.org", "a b@cam.example.org", "-x@cam.example.org", "cam.example.org",
          "abc1@", "\"@cam.example.org", "\"a b\"@cam.example.org", "äbc1@cam.example.org",
          "\xff@cam.example.org"})
        EXPECT_EQ(username_of(address, policy), std::nullopt) << address;
    EXPECT_EQ(username_of("+x@cam.example.org", policy), "+x")
        << "a delimiter at the start separates nothing";
    EXPECT_EQ(username_of("abc1@cam.example.org", config::PeoplePolicy()), std::nullopt);
}

TEST(SiteAddresses, HaveNoSubaddressesWhereTheSiteHasNone) {
    config::PeoplePolicy policy = people_policy();
    policy.subaddress_delimiters = "";
    EXPECT_EQ(username_of("abc1+x@cam.example.org", policy), "abc1+x");
    policy.subaddress_delimiters = "-_";
    EXPECT_EQ(username_of("abc1_x@cam.example.org", policy), "abc1");
    EXPECT_EQ(username_of("abc1-x_y@cam.example.org", policy), "abc1");
}

TEST(Logins, BelongToTheUsernameWithOrWithoutADomainOfTheSite) {
    const config::PeoplePolicy policy = people_policy();
    for (const char* login :
         {"abc1", "ABC1", "abc1@cam.example.org", "abc1@hermes.example.org", "abc1@HERMES.example.org"})
        EXPECT_EQ(username_of_login(login, policy), "abc1") << login;
    for (const char* login :
         {"", "abc1@example.org", "@cam.example.org", "abc1@", "a b", "abc1@cam.example.org@x"})
        EXPECT_EQ(username_of_login(login, policy), std::nullopt) << login;
    EXPECT_EQ(username_of_login("abc1@", config::PeoplePolicy()), std::nullopt)
        << "no account_domain is not an empty one";
    EXPECT_EQ(username_of_login("abc1+x@cam.example.org", policy), "abc1+x")
        << "a login has no subaddress: it is somebody else's";
}

TEST(Logins, AreReadByTheNameThatAccountsHave) {
    config::PeoplePolicy policy = people_policy();
    policy.account_name = "hermes-{username}";
    for (const char* login :
         {"hermes-abc1", "Hermes-ABC1", "hermes-abc1@cam.example.org", "hermes-abc1@hermes.example.org"})
        EXPECT_EQ(username_of_login(login, policy), "abc1") << login;
    for (const char* login : {"abc1", "abc1@cam.example.org", "hermes-", "hermes-@cam.example.org", "hermes",
                              "xhermes-abc1", "hermes-abc1@example.org"})
        EXPECT_EQ(username_of_login(login, policy), std::nullopt) << login << ": another account";
    policy.account_name = "{username}@mail.example.org";
    for (const char* login :
         {"abc1@mail.example.org", "abc1@MAIL.example.org", "abc1", "abc1@cam.example.org"})
        EXPECT_EQ(username_of_login(login, policy), "abc1") << login;
    EXPECT_EQ(username_of_login("abc1@example.org", policy), std::nullopt);
    policy.account_name = "u.{username}.staff@mail.example.org";
    EXPECT_EQ(username_of_login("u.abc1.staff@mail.example.org", policy), "abc1");
    EXPECT_EQ(username_of_login("u.abc1.staff", policy), "abc1");
    EXPECT_EQ(username_of_login("u.staff", policy), std::nullopt) << "the ends may not overlap";
    policy.account_name = "mail@{username}";
    EXPECT_EQ(username_of_login("mail@abc1", policy), "abc1");
    EXPECT_EQ(username_of_login("mail", policy), std::nullopt);
}

TEST(OwnAddresses, AreMadeOfTheFirstDomainAndOfTheAccountDomain) {
    EXPECT_EQ(main_address("abc1", people_policy()), "abc1@cam.example.org");
    EXPECT_EQ(account_address("abc1", people_policy()), "abc1@hermes.example.org");
    EXPECT_EQ(main_address("abc1", config::PeoplePolicy()), "");
    EXPECT_EQ(account_address("abc1", config::PeoplePolicy()), "");
    EXPECT_FALSE(is_own_account("abc1@", "abc1", config::PeoplePolicy()));
}

TEST(Targets, MayBeUnset) {
    EXPECT_EQ(prepare_target("", "abc1", people_policy()).value(), "");
    EXPECT_EQ(prepare_target(" \t", "abc1", people_policy()).value(), "");
}

TEST(Targets, MayBeOthersOfTheSiteAndOnesOwnAccount) {
    for (const char* address : {"abc2@cam.example.org", "abc1@hermes.example.org", "abc1@example.com"})
        EXPECT_EQ(prepare_target(address, "abc1", people_policy()).value(), address);
}

TEST(Targets, MayNotBeOnesOwnAddress) {
    const auto refused = prepare_target("Abc1+X@OLD.example.org", "abc1", people_policy());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::permanent);
    EXPECT_EQ(
        refused.error().text,
        "\"Abc1+X@old.example.org\" is an address of abc1 himself: mail to it would come back for ever");
}

} // namespace
} // namespace columbarium::tombstone
