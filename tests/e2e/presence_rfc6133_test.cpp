// SPDX-License-Identifier: LGPL-2.1-or-later
// The five examples of RFC 6133 as conf.d/sieve ships them: with presence from a dict and no XMPP server at
// all, and with a real XMPP server and the user's own client.
#include <filesystem>

#include <gmock/gmock.h>

#include "rfc6133_fixture.hpp"
#include "rig/directory.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class Rfc6133 : public Rfc6133Story, public ::testing::WithParamInterface<PresenceOrigin> {
  protected:
    Rfc6133() : Rfc6133Story(GetParam()) {}
};

TEST_P(Rfc6133, EX_1_VA_14_VA_15_VA_16_VA_17_AnswersPeopleInTheBookWithTheStatus) {
    use_template("away-with-status");
    be(R"({"show": "xa", "status": "On a trip until Monday"})");
    const auto replies = sent_for("friend@example.net", 1);
    ASSERT_THAT(replies, SizeIs(1));
    const rig::SentMessage& reply = replies[0];
    EXPECT_EQ(reply.from.address, "") << "MAIL FROM:<>";
    ASSERT_THAT(reply.to, SizeIs(1));
    EXPECT_EQ(reply.to[0].address, "friend@example.net");
    EXPECT_THAT(reply.header("To"), HasSubstr("friend@example.net"));
    EXPECT_THAT(reply.header("From"), HasSubstr("user@example.org"));
    EXPECT_THAT(reply.header("Subject"), HasSubstr("Auto: Hello"));
    EXPECT_THAT(reply.header("Auto-Submitted"), HasSubstr("auto-replied"));
    EXPECT_EQ(reply.header("In-Reply-To"), "<1@example.net>");
    EXPECT_THAT(reply.header("References"), HasSubstr("<1@example.net>"));
    EXPECT_NE(reply.header("Date"), "");
    EXPECT_THAT(reply.body(), HasSubstr("On a trip until Monday"));
}

TEST_P(Rfc6133, EX_1_VS_7_AnswersOnceWithinTheInterval) {
    use_template("away-with-status");
    be(R"({"show": "xa", "status": "On a trip"})");
    sent_for("friend@example.net", 1);
    sent_for("friend@example.net", 0);
    be(R"({"show": "xa", "status": "On another trip"})");
    sent_for("friend@example.net", 0); // the handle is the same
    sent_for("mother@example.net", 1); // each sender has an interval of his own
}

TEST_P(Rfc6133, EX_1_AnswersNobodyElseAndNotWhileTheUserIsThere) {
    use_template("away-with-status");
    be("xa");
    sent_for("stranger@example.net", 0);
    for (const char* show : {"available", "away", "dnd", "offline"}) {
        be(show);
        sent_for("friend@example.net", 0);
    }
    vanish();
    sent_for("friend@example.net", 0);
}

TEST_P(Rfc6133, EX_1_PR_14_NeverAnswersWithAnEmptyText) {
    use_template("away-with-status");
    for (const char* value : {"xa", R"({"show": "xa", "status": ""})"}) {
        be(value);
        const auto replies =
            sent_for(std::string(value) == "xa" ? "friend@example.net" : "mother@example.net", 1);
        ASSERT_THAT(replies, SizeIs(1));
        EXPECT_THAT(replies[0].body(), HasSubstr("Away for a while, without access to email."));
    }
}

TEST_P(Rfc6133, EX_2_VA_3_TellsTheAssistantEachChange) {
    use_template("assistant-and-friends");
    const auto answer = [&](const char* show) {
        be(show);
        const auto replies = sent_for("assistant@example.com", 1);
        return replies.empty() ? std::string() : replies[0].body();
    };
    EXPECT_THAT(answer("away"), HasSubstr("I'll be back soon"));
    sent_for("assistant@example.com", 0);
    EXPECT_THAT(answer("dnd"), HasSubstr("not to be disturbed"));
    EXPECT_THAT(answer("xa"), HasSubstr("away for a while"));
    be("away");
    sent_for("assistant@example.com", 0); // he knows
    be("available");
    sent_for("assistant@example.com", 0);
}

TEST_P(Rfc6133, EX_2_TellsFamilyAndFriendsLessAndOthersNothing) {
    use_template("assistant-and-friends");
    for (const char* sender : {"friend@example.net", "mother@example.net"}) {
        be("dnd");
        const auto replies = sent_for(sender, 1);
        ASSERT_THAT(replies, SizeIs(1));
        EXPECT_THAT(replies[0].body(), AllOf(HasSubstr("not available"), Not(HasSubstr("disturbed"))));
        be("xa");
        sent_for(sender, 0); // one handle for all of it
    }
    sent_for("colleague@example.net", 0);
    sent_for("stranger@example.net", 0);
}

