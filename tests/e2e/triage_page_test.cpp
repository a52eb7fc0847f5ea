// SPDX-License-Identifier: LGPL-2.1-or-later
// The rows of docs/triage.md, each on a message of its class, delivered to a desk as it is shipped.
#include <cctype>

#include <gmock/gmock.h>

#include "triage_page_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::ValuesIn;

// A row: one message, and where it goes.
struct Row {
    const char* name;    // with the row's identifier
    const char* file;    // of tests/mail
    const char* mailbox; // where the desk finds it, or the copy of the forward
    const char* channel; // whom it was forwarded to; nullptr for nobody
    const char* keyword; // in that mailbox; nullptr for none that is asked for
};

constexpr Row rows[] = {
    {"TD_1_DeliveryFailure", "dsn-failed-user-unknown.eml", "Returns", nullptr, nullptr},
    {"TD_1_DeliveryFailureInFreeText", "bounce-qmail.eml", "Returns", nullptr, nullptr},
    {"TD_2_Delay", "dsn-delayed.eml", "Returns", nullptr, nullptr},
    {"TD_2_DeliveryReceipt", "dsn-delivered.eml", "Returns", nullptr, nullptr},
    {"TD_2_ReadReceipt", "mdn-displayed.eml", "Returns", nullptr, nullptr},
    {"TD_3_TicketSystem", "ticket-acknowledgement.eml", "Returns", nullptr, nullptr},
    {"TD_4_Vacation", "vacation-auto-submitted.eml", "Returns", nullptr, nullptr},
    {"TD_5_CopyToRoot", "internal-copy-to-root.eml", "Forwards/SE", "se@example.org", nullptr},
    {"TD_6_PasswordReport", "password-report.eml", "Passwd", nullptr, nullptr},
    {"TD_7_AccountDeleted", "account-deleted-report.eml", "Deleted Accounts", nullptr, nullptr},
    {"TD_8_OtherReport", "cron-output.eml", "Returns", nullptr, nullptr},
    {"TD_9_Spam", "spam-marked.eml", "Junk", nullptr, nullptr},
    {"TD_10_AbuseReport", "arf-abuse-report.eml", "Abuse", nullptr, nullptr},
    {"TD_11_ArbitrationRequest", "arbitration-request.eml", "Forwards/SE", "se@example.org", nullptr},
    {"TD_12_MetaDiscussion", "meta-discussion.eml", "Forwards/Meta", "meta@example.org", nullptr},
    {"TD_13_SmimeSigned", "smime-signed.eml", "INBOX", nullptr, "$Signed"},
    {"TD_13_SmimeOpaqueSigned", "smime-opaque-signed.eml", "INBOX", nullptr, "$Signed"},
    {"TD_13_PgpSigned", "pgp-signed.eml", "INBOX", nullptr, "$Signed"},
    {"TD_13_PgpInlineSigned", "pgp-inline-signed.eml", "INBOX", nullptr, "$Signed"},
    {"TD_16_GarbledInTransmission", "garbled-mojibake.eml", "Forwards/SE", "se@example.org", nullptr},
    {"TD_16_Gibberish", "garbled-gibberish.eml", "Forwards/SE", "se@example.org", nullptr},
    {"TD_17_WrongLanguage", "language-german.eml", "Forwards/SE", "se@example.org", nullptr},
    {"TD_18_UnclearWords", "personal-reply-quotes-a-bounce.eml", "INBOX", nullptr, nullptr},
    {"TD_19_OrganisationAssurance", "organisation-assurance-request.eml", "Forwards/OA", "oa@example.org",
     nullptr},
    {"TD_20_Feature", "feature-request.eml", "Forwards/SE", "se@example.org", nullptr},
    {"TD_21_AccountDeletion", "dispute-account-deletion.eml", "Forwards/Disputes", "disputes@example.org",
     nullptr},
    {"TD_22_ChangeOfName", "dispute-change-of-name.eml", "Forwards/Disputes", "disputes@example.org",
     nullptr},
    {"TD_23_PrivacyRequest", "dispute-privacy-request.eml", "Forwards/Disputes", "disputes@example.org",
     nullptr},
    {"TD_24_Help", "personal-plain.eml", "INBOX", nullptr, nullptr},
    {"TD_24_HelpWithATicket", "ticket-number-help.eml", "INBOX", nullptr, nullptr},
    {"TD_25_PaymentOfAPassword", "paypal-password-reset.eml", "Paypal", "se@example.org", nullptr},
    {"TD_26_PaymentOfACertificate", "paypal-certificate.eml", "Paypal", nullptr, nullptr},
    {"TD_27_Donation", "paypal-donation.eml", "Paypal", nullptr, nullptr},
    {"TD_28_PaymentOfAnotherKind", "paypal-other.eml", "Forwards/SE", "se@example.org", nullptr},
    {"TD_29_PaymentThatNothingProves", "paypal-forged.eml", "INBOX", nullptr, "$Unproved"},
    {"TD_30_SecurityReport", "security-report.eml", "Forwards/SE", "se@example.org", nullptr},
    {"TD_32_KeychainAssistant", "certificate-request-keychain.eml", "Forwards/SE", "se@example.org", nullptr},
    {"TD_32_Pkcs10", "certificate-request-pkcs10.eml", "Forwards/SE", "se@example.org", nullptr},
    {"TD_33_MailingList", "mailing-list-post.eml", "INBOX", nullptr, nullptr},
    {"TD_33_Newsletter", "newsletter.eml", "INBOX", nullptr, nullptr},
    {"TD_34_FailedForward", "bounce-of-a-forward.eml", "INBOX", nullptr, "$ForwardFailed"},
};

