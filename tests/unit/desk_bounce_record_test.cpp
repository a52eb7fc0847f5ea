// SPDX-License-Identifier: LGPL-2.1-or-later
// What is kept of a report, and how the service is told.
#include "desk/bounce_record.hpp"

#include <algorithm>
#include <ostream>

#include <gmock/gmock.h>

#include "base/ascii.hpp"
#include "mail_samples.hpp"

namespace columbarium::desk {
namespace {

using test::Sample;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<BounceRecord> records_of(std::string message) {
    Sample sample(std::move(message));
    const auto records = bounce_records(sample.facts);
    EXPECT_TRUE(records) << records.error().text;
    return records.value_or(std::vector<BounceRecord>());
}

// A report of this machine part.
std::string report(const std::string& groups,
                   const std::string& returned = "Message-ID: <1@desk.example.org>\n") {
    return "From: MAILER-DAEMON@mx.example.org\nTo: desk@example.org\nSubject: Undelivered\nMIME-Version: "
           "1.0\n"
           "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
           "Content-Type: text/plain\n\nIt could not be delivered.\n\n--b\n"
           "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n" +
           groups + "\n--b\nContent-Type: text/rfc822-headers\n\n" + returned + "\n--b--\n";
}

std::string failed(const std::string& address, const std::string& status = "5.1.1") {
    return "Final-Recipient: rfc822; " + address + "\nAction: failed\nStatus: " + status + "\n\n";
}

TEST(BounceRecords, HaveEachRecipientThatWasNotReached) {
    EXPECT_THAT(
        records_of(test::test_mail("dsn-several-recipients.eml")),
        ElementsAre(BounceRecord{"anna@example.com", "5.2.2", "mailbox-full", true,
                                 "552 5.2.2 <anna@example.com>: mailbox is full", "issue-12@example.org"},
                    BounceRecord{"bruno@example.net", "4.4.1", "network-error", false, "connection timed out",
                                 "issue-12@example.org"},
                    BounceRecord{"d.ebert@gone.example.net", "5.1.2", "host-unknown", true,
                                 "host gone.example.net not found", "issue-12@example.org"}));
}

TEST(BounceRecords, AreNotPermanentWhereTheMessageIsStillTriedOrTheStatusIsOfClassFour) {
    for (const char* mail : {"dsn-delayed.eml", "delay-exim.eml", "dsn-failed-with-transient-status.eml"}) {
        const auto records = records_of(test::test_mail(mail));
        ASSERT_FALSE(records.empty()) << mail;
        for (const BounceRecord& record : records)
            EXPECT_FALSE(record.is_permanent) << mail;
    }
}

TEST(BounceRecords, AgreeWithTheFactThatAMessageFailedForGood) {
    for (const auto& entry : std::filesystem::directory_iterator(COLUMBARIUM_SOURCE_DIR "/tests/mail")) {
        if (entry.path().extension() != ".eml")
            continue;
        Sample sample(test::read_file(entry.path()));
        const auto records = bounce_records(sample.facts);
        ASSERT_TRUE(records) << entry.path();
        const auto permanent = test::values_of(sample.facts, triage::Fact::bounce_permanent);
        const bool is_permanent = std::ranges::any_of(*records, &BounceRecord::is_permanent);
        if (!records->empty()) {
            EXPECT_EQ(is_permanent, permanent == std::vector<std::string>{"yes"}) << entry.path();
        }
        const auto again = read_bounce_report(to_key({"support", *records}));
        ASSERT_TRUE(again) << entry.path() << ": " << again.error().text;
        EXPECT_EQ(again->records, *records) << entry.path();
    }
}

TEST(BounceRecords, AreNoneOfOtherMail) {
    for (const char* mail : {"personal-plain.eml", "personal-forwards-a-bounce.eml",
                             "vacation-auto-submitted.eml", "dsn-delivered.eml", "mailing-list-post.eml"})
        EXPECT_THAT(records_of(test::test_mail(mail)), IsEmpty()) << mail;
}

TEST(BounceRecords, KnowAnAddressHoweverItIsWritten) {
    for (const char* address : {"anna@example.com", "Anna@EXAMPLE.com", "\"anna\"@example.com"}) {
        const auto records = records_of(report(failed(address)));
        ASSERT_EQ(records.size(), 1U) << address;
        EXPECT_EQ(records[0].address, "anna@example.com");
    }
}

TEST(BounceRecords, LeaveOutRecipientsWithoutAnAddress) {
    for (const BounceRecord& record :
         records_of(report("Action: failed\nStatus: 5.1.1\n\n" + failed("b@example.com"))))
        EXPECT_EQ(record.address, "b@example.com");
}

TEST(BounceRecords, AreBoundedWhateverAReportHolds) {
    std::string groups;
    for (int i = 0; i < 300; ++i)
        groups += failed(std::to_string(i) + std::string(1'000, 'a') + "@example.com");
    groups +=
        "Final-Recipient: rfc822; x@example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; " +
        std::string(10'000, 'd') + "\n\n";
    const auto records = records_of(report(groups, "Message-ID: <" + std::string(5'000, 'm') + "@x>\n"));
    EXPECT_EQ(records.size(), bounce_record_limit);
    for (const BounceRecord& record : records) {
        EXPECT_LE(record.address.size(), 320U);
        EXPECT_LE(record.diagnostic.size(), 200U);
        EXPECT_LE(record.message_id.size(), 250U);
    }
    const auto read = read_bounce_report(to_key({"support", records}));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->records.size(), bounce_record_limit);
}

// What cannot be kept would keep the mail waiting for ever.
TEST(BounceRecords, CanBeKeptWhateverAReportHolds) {
    std::string bad = "\xff\x01 \xc3\x28 \t\x7f=?utf-8?Q?=00=0A=C2=85x?= \"<>,;:\\ ü";
    bad += std::string("\0x", 2);
    const auto records =
        records_of(report(failed(bad + "@example.com") + "Final-Recipient: rfc822; " + bad +
                              "\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; " + bad + "\n\n",
                          "Message-ID: <" + bad + ">\n"));
    const auto read = read_bounce_report(to_key({"support", records}));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->records, records);
}

// Terminals act on them, and readers are misled by them.
TEST(BounceRecords, HoldNothingThatATerminalWouldActOn) {
    const std::string bad = "a\xc2\x9b"
                            "2J\xc2\x85 b\xe2\x80\xae"
                            "c\xe2\x81\xa6"
                            "d\xe2\x80\xa8"
                            "e\xe2\x80\xa9"
                            "f\x1b[0m";
    const auto records = records_of(report("Final-Recipient: rfc822; x\xc2\x9b"
                                           "2J\xe2\x80\xae@example.com\nAction: failed\n"
                                           "Status: 5.1.1\nDiagnostic-Code: smtp; 550 " +
                                               bad + "\n\n",
                                           "Message-ID: <" + bad + ">\n"));
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].diagnostic, "550 a 2J bcd e f [0m");
    const std::string all = to_key({"support", records});
    for (const char* sequence :
         {"\xc2\x9b", "\xc2\x85", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\xa8", "\xe2\x80\xa9", "\x1b"})
        EXPECT_THAT(all, Not(HasSubstr(sequence)));
}

BounceRecord full() {
    return {"a@example.com", "5.1.1", "user-unknown", true, "no \"such\"\\ user, Zoë", "1@desk.example.org"};
}

TEST(BounceReport, ComesBackAsItWas) {
    const BounceReport report{"support", {full(), {"b@example.com", "4.2.2", "other", false, "", ""}}};
    EXPECT_EQ(read_bounce_report(to_key(report)).value(), report);
    const BounceReport empty{"support", {}};
    EXPECT_EQ(read_bounce_report(to_key(empty)).value(), empty);
}

TEST(BounceReport, IsCutWhereTheServiceWouldNotTakeIt) {
    BounceReport report{"support", {}};
    for (std::size_t i = 0; i < bounce_record_limit; ++i)
        report.records.push_back({std::to_string(i) + std::string(300, '"'), std::string(20, '"'),
                                  std::string(40, '"'), true, std::string(200, '"'), std::string(250, '"')});
    const std::string key = to_key(report);
    EXPECT_LE(key.size(), 95'000U);
    const auto read = read_bounce_report(key);
    ASSERT_TRUE(read) << read.error().text;
    ASSERT_GT(read->records.size(), 50U);
    EXPECT_EQ(read->records[0].address, report.records[0].address);
    EXPECT_EQ(read->records[0].diagnostic, "");
}

struct BadReport {
    const char* key;
    const char* fault;
};
void PrintTo(const BadReport& row, std::ostream* out) {
    *out << row.key;
}

class BadReports : public testing::TestWithParam<BadReport> {};

TEST_P(BadReports, AreRefusedForGood) {
    const auto read = read_bounce_report(GetParam().key);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::permanent);
    EXPECT_THAT(read.error().text, HasSubstr(GetParam().fault));
}

constexpr BadReport bad_reports[] = {
    {"", "no JSON object"},
    {"nonsense", "no JSON object"},
    {"[]", "no JSON object"},
    {"7", "no JSON object"},
    {"{}", "no text \"user\""},
    {R"({"user":7})", "no text \"user\""},
    {R"({"user":"","records":[]})", "\"user\" is empty"},
    {R"({"user":"a\u0000b","records":[]})", "control characters"},
    {R"({"user":"a"})", "no list \"records\""},
    {R"({"user":"a","records":{}})", "no list \"records\""},
    {R"({"user":"a","records":[7]})", "a record is no object"},
    {R"({"user":"a","records":[{}]})", "no text \"address\""},
    {R"({"user":"a","records":[{"address":"","status":"","reason":"","diagnostic":"","message_id":""}]})",
     "\"address\" is empty"},
    {R"({"user":"a","records":[{"address":"x","status":"","reason":"","diagnostic":"","message_id":""}]})",
     "is_permanent"},
    {R"({"user":"a","records":[{"address":"x\ny","status":"","reason":"","diagnostic":"","message_id":""}]})",
     "control characters"},
    {R"({"user":"a","records":[{"address":"x","status":"123456789012345678901"}]})", "longer than 20"},
    {R"({"user":"a","records":[{"address":"x\u009by"}]})", "control characters"},
    {R"({"user":"a","records":[{"address":"x\u202ey"}]})", "control characters"},
    {R"({"user":"a","records":[{"address":"x\u2028y"}]})", "control characters"},
    {"{\"user\":\"\xff\",\"records\":[]}", "no JSON object"},
};
INSTANTIATE_TEST_SUITE_P(BounceReport, BadReports, testing::ValuesIn(bad_reports));

TEST(BounceReport, IsRefusedWhereItIsTooLongOrHasTooManyRecords) {
    const auto too_long = read_bounce_report(std::string(100'001, ' '));
    ASSERT_FALSE(too_long);
    EXPECT_THAT(too_long.error().text, HasSubstr("longer than"));
    const auto deep = read_bounce_report(std::string(100'000, '['));
    ASSERT_FALSE(deep);
    BounceReport many{"a", {}};
    for (std::size_t i = 0; i <= bounce_record_limit; ++i)
        many.records.push_back({"x", "", "", false, "", ""});
    const auto too_many = read_bounce_report(to_key(many));
    ASSERT_FALSE(too_many);
    EXPECT_THAT(too_many.error().text, HasSubstr("more than 100 records"));
}

} // namespace
} // namespace columbarium::desk
