// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/header_signs.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace columbarium::triage {
namespace {

HeaderSigns signs_of(std::string_view header, const std::optional<std::string>& sender = std::nullopt) {
    return read_header_signs(mail::HeaderFields(header), sender);
}

struct AuthorRow {
    const char* from;
    std::string_view header;
    std::optional<std::string> sender;
    Author author;
};

TEST(HeaderSigns, DS_9_TellMailSystemsFromPeople) {
    const AuthorRow table[] = {
        {"Postfix", "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)\n", "", Author::mail_system},
        {"Exim", "From: Mail Delivery System <Mailer-Daemon@exim.example.net>\n", "", Author::mail_system},
        {"Exim's field", "From: x@example.com\nX-Failed-Recipients: a@example.com\n", std::nullopt,
         Author::mail_system},
        {"an encoded name", "From: =?utf-8?Q?Mail_Delivery_System?= <x@example.com>\n", std::nullopt,
         Author::mail_system},
        {"postmaster, who may be a person", "From: postmaster@example.com\n", std::nullopt,
         Author::postmaster},
        {"the null reverse-path, which vacation has, too", "From: Anna <anna@example.com>\n", "",
         Author::null_sender},
        {"a mail program", "From: Anna <anna@example.com>\nUser-Agent: Pigeon Mail 3.1\n", "anna@example.com",
         Author::person},
        {"an answer", "From: Anna <anna@example.com>\nIn-Reply-To: <x@example.org>\n", "anna@example.com",
         Author::person},
        {"a host called demon", "From: Fred <fred@mail.demon.example>\nUser-Agent: Pigeon Mail 3.1\n",
         "fred@mail.demon.example", Author::person},
        {"a help desk", "From: Shop <support@example.com>\n", "support@example.com", Author::shared},
        {"a person at a help desk", "From: Shop <support@example.com>\nIn-Reply-To: <x@example.org>\n",
         "support@example.com", Author::person},
        {"nothing tells", "From: Anna <anna@example.com>\n", "anna@example.com", Author::unknown},
    };
    for (const AuthorRow& row : table)
        EXPECT_EQ(signs_of(row.header, row.sender).author.author, row.author) << row.from;
}

TEST(HeaderSigns, KnowTheMarksOfAnswersAndForwards) {
    for (const std::string subject :
         {"Re: x", "RE: x", "re[2]: x", "AW: x", "SV: x", "Fwd: x", "FW: x", "WG: x", "TR: x", "[Fwd: x]",
          "=?utf-8?Q?Re=3A_x?=", "Automatic reply: x"})
        EXPECT_TRUE(signs_of("Subject: " + subject + "\n").answers) << subject;
    for (const std::string subject : {"x", "Read: x", "Reminder: x", "Returned mail: x", "Regarding: x", ""})
        EXPECT_FALSE(signs_of("Subject: " + subject + "\n").answers) << subject;
}

struct FieldRow {
    const char* from;
    std::string_view header;
};

TEST(HeaderSigns, AR_2_OfAnAutoReply) {
    const FieldRow table[] = {
        {"RFC 3834", "Auto-Submitted: auto-replied\n"},
        {"RFC 3834, with a comment", "Auto-Submitted: (x) Auto-Replied (vacation)\n"},
        {"Exchange",
         "Subject: Automatic reply: x\nIn-Reply-To: <x@example.org>\nX-Auto-Response-Suppress: All\n"},
        {"an autoresponder", "X-Autoreply: yes\n"},
        {"OTRS", "Precedence: auto_reply\n"},
        {"a subject in English", "Subject: Automatic reply: x\n"},
        {"a subject in German", "Subject: =?utf-8?Q?Abwesenheitsnotiz=3A_x?=\n"},
        {"a subject in French", "Subject: =?utf-8?Q?R=C3=A9ponse_automatique_=3A_x?=\n"},
    };
    for (const FieldRow& row : table)
        EXPECT_TRUE(signs_of(row.header).auto_reply.has_value()) << row.from;
}

TEST(HeaderSigns, AR_26_OfAPersonAreNoneWhereAutoSubmittedSaysNo) {
    for (const std::string_view header :
         {"Auto-Submitted: no\nSubject: x\n", "Auto-Submitted: No (human)\nSubject: x\n",
          "Auto-Submitted: no; x=auto-replied\nSubject: x\n", "Subject: The automatic door is broken\n"}) {
        EXPECT_FALSE(signs_of(header).auto_reply.has_value()) << header;
        EXPECT_FALSE(signs_of(header).machine.has_value()) << header;
    }
}

TEST(HeaderSigns, AR_28_OfAMachine) {
    const FieldRow table[] = {
        {"RFC 3834", "Auto-Submitted: auto-generated\n"},
        {"RFC 5436", "Auto-Submitted: auto-notified; owner-email=\"a@example.com\"\n"},
        {"an extension of RFC 3834", "Auto-Submitted: x-nightly\n"},
        {"Debian's cron", "X-Cron-Env: <SHELL=/bin/sh>\n"},
        {"a cron without that field", "Subject: Cron <root@backup> /usr/local/sbin/copy\n"},
    };
    for (const FieldRow& row : table) {
        EXPECT_TRUE(signs_of(row.header).machine.has_value()) << row.from;
        EXPECT_FALSE(signs_of(row.header).auto_reply.has_value()) << row.from;
    }
}

TEST(HeaderSigns, MD_8_OfAList) {
    const FieldRow table[] = {
        {"RFC 2919", "List-Id: <gardeners.lists.example.org>\n"},
        {"RFC 2369", "List-Post: <mailto:gardeners@lists.example.org>\n"},
        {"an old list server", "Precedence: list\n"},
        {"case", "LIST-ID: x\n"},
    };
    for (const FieldRow& row : table)
        EXPECT_TRUE(signs_of(row.header).list.has_value()) << row.from;
    EXPECT_FALSE(signs_of("Subject: my list\n").list.has_value());
}

TEST(HeaderSigns, OfBulk) {
    EXPECT_TRUE(signs_of("Precedence: bulk\n").bulk.has_value());
    EXPECT_TRUE(signs_of("Feedback-ID: 4411:shop:campaign\n").bulk.has_value());
    EXPECT_TRUE(signs_of("List-Unsubscribe: <https://example.com/u>\n").bulk.has_value());
    EXPECT_FALSE(
        signs_of("List-Unsubscribe: <mailto:l-leave@example.com>\nList-Post: <mailto:l@example.com>\n")
            .bulk.has_value());
    EXPECT_FALSE(signs_of("Precedence: first-class\n").bulk.has_value());
}

TEST(HeaderSigns, DS_1_OfAReportStandAtTheTop) {
    const HeaderSigns signs =
        signs_of("Content-Type: Multipart/Report;\n boundary=b; report-type=\"Delivery-Status\"\n");
    EXPECT_TRUE(signs.is_report);
    EXPECT_EQ(signs.report_type, "delivery-status");
    EXPECT_FALSE(signs_of("Content-Type: multipart/mixed; boundary=b\n").is_report);
    EXPECT_FALSE(signs_of("Subject: multipart/report\n").is_report);
}

TEST(HeaderSigns, OfNothingAreNone) {
    const HeaderSigns signs = signs_of("");
    EXPECT_EQ(signs.author.author, Author::unknown);
    EXPECT_FALSE(signs.auto_reply || signs.machine || signs.list || signs.bulk || signs.complaint);
    EXPECT_FALSE(signs.is_report || signs.answers);
}

} // namespace
} // namespace columbarium::triage
