// SPDX-License-Identifier: LGPL-2.1-or-later
// What a notice says after DATA, before the store is asked.
#include "notice_fixture.hpp"

namespace columbarium::tombstone {
namespace {

using test::at_site;
using test::Mail;
using test::noon;
using test::personal_to;
using test::transaction_to;
using Names = std::vector<std::string>;
using Numbers = std::vector<std::size_t>;

Draft draft_of(const Transaction& transaction, const std::string& text,
               const config::SiteConfig& site = test::notice_site()) {
    Mail mail(text);
    auto made = draft(transaction, *mail, noon, site);
    EXPECT_TRUE(made.has_value()) << made.error().text;
    return made.value_or(Draft());
}

Draft draft_of(const Transaction& transaction) {
    return draft_of(transaction, personal_to(transaction));
}

const Verdict moved = Refuse{test::moved_away};
const Verdict loop =
    Refuse{"554 5.4.6 This message comes round again: the forwarding address leads back here"};

TEST(NoticeDraft, CA_3_AsksForTheRightToTellTheSender) {
    const Draft draft = draft_of(transaction_to({"ann"}));
    EXPECT_EQ(draft.verdicts, (std::vector<Verdict>{Answer{}}));
    EXPECT_EQ(draft.asking, Numbers{0});
    EXPECT_EQ(draft.reasons, Names{""});
    ASSERT_TRUE(draft.claim);
    EXPECT_EQ(draft.claim->sender, "fred@example.net");
    EXPECT_EQ(draft.claim->people, Names{"ann"});
    EXPECT_EQ(draft.claim->now, noon);
    EXPECT_EQ(draft.claim->until, noon + std::chrono::days(7));
}

TEST(NoticeDraft, CA_15_AsksOnceForAllDepartedPeopleOfAMixedTransaction) {
    const Draft draft = draft_of(transaction_to(
        {"account", "left1", "forwards", "gone", "ann", "stranger", "silent", "fresh", "unset", "left1"}));
    const std::vector<Verdict> expected = {DeliverOn{"account@hermes.example.org"},
                                           Answer{},
                                           ForwardTo{"elsewhere@example.net"},
                                           Refuse{std::string(refusal(RejectReason::departed))},
                                           Answer{},
                                           DeliverOn{},
                                           Refuse{std::string(refusal(RejectReason::departed))},
                                           Refuse{std::string(refusal(RejectReason::no_address))},
                                           Refuse{std::string(refusal(RejectReason::unset))},
                                           Answer{}};
    EXPECT_EQ(draft.verdicts, expected);
    EXPECT_EQ(draft.asking, (Numbers{1, 4, 9}));
    ASSERT_TRUE(draft.claim);
    EXPECT_EQ(draft.claim->people, (Names{"left1", "ann"}));
    EXPECT_EQ(draft.reasons.size(), expected.size());
    EXPECT_NE(draft.reasons[3], "");
    EXPECT_NE(draft.reasons[6].find("AR-19"), std::string::npos);
}

TEST(NoticeDraft, CA_5_RefusesForAllWhereTheMessageMayNotBeAnswered) {
    const Transaction transaction = transaction_to({"ann", "account", "left1"});
    for (const char* field :
         {"Auto-Submitted: auto-generated\r\n", "List-Id: <news.example.net>\r\n", "Precedence: bulk\r\n"}) {
        const Draft draft = draft_of(transaction, personal_to(transaction, field));
        EXPECT_EQ(draft.verdicts,
                  (std::vector<Verdict>{moved, DeliverOn{"account@hermes.example.org"}, moved}))
            << field;
        EXPECT_FALSE(draft.claim);
        EXPECT_TRUE(draft.asking.empty());
        EXPECT_TRUE(draft.reasons[0].starts_with("AR-")) << draft.reasons[0];
        EXPECT_EQ(draft.reasons[1], "");
    }
}

TEST(NoticeDraft, CA_5_AR_6_RefusesWhatHasTheNullSender) {
    Transaction transaction = transaction_to({"ann", "forwards"}, "");
    const Draft draft = draft_of(transaction);
    EXPECT_EQ(draft.verdicts, (std::vector<Verdict>{moved, ForwardTo{"elsewhere@example.net"}}));
    EXPECT_FALSE(draft.claim);
    EXPECT_TRUE(draft.reasons[0].starts_with("AR-6 ")) << draft.reasons[0];
}

TEST(NoticeDraft, CA_5_AR_4_RefusesOnlyForWhoIsNotNamedInTheMessage) {
    Transaction transaction = transaction_to({"ann", "left1"});
    const std::string text = personal_to(transaction_to({"left1"}));
    const Draft draft = draft_of(transaction, text);
    EXPECT_EQ(draft.verdicts, (std::vector<Verdict>{moved, Answer{}}));
    ASSERT_TRUE(draft.claim);
    EXPECT_EQ(draft.claim->people, Names{"left1"});
    EXPECT_TRUE(draft.reasons[0].starts_with("AR-4 ")) << draft.reasons[0];
    config::SiteConfig site = test::notice_site();
    site.reply.addressed_only = false;
    EXPECT_EQ(draft_of(transaction, text, site).verdicts, (std::vector<Verdict>{Answer{}, Answer{}}));
}

TEST(NoticeDraft, CA_12_RefusesMailOfADepartedPersonForHimselfAndAnswersForOthers) {
    for (const char* own : {"ann@cam.example.org", "ann@new.example.com"}) {
        const Transaction transaction = transaction_to({"ann", "left1"}, own);
        const Draft draft = draft_of(transaction);
        EXPECT_EQ(draft.verdicts, (std::vector<Verdict>{moved, Answer{}})) << own;
        ASSERT_TRUE(draft.claim) << own;
        EXPECT_EQ(draft.claim->people, Names{"left1"});
    }
}

TEST(NoticeDraft, CA_12_KnowsTheDepartedPersonByTheFieldFrom) {
    const Transaction transaction = transaction_to({"ann", "left1"});
    const std::string text = "From: Ann <ann@new.example.com>\r\nTo: ann@cam.example.org, "
                             "left1@cam.example.org\r\nSubject: x\r\nMessage-ID: <a@b>\r\n\r\nHello\r\n";
    const Draft draft = draft_of(transaction, text);
    EXPECT_EQ(draft.verdicts, (std::vector<Verdict>{moved, Answer{}}));
    EXPECT_TRUE(draft.reasons[0].starts_with("AR-10")) << draft.reasons[0];
}

TEST(NoticeDraft, CA_14_RefusesToForwardWhatCarriesOurMarkForThisRecipient) {
    const Transaction transaction = transaction_to({"forwards", "account", "ann"});
    for (const char* marked :
         {"forwards@cam.example.org", "Forwards@cantab.example.org", "forwards+x@cam.example.org"}) {
        const Draft draft = draft_of(transaction, personal_to(transaction, forwarded_mark(marked)));
        EXPECT_EQ(draft.verdicts,
                  (std::vector<Verdict>{loop, DeliverOn{"account@hermes.example.org"}, Answer{}}))
            << marked;
    }
    for (const char* other : {"ann@cam.example.org", "forwards@example.net"}) {
        const Draft draft = draft_of(transaction, personal_to(transaction, forwarded_mark(other)));
        EXPECT_EQ(draft.verdicts[0], Verdict(ForwardTo{"elsewhere@example.net"})) << other;
    }
}

TEST(NoticeDraft, CA_14_RefusesToForwardBehindFiftyHops) {
    const Transaction transaction = transaction_to({"forwards", "account"});
    std::string hops;
    for (int i = 0; i < 50; ++i)
        hops += "Received: from a by b; Mon, 15 Jun 2026 10:00:00 +0000\r\n";
    EXPECT_EQ(draft_of(transaction, hops + personal_to(transaction)).verdicts[0],
              Verdict(ForwardTo{"elsewhere@example.net"}));
    hops += "RECEIVED: from a by b; Mon, 15 Jun 2026 10:00:00 +0000\r\n";
    const Draft draft = draft_of(transaction, hops + personal_to(transaction));
    EXPECT_EQ(draft.verdicts, (std::vector<Verdict>{loop, DeliverOn{"account@hermes.example.org"}}));
}

TEST(NoticeDraft, CA_11_FailsForNowWhereTheMessageCannotBeRead) {
    for (const char* name : {"ann", "forwards"}) {
        test::BrokenSource source;
        mail::Message message(source, mail::Envelope{"fred@example.net"});
        const auto made = draft(transaction_to({name}), message, noon, test::notice_site());
        ASSERT_FALSE(made.has_value()) << name;
        EXPECT_EQ(made.error().kind, ErrorKind::temporary);
    }
}

TEST(NoticeDraft, DoesNotReadAMessageThatIsForNobodyOfOurs) {
    test::BrokenSource source;
    mail::Message message(source, mail::Envelope{"fred@example.net"});
    const auto made =
        draft(transaction_to({"account", "stranger", "gone"}), message, noon, test::notice_site());
    ASSERT_TRUE(made.has_value());
    EXPECT_EQ(made->verdicts[1], Verdict(DeliverOn{}));
}

TEST(NoticeDraft, AR_31_TellsOfAHundredPeopleAtMost) {
    Names names;
    for (int i = 0; i < 130; ++i)
        names.push_back(fmt::format("left{}", i));
    const Draft draft = draft_of(transaction_to(names));
    ASSERT_TRUE(draft.claim);
    EXPECT_EQ(draft.claim->people.size(), 100U);
    EXPECT_EQ(draft.asking.size(), 100U);
    EXPECT_EQ(draft.verdicts[99], Verdict(Answer{}));
    EXPECT_EQ(draft.verdicts[100], moved);
}

TEST(NoticeDraft, HasAVerdictForEveryRecipientOfNone) {
    const Draft draft = draft_of(transaction_to({}), "Subject: x\r\n\r\n");
    EXPECT_TRUE(draft.verdicts.empty());
    EXPECT_FALSE(draft.claim);
}

TEST(NoticeMark, IsOneFieldWhateverTheRecipientIs) {
    EXPECT_EQ(forwarded_mark("Abc1@Cam.example.org"), "X-Columbarium-Forwarded: abc1@cam.example.org\r\n");
    EXPECT_EQ(forwarded_mark("a\r\nBcc: x@example.org"), "");
    EXPECT_EQ(forwarded_mark(""), "");
}

} // namespace
} // namespace columbarium::tombstone
