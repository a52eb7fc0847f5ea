// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/facts.hpp"

#include <string>
#include <vector>

#include <glib.h>
#include <gtest/gtest.h>

#include "mail_samples.hpp"

namespace columbarium::triage {
namespace {

using test::Sample;
using Values = std::vector<std::string>;

// The names are part of the Sieve language: scripts in the world hold them.
TEST(FactRegistry, HasTheNamesThatScriptsUse) {
    const Values names = {"class",
                          "auto-submitted",
                          "bounce.action",
                          "bounce.diagnostic",
                          "bounce.forward",
                          "bounce.message-id",
                          "bounce.permanent",
                          "bounce.reason",
                          "bounce.recipient",
                          "bounce.recipients",
                          "bounce.remote-mta",
                          "bounce.status",
                          "bounce.subject",
                          "list-id",
                          "mailer",
                          "header-charset",
                          "size",
                          "attachments",
                          "authenticated",
                          "authenticated.domain",
                          "authenticated.from",
                          "certificate-request",
                          "crypto",
                          "crypto.readable",
                          "crypto.recipient",
                          "crypto.unreadable",
                          "garbled",
                          "language",
                          "language.confidence",
                          "language.wrong",
                          "script",
                          "spam"};
    Values registered;
    for (const FactInfo& info : fact_registry())
        registered.emplace_back(info.name);
    EXPECT_EQ(registered, names);
}

TEST(FactRegistry, FollowsTheEnumerationAndSummarisesEachFact) {
    int index = 0;
    for (const FactInfo& info : fact_registry()) {
        EXPECT_EQ(static_cast<int>(info.fact), index++);
        EXPECT_FALSE(info.summary.empty()) << info.name;
        EXPECT_EQ(find_fact(info.name), info.fact) << info.name;
    }
}

TEST(FactRegistry, FindsAFactWithoutRegardToCase) {
    EXPECT_EQ(find_fact("BOUNCE.Status"), Fact::bounce_status);
    EXPECT_EQ(find_fact("bounce"), std::nullopt);
    EXPECT_EQ(find_fact("bounce.statu"), std::nullopt);
    EXPECT_EQ(find_fact(""), std::nullopt);
    EXPECT_EQ(find_fact("class "), std::nullopt);
}

TEST(FactRegistry, NamesTheNearestFact) {
    for (const auto& [typed, meant] :
         std::vector<std::pair<std::string, std::string>>{{"bounce.statsu", "bounce.status"},
                                                          {"clas", "class"},
                                                          {"bounce.recipent", "bounce.recipient"},
                                                          {"listid", "list-id"}}) {
        const std::string text = unknown_fact_text(typed);
        EXPECT_NE(text.find("\"" + typed + "\""), std::string::npos) << text;
        EXPECT_NE(text.find("\"" + meant + "\""), std::string::npos) << text;
    }
}

TEST(FactRegistry, ListsAllFactsWhereNoneIsNear) {
    const std::string text = unknown_fact_text("qqqqqqqq");
    for (const FactInfo& info : fact_registry())
        EXPECT_NE(text.find(info.name), std::string::npos) << info.name;
    EXPECT_EQ(text.find('\n'), std::string::npos) << "one line for a log";
}

TEST(Facts, OfTheHeaderReadNoBody) {
    std::string text = "From: a@example.com\nSubject: =?utf-8?Q?x?=\nList-Id: x <l.example.org>\n"
                       "X-Mailer: Pigeon\nAuto-Submitted: no\n\n";
    text.resize(50'000'000, 'x');
    Sample sample(std::move(text));
    EXPECT_EQ(sample[Fact::size], Values{"50000000"});
    EXPECT_EQ(sample.source.reads, 0U) << "the size needs no read";
    EXPECT_EQ(sample[Fact::list_id], Values{"l.example.org"});
    EXPECT_EQ(sample[Fact::mailer], Values{"Pigeon"});
    EXPECT_EQ(sample[Fact::auto_submitted], Values{"no"});
    EXPECT_EQ(sample[Fact::header_charset], Values{"utf-8"});
    EXPECT_LE(sample.source.octets_read, 16U * 1024U);
}

TEST(Facts, AreComputedOnce) {
    Sample sample(test::test_mail("dsn-failed-user-unknown.eml"));
    std::vector<const Finding*> first;
    for (const FactInfo& info : fact_registry())
        first.push_back(sample.facts.values(info.fact).value().data());
    const std::size_t reads = sample.source.reads;
    for (std::size_t i = 0; i < fact_registry().size(); ++i)
        EXPECT_EQ(sample.facts.values(fact_registry()[i].fact).value().data(), first[i])
            << fact_registry()[i].name << ": the same values, at the same place";
    EXPECT_EQ(sample.source.reads, reads);
}

TEST(Facts, ReadASmallMessageOnce) {
    Sample sample(test::test_mail("dsn-failed-user-unknown.eml"));
    for (const FactInfo& info : fact_registry())
        EXPECT_TRUE(sample.facts.values(info.fact).has_value());
    EXPECT_LE(sample.source.octets_read, 2 * sample.text.size());
}

TEST(Facts, HaveARuleForEveryValueAndValuesInUtf8) {
    for (const char* file : {"dsn-several-recipients.eml", "bounce-qmail.eml", "bounce-japanese-provider.eml",
                             "bad-wrong-charset.eml", "bad-nul-bytes.eml", "newsletter.eml",
                             "personal-html.eml", "mailing-list-post.eml", "personal-with-attachment.eml"}) {
        Sample sample(test::test_mail(file));
        for (const FactInfo& info : fact_registry()) {
            const auto findings = sample.facts.values(info.fact);
            ASSERT_TRUE(findings.has_value());
            for (const Finding& finding : *findings) {
                EXPECT_TRUE(!finding.rule.empty() || finding.value.empty()) << file << " " << info.name;
                EXPECT_TRUE(g_utf8_validate_len(finding.value.data(), finding.value.size(), nullptr))
                    << file << " " << info.name;
            }
        }
    }
}

struct Row {
    const char* from;
    Fact fact;
    std::string header;
    Values values;
};

TEST(Facts, OfTheHeaderAreReadAsTheRfcsSay) {
    const Row table[] = {
        {"RFC 2919 section 3: what stands in <>",
         Fact::list_id,
         "List-Id: All (x) <l.example.org>\n",
         {"l.example.org"}},
        {"RFC 2919, without a phrase", Fact::list_id, "List-Id: <l.example.org>\n", {"l.example.org"}},
        {"a list that forgets the brackets", Fact::list_id, "List-Id: l.example.org\n", {"l.example.org"}},
        {"an encoded phrase",
         Fact::list_id,
         "List-Id: =?utf-8?Q?=C3=BC?= <l.example.org>\n",
         {"l.example.org"}},
        {"an unclosed one", Fact::list_id, "List-Id: x <l.example.org\n", {"l.example.org"}},
        {"an empty one", Fact::list_id, "List-Id: <>\n", {}},
        {"no list", Fact::list_id, "Subject: x\n", {}},
        {"RFC 3834",
         Fact::auto_submitted,
         "Auto-Submitted: Auto-Replied (vacation); x=y\n",
         {"auto-replied"}},
        {"no field", Fact::auto_submitted, "Subject: x\n", {}},
        {"both fields", Fact::mailer, "User-Agent: B\nX-Mailer: A\n", {"A", "B"}},
        {"an encoded one", Fact::mailer, "X-Mailer: =?utf-8?Q?M=C3=B6we?=\n", {"Möwe"}},
        {"none", Fact::mailer, "Subject: x\n", {}},
        {"each charset once, lower case",
         Fact::header_charset,
         "Subject: =?UTF-8?Q?a?= =?utf-8?B?YQ==?=\nFrom: =?ISO-8859-1?q?x?= <a@example.com>\n",
         {"utf-8", "iso-8859-1"}},
        {"RFC 2231 section 5: a language",
         Fact::header_charset,
         "Subject: =?us-ascii*en?Q?a?=\n",
         {"us-ascii"}},
        {"none", Fact::header_charset, "Subject: what =? that\n", {}},
    };
    for (const Row& row : table) {
        Sample sample(row.header + "\nbody\n");
        EXPECT_EQ(sample[row.fact], row.values) << row.from;
    }
}

TEST(Facts, AreABoundedNumberOfCharsets) {
    std::string text = "Subject:";
    for (int i = 0; text.size() < 200'000; ++i)
        text += " =?x-" + std::to_string(i) + "?q?a?=\n";
    text += '\n';
    mail::StringSource source(text);
    mail::Message message(source);
    Facts facts(message);
    const auto charsets = facts.values(Fact::header_charset);
    ASSERT_TRUE(charsets.has_value());
    ASSERT_EQ(charsets->size(), 100U);
    EXPECT_EQ(charsets->back().value, "x-99");
}

TEST(Facts, NameTheAttachmentsAndTheirTypes) {
    Sample files(test::test_mail("personal-with-attachment.eml"));
    EXPECT_EQ(files[Fact::attachments],
              (Values{"form.pdf", "application/pdf", "Straßenschild.png", "image/png"}));
    Sample message(test::test_mail("personal-forwards-a-bounce.eml"));
    EXPECT_EQ(message[Fact::attachments],
              (Values{"Undelivered Mail Returned to Sender.eml", "message/rfc822"}));
    Sample none(test::test_mail("personal-html.eml"));
    EXPECT_EQ(none[Fact::attachments], Values{});
}

TEST(Facts, NameAnAttachmentBehindFiftyMegabytes) {
    std::string text = "From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n";
    text.resize(50'000'000, 'x');
    for (std::size_t i = 200; i < text.size(); i += 77)
        text[i] = '\n';
    Sample sample(text + "\n--b\nContent-Type: image/png; name=last.png\n\nx\n--b--\n");
    EXPECT_EQ(sample[Fact::attachments], (Values{"last.png", "image/png"}));
}

TEST(Facts, OfAMessageThatCannotBeReadAreATemporaryFailure) {
    const std::string text = test::test_mail("dsn-failed-user-unknown.eml");
    test::FailingSource source(text, 0);
    mail::Message message(source);
    Facts facts(message);
    for (const FactInfo& info : fact_registry())
        if (info.fact != Fact::size) {
            const auto values = facts.values(info.fact);
            ASSERT_FALSE(values.has_value()) << info.name;
            EXPECT_EQ(values.error().kind, ErrorKind::temporary) << info.name;
        }
}

TEST(Facts, OfBrokenMailAreThereAllTheSame) {
    for (const std::string& text :
         {std::string(), std::string("\n"), std::string("\0\0\0", 3), std::string(300'000, '\n'),
          std::string(300'000, ':'), "Subject: " + std::string(10'000'000, 'x'),
          test::nested_multiparts(1000), test::nested_messages(1000),
          test::test_mail("bad-boundary-never-closed.eml")}) {
        Sample sample(text);
        for (const FactInfo& info : fact_registry())
            EXPECT_TRUE(sample.facts.values(info.fact).has_value()) << info.name;
        EXPECT_EQ(sample[Fact::message_class], Values{"personal"});
    }
}

} // namespace
} // namespace columbarium::triage
