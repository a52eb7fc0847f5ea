// SPDX-License-Identifier: LGPL-2.1-or-later
// Mail of people and shops that speaks the words of mail systems, and notices of mail systems that do not.
#include <gtest/gtest.h>

#include "mail_samples.hpp"
#include "triage/facts.hpp"

namespace columbarium::triage {
namespace {

using test::Sample;
using Values = std::vector<std::string>;

struct Row {
    const char* name;
    std::string_view text;
};

constexpr Row written_by_people[] = {
    {"a question about a problem, by webmail",
     "From: Ann <ann@example.com>\nSubject: problem sending the photos\nTo: bob@example.net\n\n"
     "I couldn't deliver the 640x400 pictures, there's a problem with the size. The response was slow.\n"},
    {"an answer of the help desk that quotes a bounce",
     "From: Help <support@example.com>\nSubject: Re: Returned mail: see transcript\n"
     "In-Reply-To: <x@example.net>\nTo: bob@example.net\n\nThis address is gone.\n\n"
     "> Hi. This is the qmail-send program at mx.example.com.\n"
     "> <joe@example.com>:\n> Sorry, no mailbox here by that name. (#5.1.1)\n"},
    {"an answer of the postmaster that quotes a bounce",
     "From: Postmaster <postmaster@example.com>\nSubject: Re: Undelivered Mail Returned to Sender\n"
     "User-Agent: Mozilla Thunderbird\nTo: bob@example.net\n\nThat box is full.\n\n"
     "> This is the mail system at host mx.example.com.\n> <joe@example.com>: 552 5.2.2 full\n"},
    {"a bounce passed on inside the text",
     "From: Admin <admin@example.com>\nSubject: Fwd: Returned mail: User unknown\nTo: bob@example.net\n\n"
     "-------- Forwarded Message --------\nFrom: MAILER-DAEMON@mx.example.com\n\n"
     "   ----- The following addresses had permanent fatal errors -----\n<joe@example.com>\n"},
    {"a letter from a host called demon",
     "From: Fred <fred@mail.demon.example>\nSubject: Sunday\nTo: bob@example.net\n\n"
     "The parcel could not be delivered. See you.\n"},
    {"a parcel service",
     "From: Parcels <noreply@parcels.example>\nSubject: Delivery failed\nTo: bob@example.net\n\n"
     "Your parcel wasn't delivered. Next attempt: Monday.\n"},
    {"a parcel service with a hard word",
     "From: Parcels <noreply@parcels.example>\nSubject: Undeliverable parcel\nTo: bob@example.net\n\n"
     "Your parcel could not be delivered: no such address.\n"},
    {"a shop that sends with the null reverse-path",
     "Return-Path: <>\nFrom: Shop <orders@shop.example>\nX-Mailer: ShopMailer\n"
     "Subject: Your parcel was delivered\nTo: bob@example.net\n\nEnjoy it.\n"},
    {"somebody who plans an absence",
     "From: Ann <ann@example.com>\nUser-Agent: Mozilla Thunderbird\nTo: bob@example.net\n"
     "Subject: Out of office on Friday - can you take over?\n\nThanks.\n"},
    {"mail that Exchange's rules passed on",
     "From: Ann <ann@example.com>\nX-MS-Exchange-Inbox-Rules-Loop: bob@example.net\n"
     "Subject: the plan\nTo: bob@example.net\n\nHere it is.\n"},
};

TEST(People, WriteAboutMailSystemsWithoutBeingOne) {
    for (const Row& row : written_by_people) {
        Sample sample{std::string(row.text)};
        EXPECT_EQ(sample[Fact::message_class], Values{"personal"}) << row.name;
    }
}

struct Notice {
    const char* name;
    std::string_view text;
    const char* message_class;
    const char* recipient;
    const char* status;
};

constexpr Notice odd_notices[] = {
    {"an old gateway with a name for a sender",
     "From: SMTP Gateway <smtpgate@mx.example>\nSubject: Message could not be processed\nTo: "
     "bob@example.net\n\n"
     "Recipient joe@mx.example is not a valid user.\n",
     "bounce", "joe@mx.example", "5.1.1"},
    {"a provider's administrator who names the recipient",
     "From: admin@provider.example\nSubject: Undeliverable mail\nTo: bob@example.net\n\n"
     "The mail you sent could not be delivered. No such user:\n\n  joe@provider.example\n",
     "bounce", "joe@provider.example", "5.1.1"},
    {"a failed help desk",
     "From: MAILER-DAEMON@mx.example\nSubject: failure notice\nTo: bob@example.net\n\n"
     "Hi. This is the qmail-send program at mx.example.\n\n<support@example.com>:\n"
     "Sorry, no mailbox here by that name. (#5.1.1)\n",
     "bounce", "support@example.com", "5.1.1"},
    {"a version that looks like a status",
     "From: Mail Delivery System <Mailer-Daemon@mx.example>\nSubject: Mail delivery failed\n"
     "To: bob@example.net\n\nA message that you sent could not be delivered, says Exim 4.94.2.\n\n"
     "  joe@example.com\n    user unknown\n",
     "bounce", "joe@example.com", "5.1.1"},
    {"a date that looks like a status",
     "From: MAILER-DAEMON@mx.example\nSubject: Unzustellbar\nTo: bob@example.net\n\n"
     "Ihre Nachricht vom 5.3.24 konnte nicht zugestellt werden.\n\njoe@example.com: Postfach ist voll\n",
     "bounce", "joe@example.com", "5.2.2"},
    {"a mail system that answers with the subject of what it returns",
     "From: post_master@pager.example\nSubject: Re:Hello\nIn-Reply-To: <x@example.net>\nTo: "
     "bob@example.net\n\n"
     "Error: Invalid user address\n\nError message below:\n550 - no such user here\n\n"
     "  RCPT TO: joe@pager.example\n",
     "bounce", "joe@pager.example", "5.1.1"},
};

TEST(OddNotices, AreRecognisedWithRecipientAndStatus) {
    for (const Notice& notice : odd_notices) {
        Sample sample{std::string(notice.text)};
        EXPECT_EQ(sample[Fact::message_class], Values{notice.message_class}) << notice.name;
        EXPECT_EQ(sample[Fact::bounce_recipient], Values{notice.recipient}) << notice.name;
        EXPECT_EQ(sample[Fact::bounce_status], Values{notice.status}) << notice.name;
    }
}

} // namespace
} // namespace columbarium::triage
