// SPDX-License-Identifier: LGPL-2.1-or-later
// What each message of tests/mail is.
#include "triage/classification.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mail_samples.hpp"

namespace columbarium::triage {
namespace {

using test::Sample;
using Names = std::set<std::string>;

struct Row {
    const char* file;
    Names classes;
};

const std::vector<Row>& table() {
    static const std::vector<Row> rows = {
        {"arf-abuse-report.eml", {"abuse-report"}},
        {"bad-boundary-never-closed.eml", {"personal"}},
        {"bad-empty.eml", {"personal"}},
        {"bad-header-only.eml", {"personal"}},
        {"bad-nul-bytes.eml", {"personal"}},
        {"bad-truncated-dsn.eml", {"bounce"}},
        {"bad-wrong-charset.eml", {"personal"}},
        {"bounce-domino.eml", {"bounce"}},
        {"bounce-exchange-2003.eml", {"bounce"}},
        {"bounce-exchange-5.5.eml", {"bounce"}},
        {"bounce-exim.eml", {"bounce"}},
        {"bounce-french-provider.eml", {"bounce"}},
        {"bounce-german-provider.eml", {"bounce"}},
        {"bounce-gmail-2009.eml", {"bounce"}},
        {"bounce-groupwise.eml", {"bounce"}},
        {"bounce-japanese-provider.eml", {"bounce"}},
        {"bounce-postfix-plain-text.eml", {"bounce"}},
        {"bounce-qmail.eml", {"bounce"}},
        {"bounce-sendmail-8.6.eml", {"bounce"}},
        {"bounce-webmail-provider.eml", {"bounce"}},
        {"challenge-response.eml", {"auto-reply"}},
        {"cron-output.eml", {"auto-generated"}},
        {"delay-exim.eml", {"delay-notice"}},
        {"dsn-delayed.eml", {"delay-notice"}},
        {"dsn-delivered.eml", {"delivery-receipt"}},
        {"dsn-failed-user-unknown.eml", {"bounce"}},
        {"dsn-failed-with-transient-status.eml", {"bounce"}},
        {"dsn-internationalized.eml", {"bounce"}},
        {"dsn-relayed.eml", {"delivery-receipt"}},
        {"dsn-several-recipients.eml", {"bounce", "delay-notice", "delivery-receipt"}},
        {"mailing-list-post-by-machine.eml", {"auto-generated", "mailing-list"}},
        {"mailing-list-post.eml", {"mailing-list"}},
        {"mdn-displayed.eml", {"read-receipt"}},
        {"monitoring-alert.eml", {"auto-generated"}},
        {"newsletter.eml", {"bulk"}},
        {"out-of-office-exchange.eml", {"auto-reply"}},
        {"out-of-office-german-subject-only.eml", {"auto-reply"}},
        {"personal-forwards-a-bounce.eml", {"personal"}},
        {"personal-html.eml", {"personal"}},
        {"personal-plain.eml", {"personal"}},
        {"personal-reply-quotes-a-bounce.eml", {"personal"}},
        {"personal-with-attachment.eml", {"personal"}},
        {"certificate-request-keychain.eml", {"personal"}},
        {"certificate-request-pkcs10.eml", {"personal"}},
        {"pgp-encrypted.eml", {"personal"}},
        {"pgp-inline-encrypted.eml", {"personal"}},
        {"pgp-inline-signed.eml", {"personal"}},
        {"pgp-signed.eml", {"personal"}},
        {"smime-encrypted.eml", {"personal"}},
        {"smime-opaque-signed.eml", {"personal"}},
        {"smime-signed.eml", {"personal"}},
        {"account-deleted-report.eml", {"auto-generated"}},
        {"arbitration-request.eml", {"personal"}},
        {"bounce-of-a-forward.eml", {"bounce"}},
        {"dispute-account-deletion.eml", {"personal"}},
        {"dispute-change-of-name.eml", {"personal"}},
        {"dispute-privacy-request.eml", {"personal"}},
        {"feature-request.eml", {"personal"}},
        {"garbled-gibberish.eml", {"personal"}},
        {"garbled-mojibake.eml", {"personal"}},
        {"internal-copy-to-root.eml", {"personal"}},
        {"language-german.eml", {"personal"}},
        {"language-russian-the-bat.eml", {"personal"}},
        {"meta-discussion.eml", {"personal"}},
        {"organisation-assurance-request.eml", {"personal"}},
        {"password-report.eml", {"auto-generated"}},
        {"paypal-certificate.eml", {"personal"}},
        {"paypal-donation.eml", {"personal"}},
        {"paypal-forged.eml", {"auto-generated"}},
        {"paypal-other.eml", {"auto-generated"}},
        {"paypal-password-reset.eml", {"personal"}},
        {"security-report.eml", {"personal"}},
        {"spam-marked.eml", {"personal"}},
        {"ticket-number-help.eml", {"personal"}},
        {"ticket-acknowledgement.eml", {"auto-reply"}},
        {"vacation-auto-submitted.eml", {"auto-reply"}},
    };
    return rows;
}

Names classes_of(const std::string& text) {
    Sample sample(text);
    const std::vector<std::string> values = sample[Fact::message_class];
    return {values.begin(), values.end()};
}

TEST(Classification, OfEachTestMailIsWhatTheMessageIs) {
    for (const Row& row : table())
        EXPECT_EQ(classes_of(test::test_mail(row.file)), row.classes) << row.file;
}

TEST(Classification, TableNamesEveryTestMail) {
    Names known;
    for (const Row& row : table())
        known.insert(row.file);
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / "tests/mail")) {
        const std::string name = entry.path().filename().string();
        EXPECT_TRUE(known.contains(name) || !name.ends_with(".eml")) << name;
    }
}

