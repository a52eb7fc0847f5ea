// SPDX-License-Identifier: LGPL-2.1-or-later
// The service's map "forward": how many forwards a desk may send in an hour.
#include <filesystem>

#include <gmock/gmock.h>

#include "desk/forward_count.hpp"
#include "desk_maps_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using wire::ReplyStatus;

class ForwardMap : public DeskMapsTest {
  protected:
    std::string count(const std::string& channel, const std::string& user = "support") {
        return ask_as_mail_user("forward", desk::to_key(desk::ForwardCount{user, channel}));
    }

    // What `channel` answers until it answers something else than "counted", which it does `most` times: the
    // hour may end meanwhile, once.
    std::string limit_of(const std::string& channel, std::size_t most) {
        for (std::size_t i = 0; i < 2 * most + 1; ++i)
            if (std::string answer = count(channel); answer != "counted")
                return answer;
        return "counted " + std::to_string(2 * most + 1) + " times";
    }
};

TEST_F(ForwardMap, CountsForwardsUntilTheChannelHasSentItsHoursShare) {
    EXPECT_EQ(count("disputes"), "counted");
    EXPECT_EQ(limit_of("Disputes", 2), "limit destinations.disputes.per_hour");
    EXPECT_EQ(count("help"), "counted") << "what was refused has counted";
}

TEST_F(ForwardMap, CountsForwardsOfAllChannelsTogether) {
    EXPECT_EQ(count("disputes"), "counted");
    EXPECT_EQ(limit_of("Help", 3), "limit desk.forwards_per_hour");
}

TEST_F(ForwardMap, KeepsItsNumbersInTheStore) {
    const auto limit_in_store = [&] {
        EXPECT_EQ(count("disputes"), "counted");
        return people()
            .count_forward("support", "disputes", {1, 10},
                           std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()))
            .value();
    };
    std::string limit = limit_in_store();
    if (limit.empty()) // the hour has ended meanwhile
        limit = limit_in_store();
    EXPECT_EQ(limit, "destinations.disputes.per_hour");
}

TEST_F(ForwardMap, TakesBackWhatHasNotGoneOut) {
    const std::string key = desk::to_key(desk::ForwardCount{"support", "disputes", true});
    for (int i = 0; i < 3; ++i) { // the limit is two
        EXPECT_EQ(count("disputes"), "counted");
        EXPECT_EQ(ask_as_mail_user("forward", key), "given back");
    }
    EXPECT_THAT(ask_as_mail_user("forward", desk::to_key(desk::ForwardCount{"sales", "disputes", true})),
                HasSubstr("not allowed"));
}

TEST_F(ForwardMap, CountsForTheUserWhoAsksOnly) {
    for (const char* user : {"sales", "stranger"})
        EXPECT_THAT(count("disputes", user), HasSubstr("not allowed")) << user;
    EXPECT_THAT(ask_as_mail_user("forward", "nonsense"), HasSubstr("no JSON"));
    EXPECT_THAT(ask_as_mail_user("forward", "{}"), HasSubstr("has no \"user\""));
    EXPECT_EQ(count("disputes"), "counted");
}

// Who asks has read a newer columbarium.toml: the mail waits.
TEST_F(ForwardMap, FailsForATimeWhereTheServiceDoesNotKnowTheChannelYet) {
    for (const char* name : {"nowhere", "Returns"})
        EXPECT_THAT(ask_on(socket_of("columbarium-settings"), "forward",
                           desk::to_key(desk::ForwardCount{"support", name})),
                    Fails(ReplyStatus::temporary, "reload Dovecot"))
            << name;
}

TEST_F(ForwardMap, FailsForATimeWhereTheStoreIsAwayAndTellsNobodyWhereItIs) {
    people_server().write_file("store/people.sqlite", std::string(8'192, 'x'));
    EXPECT_THAT(count("disputes"), AllOf(HasSubstr("the store cannot be asked"), Not(HasSubstr("sqlite"))));
}

TEST_F(ForwardMap, IsForMailProcessesOnly) {
    const std::string key = desk::to_key(desk::ForwardCount{"support", "disputes"});
    for (const char* socket : {"columbarium", "columbarium-people", "columbarium-delivery"})
        EXPECT_EQ(ask_on(socket_of(socket), "forward", key).status, ReplyStatus::permanent) << socket;
}

} // namespace
} // namespace columbarium::e2e
