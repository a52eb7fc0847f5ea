// SPDX-License-Identifier: LGPL-2.1-or-later
// What a notice says when the store has spoken, and when the reply has been sent or not.
#include "notice_fixture.hpp"

namespace columbarium::tombstone {
namespace {

using test::Mail;
using test::noon;
using test::transaction_to;
using Names = std::vector<std::string>;
using reply::ClaimOutcome;
using reply::ClaimState;
using States = std::vector<ClaimState>;

constexpr ClaimState granted = ClaimState::granted;
constexpr ClaimState told = ClaimState::told;
constexpr ClaimState pending = ClaimState::pending;

// A transaction on its way.
struct Way {
    explicit Way(const Names& names, config::SiteConfig policy = test::notice_site())
        : site(std::move(policy)), transaction(transaction_to(names)), mail(test::personal_to(transaction)) {
        auto made = tombstone::draft(transaction, *mail, noon, site);
        EXPECT_TRUE(made.has_value());
        draft = made.value_or(Draft());
    }

    Decision decide(const Expected<std::optional<ClaimOutcome>>& outcome) {
        const auto templates = reply::Templates::read(site.tombstone);
        EXPECT_TRUE(templates.has_value()) << templates.error().text;
        return tombstone::decide(draft, transaction, *mail, outcome, *templates, noon, site);
    }
    Decision decide(const States& states, std::string cap = {}) {
        return decide(std::optional(ClaimOutcome{states, std::move(cap)}));
    }

