// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/failed_recipients.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace columbarium::triage {
namespace {

using Addresses = std::vector<std::string>;

constexpr std::string_view own_header = "From: MAILER-DAEMON@mx.example.org\nTo: support@example.org\n";

Addresses found(std::string_view text, std::string_view header = own_header, std::string_view returned = "") {
    Addresses addresses;
    for (const NamedRecipient& named :
         find_failed_recipients(mail::HeaderFields(header), text, mail::HeaderFields(returned)))
        addresses.push_back(named.address);
    return addresses;
}

struct Row {
    const char* from;
    std::string_view text;
    Addresses addresses;
};

TEST(FailedRecipients, StandWhereSystemsPutThem) {
    const Row table[] = {
        {"qmail", "<a@example.com>:\nSorry, no mailbox here by that name.\n", {"a@example.com"}},
        {"Exim", "  a@example.com\n    Unrouteable address\n", {"a@example.com"}},
        {"Sendmail", "<a@example.com>  (unrecoverable error)\n", {"a@example.com"}},
        {"Postfix", "<a@example.com>: host mail.example.com said: 550\n", {"a@example.com"}},
        {"Domino", "was not delivered to:\n\n  a@example.com\n\nbecause:\n", {"a@example.com"}},
        {"two", "<a@example.com>:\nno\n\n<b@example.net>:\nno\n", {"a@example.com", "b@example.net"}},
        {"the same twice", "<a@example.com>:\nno\n\n<A@Example.COM>:\nno\n", {"a@example.com"}},
        {"in a sentence", "We could not reach a@example.com today.\n", {"a@example.com"}},
        {"case stays", "<Anna.B@Example.com>:\n", {"Anna.B@Example.com"}},
        {"none", "It failed.\n", {}},
    };
    for (const Row& row : table)
        EXPECT_EQ(found(row.text), row.addresses) << row.from;
}

TEST(FailedRecipients, AreNotTheNoticesOwnSenderAndRecipient) {
    EXPECT_EQ(found("<support@example.org> wrote to\n<a@example.com>:\nno\n"), Addresses{"a@example.com"});
    EXPECT_EQ(found("<MAILER-DAEMON@mx.example.org>:\n"), Addresses{});
}

TEST(FailedRecipients, AreNotTheHelpDesks) {
    EXPECT_EQ(found("Write to postmaster@example.net for help.\n<a@example.com>:\nno\n"),
              Addresses{"a@example.com"});
}

TEST(FailedRecipients, OfEximStandInAField) {
    const std::string header =
        std::string(own_header) + "X-Failed-Recipients: a@example.com, b@example.net\n";
    EXPECT_EQ(found("Something failed for c@example.com.\n", header),
              (Addresses{"a@example.com", "b@example.net"}));
}

TEST(FailedRecipients, AreElseThoseOfTheReturnedMessage) {
    EXPECT_EQ(found("It failed.\n", own_header, "To: Anna <a@example.com>\nSubject: x\n"),
              Addresses{"a@example.com"});
}

TEST(FailedRecipients, ComeWithWhatIsSaidOfThem) {
    const auto named = find_failed_recipients(
        mail::HeaderFields(own_header),
        "<a@example.com>:\n550 5.1.1 no such user\n\n<b@example.net>:\n552 5.2.2 mailbox is full\n",
        mail::HeaderFields());
    ASSERT_EQ(named.size(), 2U);
    EXPECT_NE(named[0].said.find("no such user"), std::string::npos);
    EXPECT_EQ(named[0].said.find("mailbox is full"), std::string::npos) << "that is said of the other";
    EXPECT_NE(named[1].said.find("mailbox is full"), std::string::npos);
    EXPECT_FALSE(named[0].rule.empty());
}

TEST(FailedRecipients, AreBounded) {
    std::string text;
    for (int i = 0; i < 2000; ++i)
        text += "<a" + std::to_string(i) + "@example.com>:\nno\n";
    EXPECT_LE(found(text).size(), 200U);
    EXPECT_EQ(found(std::string(100'000, '@')), Addresses{});
    EXPECT_LE(found(std::string(100'000, 'a') + "@example.com\n").size(), 1U);
}

TEST(Addresses, AreFoundInAnyText) {
    const Row table[] = {
        {"a To field", "Anna <a@example.com>, b@example.net", {"a@example.com", "b@example.net"}},
        {"the end of a sentence", "Write to a@example.com.", {"a@example.com"}},
        {"signs in the local part", "x+tag_1/2=3@example.com", {"x+tag_1/2=3@example.com"}},
        {"RFC 6531", "grüße@example.com", {"grüße@example.com"}},
        {"without duplicates", "a@example.com A@EXAMPLE.com", {"a@example.com"}},
        {"no address", "at @ home", {}},
        {"empty", "", {}},
    };
    for (const Row& row : table)
        EXPECT_EQ(find_addresses(row.text), row.addresses) << row.from;
}

} // namespace
} // namespace columbarium::triage
