// SPDX-License-Identifier: LGPL-2.1-or-later
// The examples of RFC 6134, section 2.9, in real deliveries; where one is no valid Sieve as it is printed, or
// does not do what it is meant to do, the test says what was mended.
#include <gmock/gmock.h>

#include "extlists_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ExamplesOfTheExtlistsRfc : public ExtlistsTest {
  protected:
    // The names of lists that the examples use.
    ExamplesOfTheExtlistsRfc() {
        options.site_config = R"([lists]
redirect = ["tag:example.com,2010-05-28:mylist"]
)";
        for (const char* name : {"2011-01-01:localHolidays", "2010-05-28:mylist", "2011-04-10:DisallowedIPs",
                                 "2011-04-10:BadFileNameExts"})
            options.site_config += std::string("[lists.\"tag:example.com,") + name +
                                   "\"]\ntype = \"file\"\npath = \"@directory@/" +
                                   std::string(name).substr(11) + "\"\n";
        options.site_config += "[lists.\":addrbook:default\"]\ntype = \"vdir\"\npath = \"~/contacts\"\n";
    }
};

TEST_F(ExamplesOfTheExtlistsRfc, One_KnownSendersAreAllowedMoreSpam) {
    options.sieve_extensions += " +spamtest";
    options.plugin_settings["sieve_spamtest_status_type"] = "score";
    options.plugin_settings["sieve_spamtest_status_header"] = "X-Score: ([0-9])";
    options.plugin_settings["sieve_spamtest_max_value"] = "9";
    write_book();
    use_script("user", R"(
        require ["envelope", "extlists", "fileinto", "spamtest", "relational", "comparator-i;ascii-numeric",
                 "mailbox"];
        if envelope :list "from" ":addrbook:default" {
            /* Known: allow high spam score */
            if spamtest :value "ge" :comparator "i;ascii-numeric" "8" { fileinto :create "spam"; }
        } elsif spamtest :value "ge" :comparator "i;ascii-numeric" "3" {
            /* Unknown: less tolerance in spam score */
            fileinto :create "spam";
        })");
    const std::string suspicious = letter("X-Score: 5\nSubject: x");
    deliver(suspicious, {.from = "fred@example.com"});
    deliver(suspicious, {.from = "stranger@example.com"});
    deliver(letter("X-Score: 9\nSubject: y"), {.from = "fred@example.com"});
    EXPECT_THAT(mailbox("user"), SizeIs(1));
    EXPECT_THAT(mailbox("user", "spam"), SizeIs(2));
}

TEST_F(ExamplesOfTheExtlistsRfc, EL_6_EL_78_Two_HolidaysAreTested) {
    // With a list of all years a file can hold: the test runs on any day. Notifies by a method that is there.
    const auto two_digits = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    std::string all_days;
    for (int year = 2024; year < 2080; ++year)
        for (int month = 1; month <= 12; ++month)
            for (int day = 1; day <= 31; ++day)
                all_days += std::to_string(year) + '-' + two_digits(month) + '-' + two_digits(day) + '\n';
    (void)dovecot().write_file("localHolidays", all_days);
    use_script("user", R"(
        require ["extlists", "date", "enotify"];
        if currentdate :list "date" "tag:example.com,2011-01-01:localHolidays" {
            notify "mailto:beach@example.net";
        })");
    deliver(letter("From: x@example.com\nSubject: x"));
    const auto sent = sink.wait_for(1);
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].to.at(0).address, "beach@example.net");
}

TEST_F(ExamplesOfTheExtlistsRfc, EL_78_Three_AMailingListTakesItsMembersMail) {
    // The field holds more than the address of the member; the printed script finds it nevertheless (EL-19).
    (void)dovecot().write_file("mylist", "ann@example.net\nbob@example.net\n");
    use_script("user", R"(
        require ["envelope", "extlists", "subaddress"];
        # Submission from list members is sent to all members
        if allof (envelope :detail "to" "mylist",
                  header :list "from" "tag:example.com,2010-05-28:mylist") {
            redirect :list "tag:example.com,2010-05-28:mylist";
        })");
    deliver(letter("From: Ann Example <ann@example.net>\nSubject: hi"), {.to = {"user+mylist@example.org"}});
    deliver(letter("From: Stranger <x@example.net>\nSubject: hi"), {.to = {"user+mylist@example.org"}});
    const auto sent = sink.wait_for(1);
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_THAT(sent[0].to, SizeIs(2));
    EXPECT_THAT(only_message("user").header("From"), HasSubstr("Stranger"));
}

TEST_F(ExamplesOfTheExtlistsRfc, EL_78_Four_AddressesOfHostsAreTested) {
    // ":index 1" is the topmost field, the newest one.
    (void)dovecot().write_file("DisallowedIPs", "192.0.2.66\n");
    use_script("user", R"(
        require ["variables", "extlists", "index"];
        if header :index 2 :matches "received" "*(* [*.*.*.*])*" {
            set "ip" "${3}.${4}.${5}.${6}";
            if string :list "${ip}" "tag:example.com,2011-04-10:DisallowedIPs" { discard; }
        })");
    // This server's own field is the topmost one here.
    for (const char* host : {"192.0.2.66", "192.0.2.1"})
        deliver(letter(std::string("Received: from a (a.example.com [") + host +
                       "]) by b; Fri, 1 Jan 2026 00:00:00 +0000\nSubject: " + host));
    EXPECT_EQ(only_message("user").header("Subject"), "192.0.2.1");
}

TEST_F(ExamplesOfTheExtlistsRfc, EL_6_EL_77_Five_NamesOfFilesAreTested) {
    // Printed it is no valid Sieve, and "enclose" is not there: the message is marked instead.
    (void)dovecot().write_file("BadFileNameExts", "virus.exe\n");
    use_script("user", R"(
        require ["foreverypart", "mime", "extlists", "imap4flags"];
        foreverypart {
            if header :mime :param "filename" :list ["Content-Type", "Content-Disposition"]
                "tag:example.com,2011-04-10:BadFileNameExts" {
                addflag "$Dangerous";
                break;
            }
        })");
    for (const char* file : {"virus.exe", "letter.txt"})
        deliver(rig::message(
            std::string("Subject: ") + file +
            "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nHello.\n--x\n"
            "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"" +
            file + "\"\n\n...\n--x--\n"));
    const auto inbox = mailbox("user");
    ASSERT_THAT(inbox, SizeIs(2));
    EXPECT_EQ(inbox[0].flags, Flags{"$Dangerous"});
    EXPECT_EQ(inbox[1].flags, Flags());
}

} // namespace
} // namespace columbarium::e2e