TEST_P(Rfc6133, EX_3_TellsColleaguesOnly) {
    use_template("colleagues");
    be("xa");
    const auto replies = sent_for("colleague@example.net", 1);
    ASSERT_THAT(replies, SizeIs(1));
    EXPECT_THAT(replies[0].body(), HasSubstr("Susan"));
    sent_for("colleague@example.net", 0);
    for (const char* other : {"friend@example.net", "customer@example.net", "stranger@example.net"})
        sent_for(other, 0);
    be("away");
    write_card("user", "second@example.net", "Co-workers");
    sent_for("second@example.net", 0);
}

TEST_P(Rfc6133, EX_4_VS_5_AcknowledgesEachMessageButTheStaffs) {
    use_template("acknowledge");
    for (int message = 0; message < 3; ++message) {
        const auto replies = sent_for("stranger@example.net", 1);
        ASSERT_THAT(replies, SizeIs(1));
        EXPECT_THAT(replies[0].body(), HasSubstr("has been received"));
    }
    sent_for("staff@example.net", 0);
}

TEST_P(Rfc6133, EX_5_SendsACopyToTheBackupAndKeepsTheMail) {
    use_template("copy-to-backup");
    be("xa");
    for (const char* sender : {"customer@example.net", "colleague@example.net"}) {
        const auto copies = sent_for(sender, 1);
        ASSERT_THAT(copies, SizeIs(1));
        ASSERT_THAT(copies[0].to, SizeIs(1));
        EXPECT_EQ(copies[0].to[0].address, "susan@example.com");
        EXPECT_THAT(copies[0].body(), HasSubstr("Hello"));
    }
    sent_for("stranger@example.net", 1, "Something URGENT");
    sent_for("stranger@example.net", 0, "Nothing much");
    be("available");
    sent_for("customer@example.net", 0);
}

INSTANTIATE_TEST_SUITE_P(From, Rfc6133, ::testing::Values(PresenceOrigin::dict, PresenceOrigin::xmpp),
                         [](const auto& origin) {
                             return origin.param == PresenceOrigin::dict ? "Dict" : "Xmpp";
                         });

class Rfc6133OfADict : public Rfc6133Story {
  protected:
    Rfc6133OfADict() : Rfc6133Story(PresenceOrigin::dict) {}
};

TEST_F(Rfc6133OfADict, EX_2_PR_21_TellsTheAssistantWhatTheSiteCountsAsBusy) {
    options.site_config += "[presence]\nbusy = [\"chat\"]\n";
    use_template("assistant-and-friends");
    be("chat");
    const auto replies = sent_for("assistant@example.com", 1);
    ASSERT_THAT(replies, SizeIs(1));
    EXPECT_THAT(replies[0].body(), HasSubstr("very busy"));
}

TEST_F(Rfc6133OfADict, EX_4_EL_31_AnswersNobodyOfTheStaffWhileTheListIsDown) {
    options.site_config = "[lists.\":addrbook:staff\"]\ntype = \"dict\"\n"
                          "uri = \"redis:host=127.0.0.1:port=1\"\n";
    use_template("acknowledge");
    const auto delivery = try_to_deliver(mail_to_user(), {.from = "staff@example.net"});
    EXPECT_TRUE(delivery.outcome().temporary()) << to_string(delivery);
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(Rfc6133OfADict, PR_17_AsksOncePerDelivery) {
    options.plugin_settings["columbarium_presence"] = "xmpp";
    const rig::SocketmapServer& service = serve([](const rig::SocketmapRequest&) {
        return R"(OK {"presence":"available","show":"chat","receives":true})";
    });
    use_template("assistant-and-friends");
    sent_for("assistant@example.com", 0);
    EXPECT_THAT(service.requests("presence"), SizeIs(1)) << "four tests of one JID";
    sent_for("stranger@example.net", 0);
    EXPECT_THAT(service.requests("presence"), SizeIs(1)) << "nobody asked";
}

TEST_F(Rfc6133OfADict, EX_1_EX_2_EX_3_EX_4_EX_5_CompileWithTheShippedConfiguration) {
    options = {};
    options.extra_conf =
        rig::read_file(std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / "conf.d" / "sieve-plugin.conf");
    options.site_config =
        rig::read_file(std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / "conf.d/columbarium.toml");
    for (const char* name :
         {"away-with-status", "assistant-and-friends", "colleagues", "acknowledge", "copy-to-backup"}) {
        const auto result =
            check_script("user", rig::read_file(std::filesystem::path(COLUMBARIUM_SOURCE_DIR) /
                                                "conf.d/sieve" / (std::string(name) + ".sieve")));
        EXPECT_TRUE(result.ok()) << name << ": " << to_string(result);
    }
}

} // namespace
} // namespace columbarium::e2e