    config::SiteConfig site;
    Transaction transaction;
    Mail mail;
    Draft draft;
};

const Verdict moved_to_ann = Refuse{test::moved_to_ann};
const Verdict moved_to_left1 =
    Refuse{"550 5.1.6 The person of this address has moved: please write to left1@new.example.com"};
const Verdict deferred = Defer{std::string(cannot_decide)};

TEST(NoticeDecide, CA_3_AR_13_AR_22_SendsOneReplyToTheEnvelopeSender) {
    Way way({"ann"});
    const Decision decision = way.decide(States{granted});
    EXPECT_EQ(decision.verdicts, (std::vector<Verdict>{Answer{}}));
    ASSERT_TRUE(decision.sending);
    EXPECT_EQ(decision.sending->recipient, "fred@example.net");
    const std::string& text = decision.sending->text;
    EXPECT_NE(text.find("\r\nTo: fred@example.net\r\n"), std::string::npos) << text;
    EXPECT_NE(text.find("<ann@cam.example.org>\r\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\r\nAuto-Submitted: auto-replied\r\n"), std::string::npos) << text;
    EXPECT_NE(text.find("ann@new.example.com"), std::string::npos) << text;
    EXPECT_NE(text.find("\r\nSubject: Auto: Lunch on Friday?\r\n"), std::string::npos) << text;
    ASSERT_TRUE(decision.granted);
    EXPECT_EQ(decision.granted->people, Names{"ann"});
    EXPECT_EQ(decision.granted->until, way.draft.claim->until);
}

TEST(NoticeDecide, CA_4_AR_3_RefusesOrDropsWhereTheSenderWasTold) {
    Way refusing({"ann"});
    const Decision refused = refusing.decide(States{told});
    EXPECT_EQ(refused.verdicts, (std::vector<Verdict>{moved_to_ann}));
    EXPECT_FALSE(refused.sending);
    EXPECT_FALSE(refused.granted);
    EXPECT_NE(refused.reasons[0].find("AR-3"), std::string::npos);
    config::SiteConfig site = test::notice_site();
    site.tombstone.repeated = config::NoticePolicy::Repeated::drop;
    Way dropping({"ann", "gone"}, site);
    const Decision dropped = dropping.decide(States{told});
    EXPECT_EQ(dropped.verdicts,
              (std::vector<Verdict>{Drop{}, Refuse{std::string(refusal(RejectReason::departed))}}));
}

TEST(NoticeDecide, CA_16_RefusesWhereSomebodyElseIsTellingWhateverTheSettingForRepeatedMail) {
    for (const auto repeated :
         {config::NoticePolicy::Repeated::refuse, config::NoticePolicy::Repeated::drop}) {
        config::SiteConfig site = test::notice_site();
        site.tombstone.repeated = repeated;
        Way way({"ann"}, site);
        const Decision decision = way.decide(States{pending});
        EXPECT_EQ(decision.verdicts, (std::vector<Verdict>{moved_to_ann}));
        EXPECT_FALSE(decision.sending);
        EXPECT_FALSE(decision.granted);
    }
}

TEST(NoticeDecide, CA_15_TellsOnlyOfThoseWhomTheSenderWasNotToldOf) {
    Way way({"ann", "account", "left1", "left2", "left1"});
    const Decision decision = way.decide(States{told, granted, pending});
    const std::vector<Verdict> expected = {
        moved_to_ann, DeliverOn{"account@hermes.example.org"}, Answer{},
        Refuse{"550 5.1.6 The person of this address has moved: please write to left2@new.example.com"},
        Answer{}};
    EXPECT_EQ(decision.verdicts, expected);
    ASSERT_TRUE(decision.sending && decision.granted);
    EXPECT_EQ(decision.granted->people, Names{"left1"});
    EXPECT_NE(decision.sending->text.find("left1@new.example.com"), std::string::npos);
    EXPECT_EQ(decision.sending->text.find("ann@new"), std::string::npos);
    EXPECT_EQ(decision.sending->text.find("left2@new"), std::string::npos);
    EXPECT_EQ(decision.sending->text.find("left1@new.example.com"),
              decision.sending->text.rfind("left1@new.example.com"));
}

TEST(NoticeDecide, CA_15_TellsOfAllInOneReply) {
    Way way({"left2", "left1"});
    const Decision decision = way.decide(States{granted, granted});
    ASSERT_TRUE(decision.sending);
    EXPECT_NE(decision.sending->text.find("left1@new.example.com"), std::string::npos);
    EXPECT_NE(decision.sending->text.find("left2@new.example.com"), std::string::npos);
    EXPECT_NE(decision.sending->text.find("From: left2@cam.example.org\r\n"), std::string::npos)
        << decision.sending->text;
}

TEST(NoticeDecide, CA_15_TellsOfAPersonOnceWhoWasWrittenToAtSeveralAddresses) {
    Way way({"ann"});
    for (int i = 0; i < 1'000; ++i)
        way.transaction.recipients.push_back(
            test::at_site("ann", fmt::format("ann+{}@{}.example.org", i, i % 2 == 0 ? "cam" : "cantab")));
    way.draft = tombstone::draft(way.transaction, *way.mail, noon, way.site).value_or(Draft());
    const Decision decision = way.decide(States{granted});
    ASSERT_TRUE(decision.sending);
    EXPECT_EQ(decision.verdicts, std::vector<Verdict>(1'001, Answer{}));
    const std::string& text = decision.sending->text;
    EXPECT_EQ(text.find("(was: "), text.rfind("(was: "));
    EXPECT_NE(text.find("(was: ann@cam.example.org)"), std::string::npos) << text;
    EXPECT_NE(text.find(" <ann@cam.example.org>\r\n"), std::string::npos) << text; // with the name
}

TEST(NoticeDecide, AR_11_ComesFromNobodyByNameWhereItTellsOfSeveral) {
    Way way({"ann", "left1"});
    const Decision decision = way.decide(States{granted, granted});
    ASSERT_TRUE(decision.sending);
    EXPECT_NE(decision.sending->text.find("From: ann@cam.example.org\r\n"), std::string::npos)
        << decision.sending->text;
}

TEST(NoticeDecide, CA_17_AR_31_RefusesWhereACapIsReached) {
    Way way({"ann", "left1"});
    for (const States& states : {States{pending, pending}, States{granted, granted}}) {
        const Decision decision = way.decide(states, "per_hour");
        EXPECT_EQ(decision.verdicts, (std::vector<Verdict>{moved_to_ann, moved_to_left1}));
        EXPECT_FALSE(decision.sending);
        EXPECT_FALSE(decision.granted);
        EXPECT_EQ(decision.reasons[0], "AR-31 the cap per_hour is reached");
    }
}

TEST(NoticeDecide, CA_11_DefersThoseWhomTheStoreCouldNotBeAskedFor) {
    Way way({"ann", "account", "gone"});
    const std::vector<Verdict> expected = {deferred, DeliverOn{"account@hermes.example.org"},
                                           Refuse{std::string(refusal(RejectReason::departed))}};
    EXPECT_EQ(way.decide(temporary_failure("the store is away")).verdicts, expected);
    EXPECT_EQ(way.decide(temporary_failure("the store is away")).reasons[0], "the store is away");
    EXPECT_EQ(way.decide(permanent_failure("too long")).verdicts, expected);
    EXPECT_EQ(way.decide(std::optional<ClaimOutcome>()).verdicts, expected);
    EXPECT_EQ(way.decide(States{granted, granted}).verdicts, expected);
    EXPECT_FALSE(way.decide(States{}).granted);
}

TEST(NoticeDecide, HasNothingToDecideWhereNobodyAsks) {
    Way way({"account", "gone"});
    const Decision decision = way.decide(std::optional<ClaimOutcome>());
    EXPECT_EQ(decision.verdicts, way.draft.verdicts);
    EXPECT_EQ(decision.reasons, way.draft.reasons);
    EXPECT_FALSE(decision.sending);
}

TEST(NoticeDecide, CA_16_AR_32_RefusesAndGivesTheClaimBackWhereTheReplyCannotBeMade) {
    Names names;
    for (int i = 0; i < 100; ++i)
        names.push_back(fmt::format("left{}", i));
    Way way(names);
    for (Recipient& recipient : way.transaction.recipients)
        recipient.addressee->resolution =
            ChangeOfAddress{std::string(64, 'x') + "@" + std::string(60, 'y') + "." + std::string(60, 'y') +
                            "." + std::string(60, 'y') + ".org"};
    for (Recipient& recipient : way.transaction.recipients)
        recipient.address = recipient.address + "." + std::string(60, 'z') + ".org";
    const Decision decision = way.decide(States(100, granted));
    EXPECT_FALSE(decision.sending);
    ASSERT_TRUE(decision.granted);
    EXPECT_EQ(decision.granted->people.size(), 100U);
    for (const Verdict& verdict : decision.verdicts)
        EXPECT_EQ(name_of(verdict), "refuse");
    for (const Handed handed : {Handed::over, Handed::unknown})
        EXPECT_EQ(conclude(decision, handed).settlement, reply::Settlement::release);
}

TEST(NoticeDecide, AR_11_ComesFromTheMailboxOfTheSiteWhereOneIsSet) {
    config::SiteConfig site = test::notice_site();
    site.tombstone.from = "\"Change of address\" <moved@cam.example.org>";
    Way way({"ann"}, site);
    const Decision decision = way.decide(States{granted});
    ASSERT_TRUE(decision.sending);
    EXPECT_NE(decision.sending->text.find("From: Change of address <moved@cam.example.org>\r\n"),
              std::string::npos)
        << decision.sending->text;
}

TEST(NoticeDecide, AR_19_TellsNoNameThatIsNotToBeDisclosed) {
    Way way({"ann"});
    way.transaction.recipients[0].addressee->disclosure = config::Disclosure::address;
    const Decision decision = way.decide(States{granted});
    ASSERT_TRUE(decision.sending);
    EXPECT_EQ(decision.sending->text.find("Ann"), std::string::npos) << decision.sending->text;
    EXPECT_NE(decision.sending->text.find("From: ann@cam.example.org\r\n"), std::string::npos);
}

TEST(NoticeDecide, CA_22_TellsAnAddressThatIsAnotherDepartedPersons) {
    Way way({"ann"});
    way.transaction.recipients[0].addressee->resolution = ChangeOfAddress{"gone@cam.example.org"};
    const Decision decision = way.decide(States{granted});
    ASSERT_TRUE(decision.sending);
    EXPECT_NE(decision.sending->text.find("gone@cam.example.org"), std::string::npos);
}

TEST(NoticeDecide, AR_2_AR_10_ARepliesReplyIsNeverAnswered) {
    Way way({"ann"});
    const Decision decision = way.decide(States{granted});
    ASSERT_TRUE(decision.sending);
    // Two sites point at each other: the reply comes to somebody who has left, too.
    Transaction back;
    back.recipients = {test::at_site("left1", "fred@example.net")};
    for (const char* sender : {"", "ann@cam.example.org", "somebody@example.org"}) {
        back.sender.address = sender;
        Mail mail(decision.sending->text);
        const auto draft = tombstone::draft(back, *mail, noon, test::notice_site());
        ASSERT_TRUE(draft.has_value());
        EXPECT_EQ(draft->verdicts, (std::vector<Verdict>{Refuse{test::moved_away}})) << sender;
        EXPECT_FALSE(draft->claim);
    }
}

struct HandedRow {
    Handed handed;
    Verdict ann;
    std::optional<reply::Settlement> settlement;
};

TEST(NoticeConclude, CA_16_IsATableOfWhatBecameOfTheSending) {
    Way way({"ann", "account", "gone"});
    const Decision decision = way.decide(States{granted});
    const Verdict later = Defer{"451 4.3.0 The answer to this message cannot be sent now, try again later"};
    for (const HandedRow& row : {HandedRow{Handed::over, Answer{}, reply::Settlement::confirm},
                                 HandedRow{Handed::not_now, later, reply::Settlement::release},
                                 HandedRow{Handed::never, moved_to_ann, reply::Settlement::release},
                                 HandedRow{Handed::unknown, moved_to_ann, std::nullopt}}) {
        const Conclusion conclusion = conclude(decision, row.handed);
        const std::vector<Verdict> expected = {row.ann, DeliverOn{"account@hermes.example.org"},
                                               Refuse{std::string(refusal(RejectReason::departed))}};
        EXPECT_EQ(conclusion.verdicts, expected);
        EXPECT_EQ(conclusion.settlement, row.settlement);
    }
}

TEST(NoticeConclude, HasNothingToSettleWhereNothingWasGranted) {
    Way way({"ann"});
    const Decision decision = way.decide(States{told});
    for (const Handed handed : {Handed::over, Handed::not_now, Handed::never, Handed::unknown}) {
        EXPECT_EQ(conclude(decision, handed).verdicts, decision.verdicts);
        EXPECT_EQ(conclude(decision, handed).settlement, std::nullopt);
    }
}

TEST(NoticeDecide, DC_3_NamesTheNewAddressWithoutBracketsAndOnlyWhereItIsSound) {
    Way way({"ann"});
    way.transaction.recipients[0].addressee->resolution = ChangeOfAddress{"ann\r\n250 ok@example.org"};
    EXPECT_EQ(way.decide(States{told}).verdicts, (std::vector<Verdict>{Refuse{test::moved_away}}));
    way.transaction.recipients[0].addressee->resolution = ChangeOfAddress{"bücher@example.org"};
    EXPECT_EQ(way.decide(States{told}).verdicts, (std::vector<Verdict>{Refuse{test::moved_away}}));
    EXPECT_EQ(test::moved_to_ann.find_first_of("<>"), std::string::npos);
}

} // namespace
} // namespace columbarium::tombstone
