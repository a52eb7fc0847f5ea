// SPDX-License-Identifier: LGPL-2.1-or-later
// The service's map "bounce": what reports tell a desk of addresses.
#include <algorithm>
#include <chrono>

#include <gmock/gmock.h>

#include "desk/bounce_record.hpp"
#include "desk_maps_fixture.hpp"

namespace columbarium::e2e {
namespace {

using desk::BounceRecord;
using desk::BounceReport;
using desk::KeptBounce;
using rig::eventually;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using wire::ReplyStatus;

class BounceMap : public DeskMapsTest {
  protected:
    std::string record(const BounceReport& report) {
        return ask_as_mail_user("bounce", desk::to_key(report));
    }

    std::vector<KeptBounce> bounces() {
        std::vector<KeptBounce> all;
        const auto read = people().for_each_bounce({}, [&](const KeptBounce& bounce) {
            all.push_back(bounce);
            return true;
        });
        EXPECT_TRUE(read) << read.error().text;
        return all;
    }

    static BounceRecord dead(const std::string& address) {
        return {address, "5.1.1", "user-unknown", true, "550 no \"such\" user, Zoë", "1@desk.example.org"};
    }
};

TEST_F(BounceMap, KeepsWhatAReportSaysAndWhen) {
    BounceRecord full{"b@example.net", "4.2.2", "mailbox-full", false, "", ""};
    const auto before = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    EXPECT_EQ(record({"support", {dead("a@example.com"), full}}), "done");
    const auto kept = bounces();
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].user, "support");
    EXPECT_EQ(kept[0].record, dead("a@example.com"));
    EXPECT_EQ(kept[1].record, full);
    EXPECT_GE(kept[0].first, before);
    EXPECT_LE(kept[0].last, std::chrono::system_clock::now());
    EXPECT_EQ(record({"support", {dead("a@example.com")}}), "done");
    EXPECT_EQ(bounces().size(), 2U) << "it is the same";
    EXPECT_EQ(record({"support", {}}), "done");
}

TEST_F(BounceMap, TakesTheLongestReportThatThereIs) {
    BounceReport report{"support", {}};
    for (std::size_t i = 0; i < desk::bounce_record_limit; ++i) {
        BounceRecord record = dead(std::to_string(1'000 + i) + std::string(304, '"') + "@example.com");
        record.diagnostic = std::string(200, '"');
        record.message_id = std::string(250, '\\');
        report.records.push_back(record);
    }
    const auto reply = ask_on(socket_of("columbarium-settings"), "bounce", desk::to_key(report));
    EXPECT_THAT(reply, IsOk("done"));
    EXPECT_GT(bounces().size(), 50U);
}

TEST_F(BounceMap, KeepsForTheUserWhoAsksOnly) {
    for (const char* user : {"sales", "stranger"})
        EXPECT_THAT(record({user, {dead("a@example.com")}}), HasSubstr("not allowed")) << user;
    EXPECT_THAT(ask_as_mail_user("bounce", "nonsense"), HasSubstr("no JSON"));
    EXPECT_THAT(bounces(), IsEmpty());
}

TEST_F(BounceMap, KeepsNoMoreThanAnHoursShareOfAUserAndSaysSoInTheLog) {
    const auto hour = std::chrono::ceil<std::chrono::hours>(std::chrono::system_clock::now());
    for (const auto period : {hour, hour + std::chrono::hours(1)}) { // the hour may end meanwhile
        std::vector<BounceRecord> flood;
        for (std::size_t i = 0; i < store::bounces_per_hour; ++i)
            flood.push_back(dead(std::to_string(i) + "@example.org"));
        ASSERT_TRUE(people().record_bounces("support", flood, period - std::chrono::minutes(1)).value());
    }
    for (const char* address : {"a@example.com", "b@example.com", "c@example.com"})
        EXPECT_EQ(record({"support", {dead(address)}}), "dropped");
    constexpr std::string_view warning = "support: so many came to this desk";
    ASSERT_TRUE(eventually(rig::default_deadline,
                           [&] { return dovecot().log().find(warning) != std::string::npos; }));
    const std::string log = dovecot().log();
    EXPECT_EQ(log.find(warning, log.find(warning) + 1), std::string::npos) << "a flood fills no log";
}

TEST_F(BounceMap, TakesNothingWhereNoDestinationRecordsBounces) {
    const std::string key = "record_bounces = true\n";
    options.site_config.erase(options.site_config.find(key), key.size());
    EXPECT_THAT(ask_on(socket_of("columbarium-settings"), "bounce",
                       desk::to_key({"support", {dead("a@example.com")}})),
                Fails(ReplyStatus::permanent, "no destination has record_bounces"));
    EXPECT_THAT(bounces(), IsEmpty());
}

// Nobody asks a desk's site for people.
TEST_F(BounceMap, LetsTheStatusTellHowTheStoreIsThoughTheSiteHasNoPeople) {
    const std::filesystem::path store =
        people_server().write_file("store/people.sqlite", std::string(8'192, 'x'));
    EXPECT_THAT(record({"support", {dead("a@example.com")}}), HasSubstr("the store cannot be asked"));
    const auto last_error = [&] { return status().at("people").at("last_error").get<std::string>(); };
    EXPECT_THAT(last_error(), HasSubstr("people.sqlite"));
    std::filesystem::remove(store);
    EXPECT_TRUE(eventually(rig::default_deadline, [&] {
        return record({"support", {dead("a@example.com")}}) == "done";
    }));
    EXPECT_EQ(last_error(), "");
}

TEST_F(BounceMap, FailsForATimeWhereTheStoreIsAwayAndTellsNobodyWhereItIs) {
    people_server().write_file("store/people.sqlite", std::string(8'192, 'x'));
    EXPECT_THAT(record({"support", {dead("a@example.com")}}),
                AllOf(HasSubstr("the store cannot be asked"), Not(HasSubstr("sqlite"))));
}

TEST_F(BounceMap, IsForMailProcessesOnly) {
    const std::string key = desk::to_key(BounceReport{"support", {dead("a@example.com")}});
    for (const char* socket : {"columbarium", "columbarium-people", "columbarium-delivery"})
        EXPECT_EQ(ask_on(socket_of(socket), "bounce", key).status, ReplyStatus::permanent) << socket;
    EXPECT_THAT(bounces(), IsEmpty());
}

TEST_F(BounceMap, ForgetsWhatIsOlderThanItIsKeptWithoutBeingAsked) {
    options.site_config += "keep_bounces_days = 30\n";
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto put = [&](const char* address, int days) {
        const std::vector<BounceRecord> records{dead(address)};
        ASSERT_TRUE(people().record_bounces("support", records, now - std::chrono::days(days)).value());
    };
    put("old@example.com", 31);
    put("young@example.com", 29);
    EXPECT_EQ(record({"support", {}}), "done"); // the service runs
    EXPECT_EQ(record({"support", {dead("new@example.com")}}), "done");
    EXPECT_TRUE(eventually(rig::default_deadline, [&] { return bounces().size() == 2; }));
    std::vector<std::string> addresses;
    for (const KeptBounce& bounce : bounces())
        addresses.push_back(bounce.record.address);
    EXPECT_THAT(addresses, ElementsAre("new@example.com", "young@example.com"));
}

} // namespace
} // namespace columbarium::e2e
