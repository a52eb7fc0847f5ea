// SPDX-License-Identifier: LGPL-2.1-or-later
// Automatic set-up and accounts in the mail system: memo, sections 4.5, 4.6 and 5.2.
#include "tombstone/lifecycle.hpp"

#include <gtest/gtest.h>

#include "lifecycle_fixture.hpp"
#include "tombstone/site.hpp"

namespace columbarium::tombstone {
namespace {

using namespace test;
using enum ChangeKind;

const std::string own_account = "abc1@hermes.example.org";

Listed of_medical_school() {
    Listed row = listed_with("", "");
    row.affiliation = "medical SCHOOL";
    return row;
}

TEST(AutomaticSetUp, LC_16_OfANewPersonWithAnAccountForwardsToItAndClearsNew) {
    Story story;
    story.account = Account::yes;
    EXPECT_EQ(story.feed(listed()), (Kinds{created, set_up}));
    EXPECT_EQ(story.person().forwarding_address, own_account);
    EXPECT_FALSE(story.person().is_new);
    EXPECT_EQ(story.mail(), forwarded_to(own_account));
    EXPECT_EQ(story.changes[1].after, own_account);
}

TEST(AutomaticSetUp, LC_17_HappensWhetherTheAccountComesBeforeOrAfterHeIsNew) {
    Story after;
    EXPECT_EQ(after.feed(listed()), Kinds{created});
    EXPECT_EQ(after.after_days(20).feed(listed()), Kinds{});
    after.account = Account::yes;
    EXPECT_EQ(after.after_days(1).feed(listed()), Kinds{set_up});
    EXPECT_EQ(after.mail(), forwarded_to(own_account));

    Story before; // the account was there long before
    before.account = Account::yes;
    before.feed(listed());
    EXPECT_EQ(before.person().forwarding_address, after.person().forwarding_address);
}

TEST(AutomaticSetUp, LC_18_AddsHisAddressToTheMailAttribute) {
    Story story;
    story.feed(listed());
    EXPECT_FALSE(story.person().is_mail_attribute_due);
    story.account = Account::yes;
    story.feed(listed());
    EXPECT_TRUE(story.person().is_mail_attribute_due);
    EXPECT_EQ(main_address("abc1", story.policy), "abc1@cam.example.org");
}

TEST(AutomaticSetUp, LC_18_IsNotDueForWhoSetsHisAddressHimself) {
    Story story;
    story.account = Account::yes;
    story.feed(listed_with("ann@example.org", ""));
    EXPECT_FALSE(story.person().is_mail_attribute_due);
}

TEST(AutomaticSetUp, LC_19_WithoutTheAccountForwardingToItIsAsIfItWereUnset) {
    Story story;
    story.account = Account::yes;
    story.feed(listed_with("", ""));
    story.account = Account::no;
    EXPECT_EQ(story.feed(listed_with("", "")), Kinds{account_gone});
    EXPECT_EQ(story.mail(), unset);
    story.feed(listed_with("", "ann@example.com"));
    EXPECT_EQ(story.mail(), moved_to("ann@example.com"));
}

TEST(AutomaticSetUp, LC_19_AlsoWhereHeHasSetItHimself) {
    for (const char* address :
         {"abc1@hermes.example.org", "ABC1@hermes.example.org", "abc1+lists@hermes.example.org"}) {
        Story story;
        EXPECT_EQ(story.feed(listed_with(address, "")), (Kinds{created, forwarding, account_gone}))
            << address;
        EXPECT_EQ(story.mail(), unset);
    }
}

TEST(AutomaticSetUp, LC_19_AnotherPersonsAccountIsAnAddressLikeOthers) {
    Story story;
    EXPECT_EQ(story.feed(listed_with("abc2@hermes.example.org", "")), (Kinds{created, forwarding}));
    EXPECT_EQ(story.mail(), forwarded_to("abc2@hermes.example.org"));
}

TEST(AutomaticSetUp, LC_20_NothingIsTakenAwayAndItCountsAgainWhenTheAccountIsBack) {
    Story story;
    story.account = Account::yes;
    story.feed(listed_with("", ""));
    const Person before = story.person();
    story.account = Account::no;
    story.feed(listed_with("", ""));
    EXPECT_EQ(story.person().forwarding_address, own_account);
    EXPECT_FALSE(story.person().is_new);
    EXPECT_EQ(story.feed(listed_with("", "")), Kinds{}) << "told once";
    story.account = Account::yes;
    EXPECT_EQ(story.feed(listed_with("", "")), Kinds{account_back});
    EXPECT_EQ(story.person(), before);
    EXPECT_EQ(story.mail(), forwarded_to(own_account));
}

TEST(AutomaticSetUp, LC_20_AnotherAddressCountsAtOnce) {
    Story story;
    story.feed(listed_with(own_account, ""));
    EXPECT_EQ(story.mail(), unset);
    story.forward_to("ann@example.org");
    EXPECT_EQ(story.mail(), forwarded_to("ann@example.org"));
}

TEST(AutomaticSetUp, LC_20_AnAddressCountsAgainThatIsNoAccountsAnyMore) {
    Story story;
    story.feed(listed_with(own_account, ""));
    EXPECT_EQ(story.mail(), unset);
    story.policy.account_domain = "other.example.org";
    EXPECT_EQ(story.feed(listed_with(own_account, "")), Kinds{});
    EXPECT_EQ(story.mail(), forwarded_to(own_account));
}

TEST(AutomaticSetUp, LC_21_UnknownChangesNothing) {
    Story forwarding_to_it;
    forwarding_to_it.account = Account::yes;
    forwarding_to_it.feed(listed());
    forwarding_to_it.account = Account::unknown;
    EXPECT_EQ(forwarding_to_it.feed(listed()), Kinds{});
    EXPECT_EQ(forwarding_to_it.mail(), forwarded_to(own_account));

    Story missing;
    missing.feed(listed_with(own_account, ""));
    missing.account = Account::unknown;
    EXPECT_EQ(missing.feed(listed_with(own_account, "")), Kinds{});
    EXPECT_EQ(missing.mail(), unset);

    Story of_an_affiliation;
    of_an_affiliation.account = Account::unknown;
    EXPECT_EQ(of_an_affiliation.feed(of_medical_school()), Kinds{created});
    EXPECT_TRUE(of_an_affiliation.person().is_new) << "he may have an account";
}

TEST(AutomaticSetUp, LC_22_AShortAbsenceDoesNotBringForwardingToAMissingAccountBack) {
    for (const Account account : {Account::no, Account::unknown}) {
        Story story;
        story.account = Account::yes;
        story.feed(listed_with("", "ann@example.com"));
        story.forward_to(own_account);
        story.account = Account::no;
        story.feed(listed_with("", "ann@example.com"));
        story.gone_from_feed();
        story.account = account;
        EXPECT_EQ(story.after_days(10).feed(listed_with("", "ann@example.com")), Kinds{restored});
        EXPECT_EQ(story.mail(), moved_to("ann@example.com"));
    }
}

TEST(AutomaticSetUp, LC_22_AlsoWhereTheAccountWentDuringTheAbsence) {
    Story story;
    story.account = Account::yes;
    story.feed(listed_with(own_account, ""));
    story.account = Account::no;
    EXPECT_EQ(story.gone_from_feed(), Kinds{cancelled});
    EXPECT_EQ(story.after_days(10).feed(listed_with(own_account, "")), (Kinds{restored, account_gone}));
    EXPECT_EQ(story.mail(), unset);
}

TEST(AutomaticSetUp, LC_23_HappensToNewPeopleOnly) {
    Story story;
    story.feed(listed_with("ann@example.org", ""));
    story.account = Account::yes;
    EXPECT_EQ(story.feed(listed_with("ann@example.org", "")), Kinds{});
    EXPECT_EQ(story.feed(listed_with("", "")), Kinds{forwarding});
    EXPECT_EQ(story.feed(listed_with("", "")), Kinds{}) << "he wants none";
    EXPECT_EQ(story.mail(), unset);

    Story with_tombstone;
    with_tombstone.account = Account::yes;
    EXPECT_EQ(with_tombstone.feed(listed_with("", "ann@example.com")),
              (Kinds{created, ChangeKind::tombstone}));
    EXPECT_EQ(with_tombstone.mail(), moved_to("ann@example.com"));
}

TEST(AutomaticSetUp, LC_23_NotToWhoHasDeparted) {
    Story story;
    story.feed(listed());
    story.gone_from_feed();
    story.account = Account::yes;
    EXPECT_EQ(story.gone_from_feed(), Kinds{});
    story.withheld();
    EXPECT_TRUE(story.person().is_new);
}

TEST(AutomaticSetUp, LC_24_OfANewPersonWithoutAccountGoesByAffiliation) {
    Story story;
    EXPECT_EQ(story.feed(of_medical_school()), (Kinds{created, set_up}));
    EXPECT_EQ(story.mail(), forwarded_to("abc1@medschl.example.org"));
    EXPECT_FALSE(story.person().is_new);
    EXPECT_TRUE(story.person().is_mail_attribute_due);
    EXPECT_EQ(story.feed(of_medical_school()), Kinds{});
}

TEST(AutomaticSetUp, LC_24_AnAccountGoesBeforeTheAffiliation) {
    Story story;
    story.account = Account::yes;
    story.feed(of_medical_school());
    EXPECT_EQ(story.mail(), forwarded_to(own_account));
}

TEST(AutomaticSetUp, LC_24_NeedsNoAccountsWhereTheSiteHasNone) {
    Story story;
    story.policy.account_domain = "";
    story.account = Account::unknown;
    EXPECT_EQ(story.feed(of_medical_school()), (Kinds{created, set_up}));
    EXPECT_EQ(story.mail(), forwarded_to("abc1@medschl.example.org"));
}

TEST(AutomaticSetUp, LC_24_NeverLeadsBackToThePerson) {
    Story story;
    story.policy.affiliations = {{"Medical School", "{username}@cam.example.org"}};
    EXPECT_EQ(story.feed(of_medical_school()), Kinds{created});
    EXPECT_EQ(story.mail(), no_address);
}

TEST(NeedsAccount, IsTrueForWhoIsNewOrForwardsToHisOwnAccount) {
    const config::PeoplePolicy policy = people_policy();
    Story story;
    const Date today = story.today;
    const Listed plain = listed();
    const Listed elsewhere = listed_with("ann@example.org", "");
    const Listed to_account = listed_with(own_account, "");
    EXPECT_TRUE(needs_account(nullptr, &plain, today, policy));
    EXPECT_TRUE(needs_account(nullptr, &to_account, today, policy));
    EXPECT_FALSE(needs_account(nullptr, &elsewhere, today, policy));

    story.feed(elsewhere);
    EXPECT_FALSE(needs_account(&story.person(), &elsewhere, today, policy));
    EXPECT_FALSE(needs_account(&story.person(), nullptr, today, policy));
    EXPECT_TRUE(needs_account(&story.person(), &to_account, today, policy));
    story.gone_from_feed();
    EXPECT_FALSE(needs_account(&story.person(), nullptr, today, policy)) << "who has left needs none";
    EXPECT_TRUE(needs_account(&story.person(), &elsewhere, today, policy)) << "he may be new";

    story.feed(to_account);
    EXPECT_TRUE(needs_account(&story.person(), &to_account, today, policy));
    EXPECT_TRUE(needs_account(&story.person(), nullptr, today, policy));
}

TEST(NeedsAccount, IsTrueForWhoIsToLeaveUntilHeHas) {
    Story story;
    story.feed(listed_with(own_account, ""));
    story.cancel(day("2026-02-01"));
    EXPECT_TRUE(needs_account(&story.person(), nullptr, story.today, story.policy)) << "absent or withheld";
    EXPECT_FALSE(needs_account(&story.person(), nullptr, day("2026-02-01"), story.policy));
    story.account = Account::yes;
    EXPECT_EQ(story.gone_from_feed(), Kinds{account_back});
    EXPECT_EQ(story.mail(), forwarded_to(own_account));
}

TEST(NeedsAccount, IsFalseWhereTheSiteHasNoMailSystem) {
    config::PeoplePolicy policy = people_policy();
    policy.account_domain = "";
    const Date today = day("2026-01-01");
    const Listed plain = listed();
    EXPECT_FALSE(needs_account(nullptr, &plain, today, policy));
}

} // namespace
} // namespace columbarium::tombstone
