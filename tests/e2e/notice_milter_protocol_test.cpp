// SPDX-License-Identifier: LGPL-2.1-or-later
// The corners of the milter protocol, played by miltertest: tests/e2e/milter/*.lua.
#include <cstdint>
#include <optional>
#include <stdexcept>

#include "notice_milter_fixture.hpp"
#include "rig/socket.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* scripts = COLUMBARIUM_SOURCE_DIR "/tests/e2e/milter/";

class NoticeMilterProtocol : public NoticeMilterTest {
  protected:
    void SetUp() override { put_everybody(); }

    // Plays a script; global variables are "name=value". miltertest itself does not say why a script ended.
    void play(const std::string& script, const std::vector<std::string>& variables = {}) {
        const std::string text = rig::read_file(scripts + std::string("talk.lua")) +
                                 "local good, failure = pcall(function()\n" +
                                 rig::read_file(scripts + script + ".lua") +
                                 "end)\nif not good then mt.echo(failure) error(failure) end\n";
        folder().write("script.lua", text);
        std::vector<std::string> command{"miltertest", "-s", path("script.lua").string(), "-D",
                                         "socket=" + socket()};
        for (const std::string& variable : variables)
            command.insert(command.end(), {"-D", variable});
        const rig::RunResult played = rig::run(command);
        EXPECT_EQ(played.status, 0) << to_string(played);
        EXPECT_THAT(played.errors, IsEmpty());
    }

    // The actions that the filter asks for, of an MTA that offers these; nothing where it goes away. Octets
    // of the protocol: length, command, version, actions, steps.
    std::optional<std::uint32_t> actions_asked_for(std::uint32_t offered) {
        rig::Connection mta("the milter", port());
        std::string question("\0\0\0\x0dO\0\0\0\x06\0\0\0\0\0\x1f\xff\xff", 17);
        question[11] = static_cast<char>(offered >> 8);
        question[12] = static_cast<char>(offered & 0xff);
        mta.write(question);
        try {
            const std::string answer = mta.read_bytes(17);
            return static_cast<unsigned char>(answer[11]) * 256U + static_cast<unsigned char>(answer[12]);
        } catch (const std::runtime_error&) {
            return std::nullopt;
        }
    }
};

TEST_F(NoticeMilterProtocol, KnowsNothingOfAMessageThatWasAborted) {
    start();
    play("several_messages");
    EXPECT_THAT(sink.messages(), SizeIs(1)); // the reply to the last one
}

TEST_F(NoticeMilterProtocol, NeedsNoMacros) {
    start();
    play("no_macros");
    EXPECT_THAT(log(), HasSubstr("NOQUEUE: from=<writer@example.com> to=<departed@cam.example.org>: answer"));
}

TEST_F(NoticeMilterProtocol, CA_10_LooksAtNoMessageWithoutARecipientOfOurs) {
    start();
    play("no_recipient");
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeMilterProtocol, CA_4_CA_6_DC_1_RefusesWithCodeAndEnhancedCode) {
    start();
    play("reply_codes");
    EXPECT_THAT(sink.messages(), SizeIs(1));
}

TEST_F(NoticeMilterProtocol, TakesAHugeHeaderAndABodyInManyPieces) {
    start();
    play("huge");
}

TEST_F(NoticeMilterProtocol, GoesOnAfterConnectionsThatEndInTheMiddle) {
    start();
    play("cut_off");
    EXPECT_THAT(sink.messages(), SizeIs(1));
}

TEST_F(NoticeMilterProtocol, CA_20_DefersWhileTheStoreIsAway) {
    start();
    take_store_away();
    play("store_away", {"wanted=tempfail"});
    bring_store_back();
}

TEST_F(NoticeMilterProtocol, CA_20_AcceptsWhileTheStoreIsAwayWhereTheSiteWantsItSo) {
    configure("on_error = \"accept\"\n");
    start();
    take_store_away();
    play("store_away", {"wanted=accept"});
    bring_store_back();
}

