// SPDX-License-Identifier: LGPL-2.1-or-later
// Forwards that do not go out, and scripts that keep the message themselves or in part: it is in INBOX once.
#include <gmock/gmock.h>

#include "desk_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using Flags = std::set<std::string>;

class DeskKeep : public DeskTest {
  protected:
    DeskKeep() {
        for (const char* address : {"meta@example.net", "disputes@example.net"})
            sink.refuse(address);
    }

    // Makes INBOX a mailbox that takes mail and cannot commit it, or heals it.
    void break_inbox(bool breaks) {
        const std::string maildir = (dovecot().directory() / "home/support/Maildir").string();
        EXPECT_EQ(dovecot().run({"chmod", breaks ? "500" : "700", maildir + "/new", maildir + "/cur"}).status,
                  0);
    }
};

TEST_F(DeskKeep, OfAnEarlierScriptIsNoneWhereALaterOneCancelsIt) {
    options.sieve_before = "keep;\n";
    route(R"(route "meta";)", a_request("hello"));
    expect_not_forwarded(1);
}

TEST_F(DeskKeep, BesideARouteIsNoneWhereALaterScriptDiscards) {
    options.sieve_before = script(R"(route "disputes"; keep;)");
    route(R"(route "meta"; discard;)", a_request("hello"));
    expect_not_forwarded(1);
}

TEST_F(DeskKeep, OfAnEarlierScriptHoldsWhereALaterOneDoesNothing) {
    options.sieve_before = script(R"(route "meta"; keep;)");
    route("", a_request("hello"));
    EXPECT_THAT(mailbox("support"), SizeIs(1));
}

TEST_F(DeskKeep, ComesBeforeTheRouteWithFlagsOfItsOwn) {
    route(R"(keep :flags "mine"; route "meta";)", a_request("hello"));
    EXPECT_THAT(mailbox("support"), SizeIs(1));
}

TEST_F(DeskKeep, MayBeAFileintoInAnyCase) {
    route(R"(route "meta"; fileinto "inbox";)", a_request("hello"));
    EXPECT_THAT(mailbox("support"), SizeIs(1));
}

TEST_F(DeskKeep, HasTheFlagsOfTheScriptAndStopsNoOtherChannel) {
    route(R"(route "meta"; route "help"; addflag "$Late"; keep;)", a_request("hello"));
    EXPECT_EQ(only_sent().to.at(0).address, "help@example.net");
    EXPECT_EQ(only_message("support").flags, Flags{"$Late"});
}

TEST_F(DeskKeep, ThatFailsMakesTheDeliveryWait) {
    for (const char* commands : {R"(route "meta"; keep;)", R"(route "meta"; fileinto "INBOX";)"}) {
        route("keep;", a_request("first"));
        const auto before = mailbox("support").size();
        break_inbox(true);
        const auto delivery = try_to_route(commands, a_request("hello"));
        break_inbox(false);
        EXPECT_TRUE(delivery.outcome().temporary()) << commands << to_string(delivery);
        EXPECT_THAT(mailbox("support"), SizeIs(before)) << commands;
    }
}

TEST_F(DeskKeep, IsOfTheDeskWithTheFlagsThatTheScriptHadSet) {
    route(R"(addflag "$Signed \\Flagged"; route "meta"; addflag "$Late";)", a_request("hello"));
    EXPECT_EQ(only_message("support").flags, (Flags{"$NotForwarded", "$Signed", "\\Flagged"}));
}

TEST_F(DeskKeep, UsesUpNoLimitOfTheHour) {
    sink.refuse("help@example.net", "450 4.2.1 Not now");
    for (int i = 0; i < 3; ++i) // two an hour may go out
        EXPECT_TRUE(try_to_route(R"(route "help";)", a_request("hello")).outcome().temporary());
    sink.refuse("help@example.net");
    route(R"(route "help";)", a_request("hello"));
    expect_not_forwarded(1);
    sink.accept_everything();
    for (int i = 0; i < 2; ++i)
        route(R"(route "help";)", a_request("hello"));
    EXPECT_THAT(sink.wait_for(2), SizeIs(2));
    expect_not_forwarded(1);
}

TEST_F(DeskKeep, GivesBackTheCountOfWhatAnotherActionStopped) {
    desk_server();
    create_mailbox("support", "Shut");
    const std::string folder = (dovecot().directory() / "home/support/Maildir/.Shut").string();
    const auto open = [&](const char* mode) {
        EXPECT_EQ(
            dovecot().run({"chmod", mode, folder, folder + "/tmp", folder + "/new", folder + "/cur"}).status,
            0);
    };
    open("500");
    for (int i = 0; i < 3; ++i) // two an hour may go out
        (void)try_to_route(R"(route "help"; fileinto "Shut";)", a_request("hello"));
    EXPECT_THAT(sink.messages(), IsEmpty());
    open("700");
    route(R"(route "help";)", a_request("hello"));
    EXPECT_EQ(only_sent().to.at(0).address, "help@example.net");
}

} // namespace
} // namespace columbarium::e2e