void PrintTo(const Row& row, std::ostream* stream) {
    *stream << row.name;
}

class TriagePage : public TriageDesk, public ::testing::WithParamInterface<Row> {};

TEST_P(TriagePage, SendsEachClassWhereItBelongs) {
    const Row& row = GetParam();
    receive(row.file);
    const auto stored = only_message("support", row.mailbox);
    if (row.keyword != nullptr) {
        EXPECT_TRUE(stored.has_flag(row.keyword)) << row.keyword;
    }
    if (std::string_view(row.mailbox) != "INBOX") {
        EXPECT_THAT(mailbox("support"), IsEmpty()) << "a copy stayed in INBOX";
    }
    if (row.channel == nullptr) {
        EXPECT_THAT(sink.messages(), IsEmpty());
        return;
    }
    const auto forward = only_forward();
    ASSERT_THAT(forward.to, SizeIs(1));
    EXPECT_EQ(forward.to.front().address, row.channel);
    EXPECT_EQ(forward.from.address, desk);
}

std::string name_of(const ::testing::TestParamInfo<Row>& row) {
    return row.param.name;
}

INSTANTIATE_TEST_SUITE_P(Rows, TriagePage, ValuesIn(rows), name_of);

// Rows that need more than a message.

// A desk whose team has the keys that the encrypted messages of tests/mail are for.
class TriageDeskWithKeys : public TriageDesk {
  protected:
    TriageDeskWithKeys() {
        const std::string keys = "#openpgp_keys = [\"0123456789ABCDEF\"]";
        options.site_config.replace(options.site_config.find(keys), keys.size(),
                                    "openpgp_keys = [\"" + std::string(team_key) + "\"]");
    }
    static constexpr const char* team_key = "FD245381791EE281";
};

TEST_F(TriageDeskWithKeys, TD_14_MailThatTheTeamCanReadStaysInTheInbox) {
    receive("pgp-encrypted.eml");
    receive("pgp-inline-encrypted.eml");
    const auto stored = mailbox("support");
    ASSERT_THAT(stored, SizeIs(2));
    for (const auto& message : stored)
        EXPECT_TRUE(message.has_flag("$Encrypted"));
    EXPECT_THAT(sink.messages(), IsEmpty());
}

// Keys that are nobody's here.
class TriageDeskWithOtherKeys : public TriageDesk {
  protected:
    TriageDeskWithOtherKeys() {
        const std::string keys = "#openpgp_keys";
        options.site_config.replace(options.site_config.find(keys), keys.size(), "openpgp_keys");
    }
};

TEST_F(TriageDeskWithOtherKeys, TD_15_MailThatItCannotReadGoesToTheEngineers) {
    receive("pgp-encrypted.eml");
    EXPECT_EQ(only_forward().to.front().address, "se@example.org");
    EXPECT_THAT(mailbox("support", "Forwards/SE"), SizeIs(1));
    EXPECT_THAT(mailbox("support"), IsEmpty());
}

TEST_F(TriageDesk, TD_31_UsersOfTheBatAreAnsweredInTwoLanguagesAndOnce) {
    receive("language-russian-the-bat.eml");
    EXPECT_THAT(mailbox("support", "The Bat"), SizeIs(1));
    const auto answer = only_forward();
    EXPECT_EQ(answer.from.address, "");
    EXPECT_EQ(answer.header("Auto-Submitted"), "auto-replied");
    EXPECT_THAT(answer.text, HasSubstr("multipart/alternative"));
    EXPECT_THAT(answer.text, HasSubstr("Content-Language: ru"));
    EXPECT_THAT(answer.text, HasSubstr("Content-Language: en"));
    receive("language-russian-the-bat.eml");
    EXPECT_THAT(mailbox("support", "The Bat"), SizeIs(2));
    EXPECT_THAT(sink.messages(), SizeIs(1)) << "nobody is told twice";
}

TEST_F(TriageDesk, TD_8_WhatAnotherDeskForwardsIsNoReportOfAMachine) {
    open_desk();
    deliver(rig::message("From: Desk <desk@example.net>\nTo: support@example.org\nSubject: A dispute\n"
                         "Message-ID: <forward.1@example.net>\nAuto-Submitted: auto-generated\n"
                         "X-Auto-Response-Suppress: OOF, AutoReply\n"
                         "X-Columbarium-Forward: desk@example.net; channel=disputes\n\n"
                         "Sent on by triage: line 12.\n\nPlease look at the letter of Mary Okafor below.\n"),
            {.from = "desk@example.net", .to = {desk}});
    EXPECT_THAT(mailbox("support"), SizeIs(1));
    EXPECT_THAT(mailbox("support", "Returns"), IsEmpty());
}

} // namespace
} // namespace columbarium::e2e