TEST(Classification, DoesNotDependOnTheLineEnds) {
    for (const Row& row : table()) {
        std::string crlf;
        for (const char c : test::test_mail(row.file))
            crlf += c == '\n' ? "\r\n" : std::string(1, c);
        EXPECT_EQ(classes_of(crlf), row.classes) << row.file;
    }
}

TEST(Classification, NamesTheRuleOfEachClass) {
    for (const Row& row : table()) {
        Sample sample(test::test_mail(row.file));
        const auto classification = classify(sample.message);
        ASSERT_TRUE(classification.has_value());
        for (const Finding& finding : classification->classes)
            EXPECT_FALSE(finding.rule.empty()) << row.file;
    }
}

std::string report_about(const std::string& action, const std::string& status) {
    return "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: support@example.org\n"
           "Subject: Delivery report\nContent-Type: multipart/report; report-type=delivery-status; "
           "boundary=b\n\n--b\n\nSee the report.\n\n--b\nContent-Type: message/delivery-status\n\n"
           "Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; walter@example.com\nAction: " +
           action + "\nStatus: " + status + "\n\n--b--\n";
}

TEST(Classification, DS_6_DecidesOnActionNotOnTheFirstDigitOfStatus) {
    EXPECT_EQ(classes_of(report_about("failed", "4.4.7")), Names{"bounce"});
    EXPECT_EQ(classes_of(report_about("delayed", "5.4.7")), Names{"delay-notice"});
    EXPECT_EQ(classes_of(report_about("delivered", "5.0.0")), Names{"delivery-receipt"});
    EXPECT_EQ(classes_of(report_about("expanded", "2.0.0")), Names{"delivery-receipt"});
    EXPECT_EQ(classes_of(report_about("FAILED", "5.1.1")), Names{"bounce"});
}

TEST(Classification, MD_6_OfAForwardIsNotThatOfWhatItHolds) {
    const std::string inner = test::test_mail("dsn-failed-user-unknown.eml");
    const std::string forward = "From: Mara <mara@example.com>\nSubject: look at this\nContent-Type: "
                                "message/rfc822\n\n" +
                                inner;
    EXPECT_EQ(classes_of(forward), Names{"personal"});
    EXPECT_EQ(classes_of("From: Mara <mara@example.com>\nSubject: a digest\nContent-Type: multipart/digest; "
                         "boundary=d\n\n--d\n\n" +
                         inner + "\n--d--\n"),
              Names{"personal"});
}

TEST(Classification, MD_7_OfAReportOnAuthenticationOfOthersIsNoBounce) {
    EXPECT_EQ(classes_of("From: reports@example.net\nSubject: Report Domain: example.org\nAuto-Submitted: "
                         "auto-generated\nContent-Type: application/gzip\n\nx\n"),
              Names{"auto-generated"});
}

TEST(Classification, DS_3_UsesTheEnvelopeWhereTheTransportGaveOne) {
    // A free-text notice whose sender no name gives away.
    const std::string text = "From: walter@example.com\nTo: support@example.org\nSubject: Undelivered Mail "
                             "Returned to Sender\n\nYour message could not be delivered:\n\n"
                             "<anna@example.com>: 550 5.1.1 user unknown\n";
    Sample from_a_system(text, {.sender = ""});
    EXPECT_EQ(from_a_system[Fact::message_class], std::vector<std::string>{"bounce"});
}

TEST(Classification, AR_2_OfAnAutoReplyIsNotABounceThoughItsSenderIsNull) {
    EXPECT_EQ(classes_of("Return-Path: <>\nFrom: Anna <anna@example.com>\nSubject: Auto: Undelivered Mail\n"
                         "Auto-Submitted: auto-replied\n\nI am away.\n"),
              Names{"auto-reply"});
}

TEST(Classification, AR_26_OfAPersonWhoSaysNoIsPersonal) {
    EXPECT_EQ(
        classes_of("From: Anna <anna@example.com>\nSubject: hello\nAuto-Submitted: no (human)\n\nHello\n"),
        Names{"personal"});
}

TEST(Classification, ReadsNoBodyWhereTheHeaderSettlesIt) {
    const std::string body(1'000'000, 'x');
    for (const std::string header :
         {"From: Anna <a@example.com>\nUser-Agent: Pigeon Mail 3.1\nSubject: photographs\n\n",
          "From: Anna <a@example.com>\nList-Id: <l.example.org>\nSubject: beans\n\n"}) {
        Sample sample(header + body);
        EXPECT_FALSE(sample[Fact::message_class].empty());
        EXPECT_LE(sample.source.octets_read, 16U * 1024U) << header;
    }
}

TEST(Classification, ReadsABoundedPieceOfALargeReport) {
    std::string text = test::test_mail("dsn-failed-user-unknown.eml");
    text.resize(text.size() + 50'000'000, 'x');
    Sample sample(std::move(text));
    EXPECT_EQ(sample[Fact::message_class], std::vector<std::string>{"bounce"});
    EXPECT_LE(sample.source.octets_read, mail::head_limit + 16U * 1024U);
}

TEST(Classification, OfDeepNestingIsSensible) {
    EXPECT_EQ(classes_of(test::nested_multiparts(1000)), Names{"personal"});
    EXPECT_EQ(classes_of(test::nested_messages(1000)), Names{"personal"});
}

} // namespace
} // namespace columbarium::triage