TEST_F(NoticeMilterProtocol, NeedsNoneOfTheProtocolsNewerSteps) {
    start();
    play("poor_mta");
}

TEST_F(NoticeMilterProtocol, AsksForNoMoreThanTheMtaOffers) {
    start();
    EXPECT_EQ(actions_asked_for(0x1ff), 0x0dU); // to add fields, to add recipients, to take some off
    EXPECT_EQ(actions_asked_for(0x0c), 0x0cU);
    EXPECT_EQ(actions_asked_for(0x0c), 0x0cU);
    const std::string said = "does not let us add fields";
    EXPECT_THAT(log(), HasSubstr(said));
    EXPECT_EQ(log().find(said), log().rfind(said)); // once
    EXPECT_EQ(actions_asked_for(0x01), std::nullopt);
    EXPECT_THAT(log(), HasSubstr("does not let us change recipients"));
}

TEST_F(NoticeMilterProtocol, CA_2_AddsNobodyWhereForwardingIsLeftToTheMta) {
    configure("forwarding = \"leave\"\n");
    start();
    EXPECT_EQ(actions_asked_for(0x1ff), 0x08U);
}

TEST_F(NoticeMilterProtocol, LooksAtItsConfigurationAndSaysThatItIsGood) {
    configure();
    const rig::RunResult good = run({"--check"});
    EXPECT_EQ(good.status, 0) << to_string(good);
    EXPECT_THAT(good.output, HasSubstr("columbarium.toml: good"));
}

TEST_F(NoticeMilterProtocol, SaysWhatIsWrongWithItsConfiguration) {
    configure("on_error = \"explode\"\n");
    const rig::RunResult wrong = run({"--check"});
    EXPECT_EQ(wrong.status, 78); // EX_CONFIG
    EXPECT_THAT(wrong.errors, HasSubstr("on_error"));
    folder().write("columbarium.toml", "");
    EXPECT_THAT(run({"--check"}).errors, HasSubstr("[people] has no domains"));
    EXPECT_THAT(run({"--frobnicate"}).status, Not(0));
    EXPECT_EQ(run({"--version"}).status, 0);
}

TEST_F(NoticeMilterProtocol, CA_13_AR_28_WhoHasLoggedInCountsAsAuthenticated) {
    configure("", "[reply]\nauthenticated_only = true\nauthserv_ids = [\"mx.example.org\"]\n");
    start();
    play("authenticated");
    EXPECT_THAT(sink.messages(), SizeIs(1));
}

TEST_F(NoticeMilterProtocol, CA_6_DecidesOnWhatTheMtaMakesOfAnAddress) {
    start();
    play("resolved");
}

TEST_F(NoticeMilterProtocol, CA_18_ReportsNobodyOfWhomTheSenderWantsNoReport) {
    start();
    play("notify");
    EXPECT_THAT(sink.messages(), SizeIs(3)); // two replies, and one report
    EXPECT_THAT(log(), HasSubstr("to=<departed@cam.example.org>: refused, and the sender wants no report"));
}

// What is lost while the MTA does not wait for answers counts when it does.
TEST_F(NoticeMilterProtocol, CA_20_DecidesNothingOfAMessageWhoseHeaderCameInParts) {
    environment = {"MALLOC_ARENA_MAX=1", "MALLOC_TOP_PAD_=0", "MALLOC_MMAP_THRESHOLD_=65536"};
    start();
    play("no_memory", {"pid=" + std::to_string(pid())});
    EXPECT_THAT(log(), HasSubstr("a part of the message was lost"));
    EXPECT_THAT(sink.messages(), IsEmpty());
}

TEST_F(NoticeMilterProtocol, EndsWhenItIsTold) {
    start();
    stop();
    EXPECT_THAT(log(), HasSubstr("ends"));
}

} // namespace
} // namespace columbarium::e2e
