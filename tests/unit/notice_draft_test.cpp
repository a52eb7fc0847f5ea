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

// One departed person under a thousand subaddresses.
Transaction to_subaddresses(std::string sender) {
    Transaction transaction;
    transaction.sender.address = std::move(sender);
    for (int i = 0; i < 1000; ++i)
        transaction.recipients.push_back(at_site("ann", fmt::format("ann+{}@cam.example.org", i)));
    return transaction;
}

// A field of addresses, of a header that is just short enough to be read.
std::string many_addresses(std::string field, std::string_view address) {
    constexpr std::size_t octets = 240'000;
    for (int i = 0; field.size() < octets; ++i)
        field += fmt::format("{}{}", i == 0 ? " " : ",\r\n ", fmt::format(fmt::runtime(address), i));
    return field + "\r\n";
}

// Each of these took half a minute and more where the header was read anew for each recipient.
TEST(NoticeDraft, LooksAtAMessageOnceHoweverManyRecipientsItHas) {
    const std::string rest = "Subject: x\r\n\r\nHello\r\n";
    const auto expect_refused = [](const Draft& draft, std::string_view rule) {
        std::size_t octets = 0;
        for (std::size_t i = 0; i < draft.verdicts.size(); ++i) {
            EXPECT_EQ(draft.verdicts[i], moved) << i;
            EXPECT_TRUE(draft.reasons[i].starts_with(rule)) << draft.reasons[i];
            octets = std::max(octets, draft.reasons[i].size());
        }
        EXPECT_LE(octets, 1100U);
        EXPECT_FALSE(draft.claim);
    };
    expect_refused(
        draft_of(to_subaddresses("fred@example.net"),
                 "From: fred@example.net\r\n" + many_addresses("To:", "other{}@example.com") + rest),
        "AR-4 ");
    expect_refused(
        draft_of(to_subaddresses("fred@example.net"),
                 "To: ann@cam.example.org\r\n" + many_addresses("From:", "ann@cam.example.org") + rest),
        "AR-8 ");
    expect_refused(draft_of(to_subaddresses("fred@example.net"),
                            "From: fred@example.net\r\nTo: ann@cam.example.org\r\n" +
                                many_addresses("X-Loop:", "ann+x{}@cam.example.org") + rest),
                   "AR-10 ");
    // One domain of the site is enough where the header names it; all are one person.
    const Draft draft =
        draft_of(to_subaddresses("fred@example.net"),
                 "From: fred@example.net\r\n" + many_addresses("To:", "ann+{}@cantab.example.org") + rest);
    EXPECT_EQ(draft.asking.size(), 1000U);
    ASSERT_TRUE(draft.claim);
    EXPECT_EQ(draft.claim->people, Names{"ann"});
}

TEST(NoticeDraft, TellsAFewReasonsHoweverManyTheHeaderHas) {
    std::string text = "From: fred@example.net\r\nTo: ann@cam.example.org\r\n";
    for (int i = 0; i < 6000; ++i)
        text += fmt::format("X{}-MailScanner-SpamCheck: spam, {}\r\n", i, std::string(i < 20 ? 200 : 1, 'x'));
    text += "Subject: x\r\n\r\nHello\r\n";
    Mail mail(text);
    reply::Question question;
    question.sender = "fred@example.net";
    question.recipients = {"ann@cam.example.org"};
    const auto found = reply::objections(*mail, question, {});
    ASSERT_TRUE(found.has_value());
    EXPECT_GE(found->size(), 5U);
    EXPECT_LE(found->size(), 20U);
    const Draft draft = draft_of(transaction_to({"ann"}), text);
    EXPECT_EQ(draft.verdicts[0], moved);
    EXPECT_GT(draft.reasons[0].size(), 500U);
    EXPECT_LE(draft.reasons[0].size(), 1100U);
}

TEST(NoticeDraft, ToldReasonsHoldNothingOfTheSubject) {
    for (const char* subject : {"[SPAM] my secret", "Fwd: failure notice my secret", "[Auto-Reply] my secret",
                                "failure notice my secret", "Cron <a@b> my secret"}) {
        std::string text = personal_to(transaction_to({"ann"}));
        text.replace(text.find("Lunch on Friday?"), 16, subject);
        const Draft draft = draft_of(transaction_to({"ann"}), text);
        EXPECT_EQ(draft.verdicts[0], moved) << subject;
        EXPECT_NE(draft.reasons[0], "");
        EXPECT_EQ(draft.reasons[0].find("secret"), std::string::npos) << draft.reasons[0];
    }
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
