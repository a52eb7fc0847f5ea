// SPDX-License-Identifier: LGPL-2.1-or-later
// Forwards that do not go out: nothing is lost, nothing goes out twice, and the log says why.
#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>

#include "desk_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeskForwardFailure : public DeskTest {};

TEST_F(DeskForwardFailure, LeavesTheMailInInboxWhereTheChannelsLimitIsReached) {
    for (int i = 0; i < 3; ++i)
        route(R"(route "help";)", a_request("hello"));
    EXPECT_THAT(sink.wait_for(2), SizeIs(2));
    expect_not_forwarded(1);
    expect_in_log("not forwarded to channel 'help': the limit destinations.help.per_hour is reached");
}

TEST_F(DeskForwardFailure, LeavesTheMailInInboxWhereTheDesksLimitIsReached) {
    for (int i = 0; i < 6; ++i)
        route(R"(route "meta";)", a_request("hello"));
    EXPECT_THAT(sink.wait_for(5), SizeIs(5));
    expect_not_forwarded(1);
    expect_in_log("not forwarded to channel 'meta': the limit desk.forwards_per_hour is reached");
}

TEST_F(DeskForwardFailure, SendsNoMessageToMoreChannelsThanTheSiteAllows) {
    route(R"(route "disputes"; route "meta"; route "help";)", a_request("hello"));
    EXPECT_THAT(sink.wait_for(2), SizeIs(2));
    expect_not_forwarded(1);
    expect_in_log("not forwarded to channel 'help': desk.forwards_per_message is 2");
}

TEST_F(DeskForwardFailure, SendsNothingWhereTheSiteForbidsRedirects) {
    options.plugin_settings["sieve_max_redirects"] = "0";
    route(R"(route "meta";)", a_request("hello"));
    EXPECT_THAT(sink.messages(), IsEmpty());
    expect_not_forwarded(1);
}

TEST_F(DeskForwardFailure, DoesNotForwardWhatThisDeskHasForwarded) {
    route(R"(route "meta";)",
          a_request("hello", "X-Columbarium-Forward: support@example.org; channel=meta\n"));
    EXPECT_THAT(sink.messages(), IsEmpty());
    expect_not_forwarded(1);
    expect_in_log("not forwarded to channel 'meta': ");
}

TEST_F(DeskForwardFailure, SeesTheMarkThatAScriptDeletes) {
    route(R"(deleteheader "X-Columbarium-Forward"; route "meta";)",
          a_request("hello", "X-Columbarium-Forward: support@example.org; channel=meta\n"));
    EXPECT_THAT(sink.messages(), IsEmpty());
    expect_not_forwarded(1);
}

TEST_F(DeskForwardFailure, KeepsTheMailInInboxThoughABucketHasItToo) {
    sink.refuse("meta@example.net");
    route(R"(route "misc"; route "meta";)", a_request("hello"));
    EXPECT_THAT(mailbox("support", "Misc"), SizeIs(1));
    expect_not_forwarded(1);
}

TEST_F(DeskForwardFailure, KeepsItOnceWhereSeveralChannelsRefuse) {
    sink.refuse("meta@example.net");
    sink.refuse("disputes@example.net");
    route(R"(route "disputes"; route "meta";)", a_request("hello"));
    expect_not_forwarded(1);
    expect_in_log("not forwarded to channel 'disputes'");
    expect_in_log("not forwarded to channel 'meta'");
}

TEST_F(DeskForwardFailure, GoesToTheOtherChannelsWhereOneRefuses) {
    sink.refuse("disputes@example.net");
    route(R"(route "disputes"; route "meta";)", a_request("hello"));
    EXPECT_EQ(only_sent().to.at(0).address, "meta@example.net");
    expect_not_forwarded(1);
}

TEST_F(DeskForwardFailure, StoresNoSecondCopyWhereTheScriptKeeps) {
    sink.refuse("meta@example.net");
    route(R"(route "meta"; keep;)", a_request("hello"));
    EXPECT_THAT(mailbox("support"), SizeIs(1));
    expect_in_log("not forwarded to channel 'meta'");
}

TEST_F(DeskForwardFailure, StoresNoCopyInTheChannelsMailboxOfWhatDidNotGo) {
    sink.refuse_messages("554 5.6.0 We do not like it");
    route(R"(route "disputes";)", a_request("hello"));
    EXPECT_THAT(mailbox("support", "Sent/disputes"), IsEmpty());
    expect_not_forwarded(1);
    expect_in_log("We do not like it");
}

TEST_F(DeskForwardFailure, WaitsWhereTheMtaDefers) {
    sink.refuse_messages("451 4.3.0 Try again later");
    const auto delivery = try_to_route(R"(route "disputes"; route "misc";)", a_request("hello"));
    EXPECT_TRUE(delivery.outcome().temporary()) << to_string(delivery);
    EXPECT_THAT(mailbox("support"), IsEmpty());
    EXPECT_THAT(mailbox("support", "Misc"), IsEmpty());
    EXPECT_THAT(mailbox("support", "Sent/disputes"), IsEmpty());
    expect_in_log("failed to forward to channel 'disputes'");
}

TEST_F(DeskForwardFailure, DoesNotRepeatWhatHasGoneToAnotherChannel) {
    sink.refuse("meta@example.net", "450 4.2.1 Not now");
    route(R"(route "disputes"; route "meta";)", a_request("hello"));
    EXPECT_EQ(only_sent().to.at(0).address, "disputes@example.net");
    expect_not_forwarded(1);
    expect_in_log("not repeated");
}

TEST_F(DeskForwardFailure, WaitsWhereTheServiceIsAway) {
    options.service = false;
    const auto delivery = try_to_route(R"(route "disputes";)", a_request("hello"));
    EXPECT_TRUE(delivery.outcome().temporary()) << to_string(delivery);
    EXPECT_THAT(sink.messages(), IsEmpty());
    EXPECT_THAT(mailbox("support"), IsEmpty());
}

TEST_F(DeskForwardFailure, WaitsWhereColumbariumTomlIsBroken) {
    desk_server();
    use_script("support", script(R"(route "disputes";)"));
    change_site("[destinations.disputes]\nkind = \"chanel\"\n");
    const auto delivery = try_to_deliver(a_request("hello"), {.to = {desk}});
    EXPECT_TRUE(delivery.outcome().temporary()) << to_string(delivery);
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(DeskForwardFailure, IsSentAllTheSameWhereItsCopyCannotBeStored) {
    desk_server();
    create_mailbox("support", "Sent/disputes");
    const std::string folder = (dovecot().directory() / "home/support/Maildir/.Sent.disputes").string();
    ASSERT_EQ(
        dovecot().run({"chmod", "500", folder, folder + "/tmp", folder + "/new", folder + "/cur"}).status, 0);
    route(R"(route "disputes";)", a_request("hello"));
    EXPECT_EQ(only_sent().to.at(0).address, "disputes@example.net");
    EXPECT_THAT(mailbox("support"), IsEmpty()) << "it went out";
    expect_in_log("no copy of what went to channel 'disputes' could be stored");
}

TEST_F(DeskForwardFailure, RefusesForQuotaWhatCanNeitherGoNorBeKept) {
    options.quota_rule = "*:bytes=100";
    sink.refuse("meta@example.net");
    const auto delivery = try_to_route(R"(route "meta";)", a_request("hello"));
    EXPECT_FALSE(delivery.accepted()) << "the sender has to be told";
}

} // namespace
} // namespace columbarium::e2e
