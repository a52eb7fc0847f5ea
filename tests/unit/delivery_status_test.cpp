// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/delivery_status.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "mail_samples.hpp"

namespace columbarium::triage {
namespace {

RecipientStatus only_group(std::string_view fields) {
    const DeliveryStatus status = parse_delivery_status(fields);
    EXPECT_EQ(status.recipients.size(), 1U) << fields;
    return status.recipients.empty() ? RecipientStatus() : status.recipients.front();
}

TEST(DeliveryStatus, DS_4_HasAGroupForEachRecipientBehindTheMessagesOwn) {
    const DeliveryStatus status = parse_delivery_status("Reporting-MTA: dns; mx.example.org\n"
                                                        "Arrival-Date: Fri, 6 Mar 2026 12:00:00 +0100\n"
                                                        "\n"
                                                        "Final-Recipient: rfc822; a@example.com\n"
                                                        "Action: failed\n"
                                                        "Status: 5.1.1\n"
                                                        "\n"
                                                        "Final-Recipient: rfc822; b@example.com\n"
                                                        "Action: delayed\n"
                                                        "Status: 4.4.1\n");
    ASSERT_EQ(status.recipients.size(), 2U);
    EXPECT_EQ(status.recipients[0].final_recipient, "a@example.com");
    EXPECT_EQ(status.recipients[1].final_recipient, "b@example.com");
    EXPECT_EQ(status.recipients[1].action, Action::delayed);
}

TEST(DeliveryStatus, DS_4_IgnoresCaseFoldsAndCrlf) {
    const RecipientStatus group = only_group("FINAL-RECIPIENT:\r\n rfc822;\r\n\ta@example.com\r\n"
                                             "action:FAILED\r\nSTATUS : 5.1.1\r\n");
    EXPECT_EQ(group.final_recipient, "a@example.com");
    EXPECT_EQ(group.action, Action::failed);
    EXPECT_EQ(group.status, "5.1.1");
}

TEST(DeliveryStatus, DS_4_LeavesCommentsOutOfStructuredFields) {
    const RecipientStatus group = only_group("Final-Recipient: rfc822; a@example.com (Anna)\n"
                                             "Action: (it did not work) failed (for good)\n"
                                             "Status: (x) 5.1.1 (bad mailbox)\n"
                                             "Remote-MTA: dns; mail.example.com (mail exchanger)\n"
                                             "Diagnostic-Code: smtp; 550 (no such user)\n");
    EXPECT_EQ(group.final_recipient, "a@example.com");
    EXPECT_EQ(group.action, Action::failed);
    EXPECT_EQ(group.status, "5.1.1");
    EXPECT_EQ(group.remote_mta, "mail.example.com");
    EXPECT_EQ(group.diagnostic, "550 (no such user)") << "RFC 3464 section 2.3.6: text, as the MTA wrote it";
}

TEST(DeliveryStatus, DS_5_ReadsEveryFieldOfAGroup) {
    const RecipientStatus group = only_group("Original-Recipient: rfc822;Alias@example.com\n"
                                             "Final-Recipient: rfc822;a@example.com\n"
                                             "Action: failed\n"
                                             "Status: 5.1.1\n"
                                             "Remote-MTA: dns; mail.example.com\n"
                                             "Diagnostic-Code: smtp; 550 5.1.1 no such user; sorry\n"
                                             "Last-Attempt-Date: Fri, 6 Mar 2026 12:00:00 +0100\n"
                                             "Final-Log-ID: 4711\n");
    EXPECT_EQ(group.original_recipient, "Alias@example.com");
    EXPECT_EQ(group.final_recipient, "a@example.com");
    EXPECT_EQ(group.remote_mta, "mail.example.com");
    EXPECT_EQ(group.diagnostic, "550 5.1.1 no such user; sorry") << "the first semicolon ends the type";
}

struct ActionRow {
    std::string_view field;
    Action action;
};

TEST(DeliveryStatus, DS_6_KnowsTheFiveActionsInAnyCase) {
    const ActionRow table[] = {
        {"failed", Action::failed},
        {"Failed", Action::failed},
        {"DELAYED", Action::delayed},
        {"delivered", Action::delivered},
        {"relayed", Action::relayed},
        {"expanded", Action::expanded},
        {"transmogrified", Action::unknown},
        {"", Action::unknown},
        {"relayed (to non-DSN-aware mailer)", Action::relayed},
    };
    for (const ActionRow& row : table)
        EXPECT_EQ(only_group("Action: " + std::string(row.field) + "\n").action, row.action) << row.field;
}

TEST(DeliveryStatus, DS_6_KeepsActionAndStatusApart) {
    const RecipientStatus group = only_group("Action: failed\nStatus: 4.4.7\n");
    EXPECT_EQ(group.action, Action::failed) << "given up, though the status is transient";
    EXPECT_EQ(group.status, "4.4.7");
}

TEST(DeliveryStatus, DS_6_NamesItsActionsAsTheFieldDoes) {
    EXPECT_EQ(action_name(Action::failed), "failed");
    EXPECT_EQ(action_name(Action::delayed), "delayed");
    EXPECT_EQ(action_name(Action::delivered), "delivered");
    EXPECT_EQ(action_name(Action::relayed), "relayed");
    EXPECT_EQ(action_name(Action::expanded), "expanded");
    EXPECT_EQ(action_name(Action::unknown), "");
}

TEST(DeliveryStatus, DS_7_LeavesAStatusOutThatIsNone) {
    EXPECT_EQ(only_group("Action: failed\nStatus: 550\n").status, "");
    EXPECT_EQ(only_group("Action: failed\nStatus: 5.01.1\n").status, "");
    EXPECT_EQ(only_group("Action: failed\n").status, "");
}

struct AddressRow {
    const char* from;
    std::string_view field;
    std::string_view address;
};

TEST(DeliveryStatus, DS_8_TakesTheTypeOffAnAddress) {
    const AddressRow table[] = {
        {"RFC 3464", "rfc822;a@example.com", "a@example.com"},
        {"a blank", "rfc822; a@example.com", "a@example.com"},
        {"case of the type", "RFC822; a@example.com", "a@example.com"},
        {"the local part's case stays", "rfc822; Anna.B@Example.com", "Anna.B@Example.com"},
        {"RFC 6533", "utf-8; grüße@example.com", "grüße@example.com"},
        {"brackets, as Sendmail writes them", "RFC822; <a@example.com>", "a@example.com"},
        {"no type", "a@example.com", "a@example.com"},
        {"X.400", "x-x400; /G=A/S=B/O=C/", "/G=A/S=B/O=C/"},
        {"empty", "", ""},
    };
    for (const AddressRow& row : table) {
        const std::string field = "Final-Recipient: " + std::string(row.field) + "\nAction: failed\n";
        EXPECT_EQ(only_group(field).final_recipient, row.address) << row.from;
    }
}

TEST(DeliveryStatus, OfATextWithoutFieldsHasNoRecipients) {
    EXPECT_TRUE(parse_delivery_status("").recipients.empty());
    EXPECT_TRUE(parse_delivery_status("\n\n\n").recipients.empty());
    EXPECT_TRUE(parse_delivery_status("Hello,\n\nthis is no report.\n\nRegards: Anna\n").recipients.empty());
    EXPECT_TRUE(parse_delivery_status("Reporting-MTA: dns; mx.example.org\n").recipients.empty());
}

TEST(DeliveryStatus, ReadsAGroupThatGatewaysPutBesideTheMessagesOwn) {
    const RecipientStatus group =
        only_group("Reporting-MTA: dns; gw.example.org\nFinal-Recipient: rfc822; a@example.com\n"
                   "Action: failed\nStatus: 5.1.1\n");
    EXPECT_EQ(group.final_recipient, "a@example.com");
}

TEST(DeliveryStatus, HasNoMoreGroupsThanTheLimit) {
    std::string body;
    for (int group = 0; group < 20'000; ++group)
        body += "Final-Recipient: rfc822; a@example.com\nAction: failed\n\n";
    EXPECT_EQ(parse_delivery_status(body).recipients.size(), recipient_limit);
}

TEST(DeliveryStatus, BearsAnyOctets) {
    std::string body = "Final-Recipient: rfc822; a\xff@example.com\nAction: failed\nStatus: 5.1.1\n"
                       "Diagnostic-Code: smtp; ";
    for (int octet = 0; octet < 256; ++octet)
        body += octet == '\n' ? ' ' : static_cast<char>(octet);
    EXPECT_EQ(only_group(body + "\n").status, "5.1.1");
    EXPECT_TRUE(parse_delivery_status(std::string(1'000'000, ':')).recipients.empty());
    EXPECT_TRUE(parse_delivery_status(std::string(1'000'000, '\n')).recipients.empty());
}

} // namespace
} // namespace columbarium::triage
