// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/failure_reason.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <gtest/gtest.h>

namespace columbarium::triage {
namespace {

struct Row {
    const char* from;
    std::string_view text;
    std::string_view reason;
};

TEST(FailureReason, IsFoundInWhatServersSay) {
    const Row table[] = {
        {"Postfix",
         "550 5.1.1 <a@example.com>: Recipient address rejected: User unknown in local recipient table",
         "user-unknown"},
        {"qmail", "Sorry, no mailbox here by that name. (#5.1.1)", "user-unknown"},
        {"Exchange", "The e-mail account does not exist at the organization this message was sent to.",
         "user-unknown"},
        {"Domino", "User walter (walter@corp.example.net) not listed in Domino Directory", "user-unknown"},
        {"Exim", "552 5.2.2 mailbox quota exceeded", "mailbox-full"},
        {"Dovecot", "552 5.2.2 <a@example.com> Quota exceeded (mailbox for user is full)", "mailbox-full"},
        {"in French", "la boîte de ce destinataire est pleine", "mailbox-full"},
        {"across a line's end", "the user's mailbox\n    is full", "mailbox-full"},
        {"Postfix", "Host or domain name not found. Name service error for name=nowhere.example.com",
         "host-unknown"},
        {"GroupWise", "550 Host unknown", "host-unknown"},
        {"Exim", "Unrouteable address: all relevant MX records point to non-existent hosts", "host-unknown"},
        {"Sendmail", "552 5.3.4 Message size exceeds fixed maximum message size", "too-large"},
        {"Postfix", "message size 52428800 exceeds size limit 10240000 of server", "too-large"},
        {"a filter", "554 5.7.1 Message identified as SPAM", "spam"},
        {"a filter", "550 5.7.1 Virus detected: EICAR", "virus"},
        {"a block list",
         "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using bl.example.net", "blocked"},
        {"DMARC", "550 5.7.26 Unauthenticated email from example.org is not accepted due to DMARC policy",
         "authentication"},
        {"Postfix", "454 4.7.1 <a@example.com>: Relay access denied", "relay-denied"},
        {"Postfix", "connect to shop.example.com[203.0.113.80]:25: Connection timed out", "network-error"},
        {"Exim", "host slow.example.com [203.0.113.9] Connection refused", "network-error"},
        {"Postfix", "mail for example.com loops back to myself", "loop"},
        {"Sendmail", "554 5.4.6 Too many hops 26 (25 max)", "loop"},
        {"Sendmail", "Message could not be delivered for 5 days", "expired"},
        {"a hoster", "550 5.2.1 The email account that you tried to reach is disabled", "mailbox-disabled"},
        {"RFC 5321 section 3.4", "551 5.1.6 User has moved to new.address@example.com", "moved"},
        {"a provider", "421 4.7.0 Too many messages from 192.0.2.1, slow down", "rate-limited"},
        {"nothing tells", "550 5.0.0 No.", ""},
        {"empty", "", ""},
    };
    for (const Row& row : table)
        EXPECT_EQ(reason_in_text(row.text).reason, row.reason) << row.from << ": " << row.text;
}

TEST(FailureReason, IsTheMostTellingOfSeveral) {
    EXPECT_EQ(reason_in_text("550 5.1.1 rejected: user unknown").reason, "user-unknown");
    EXPECT_EQ(reason_in_text("552 rejected, over quota").reason, "mailbox-full");
}

TEST(FailureReason, IsFoundInAStatus) {
    const Row table[] = {
        {"RFC 3463 section 3.2", "5.1.1", "user-unknown"},
        {"RFC 3463 section 3.2", "5.1.2", "host-unknown"},
        {"RFC 3463 section 3.2", "5.1.6", "moved"},
        {"RFC 3463 section 3.3", "5.2.1", "mailbox-disabled"},
        {"RFC 3463 section 3.3", "5.2.2", "mailbox-full"},
        {"RFC 3463 section 3.3, transient", "4.2.2", "mailbox-full"},
        {"RFC 3463 section 3.4", "5.3.4", "too-large"},
        {"RFC 3463 section 3.5", "4.4.1", "network-error"},
        {"RFC 3463 section 3.5", "5.4.6", "loop"},
        {"RFC 3463 section 3.5", "4.4.7", "expired"},
        {"RFC 7505 section 4.2", "5.1.10", "host-unknown"},
        {"RFC 7372 section 3", "5.7.23", "authentication"},
        {"RFC 7372 section 3", "5.7.25", "blocked"},
        {"DS-7: the class alone tells nothing", "5.0.0", ""},
        {"DS-7: nor does the subject alone", "5.1.0", ""},
        {"empty", "", ""},
        {"no status", "5", ""},
    };
    for (const Row& row : table)
        EXPECT_EQ(reason_of_status(row.text).reason, row.reason) << row.from << ": " << row.text;
}

TEST(FailureReason, DS_7_OfAnUnknownDetailIsTheSubjects) {
    EXPECT_EQ(reason_of_status("5.7.999").reason, "policy");
    EXPECT_EQ(reason_of_status("5.6.99").reason, "content");
    EXPECT_EQ(reason_of_status("5.3.99").reason, "system-error");
}

TEST(FailureReason, IsAWordOfTheVocabularyWithARuleAndACode) {
    constexpr std::array<std::string_view, 20> vocabulary{
        "user-unknown", "mailbox-full", "mailbox-disabled", "moved",   "host-unknown", "too-large",
        "spam",         "virus",        "content",          "blocked", "policy",       "authentication",
        "relay-denied", "rate-limited", "rejected",         "expired", "loop",         "network-error",
        "system-error", "syntax-error"};
    for (const std::string_view text : {"user unknown", "mailbox full", "too many hops",
                                        "relay access denied", "syntax error", "message rejected", "virus"}) {
        const FailureReason found = reason_in_text(text);
        EXPECT_NE(std::ranges::find(vocabulary, found.reason), vocabulary.end()) << text;
        EXPECT_FALSE(found.rule.empty()) << text;
        EXPECT_TRUE(found.status.starts_with('5') || found.status.starts_with('4')) << text;
    }
}

} // namespace
} // namespace columbarium::triage
