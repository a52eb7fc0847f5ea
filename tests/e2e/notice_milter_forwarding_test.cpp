// SPDX-License-Identifier: LGPL-2.1-or-later
// Postfix and columbarium-milter: addresses in other spellings, and forwarding from person to person.
#include "notice_milter_postfix_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class NoticeMilterForwarding : public NoticeMilterPostfixTest {
  protected:
    // Each forwards to the next.
    void put_chain(const std::vector<std::string>& usernames, const std::string& last) {
        for (std::size_t i = 0; i < usernames.size(); ++i)
            put(somebody(usernames[i],
                         i + 1 < usernames.size() ? usernames[i + 1] + "@cam.example.org" : last, ""));
    }

    // All that Postfix takes for this address.
    static std::vector<std::string> spellings(const std::string& username) {
        return {username + "@cam.example.org.",       "@relay.example:" + username + "@cam.example.org",
                " " + username + "@cam.example.org ", username + "@cam.example.org (x)",
                "cam.example.org!" + username,        "\"" + username + "\"@CAM.example.org"};
    }
};

TEST_F(NoticeMilterForwarding, CA_6_RefusesAnAddressInEachSpellingThatPostfixTakes) {
    begin();
    for (const std::string& path : spellings("silent"))
        EXPECT_THAT(answer(path), HasSubstr("550 5.1.6")) << path;
    EXPECT_THAT(log(), HasSubstr("to=<silent@cam.example.org>: refuse: 550 5.1.6"));
    EXPECT_THAT(log(), HasSubstr(" (has left, and named no other address)\n"));
}

TEST_F(NoticeMilterForwarding, CA_3_TakesOffWhoWasWrittenToInAnotherSpelling) {
    begin();
    int count = 0;
    for (const std::string& path : spellings("departed")) {
        const std::string from = "writer" + std::to_string(++count) + "@example.com";
        const SmtpTalk said = talk({present, path}, from, letter(from, {present, departed}));
        EXPECT_THAT(end_of(said), StartsWith("250")) << path;
        EXPECT_THAT(recipients_of(all_sent()), UnorderedElementsAre("present@hermes.example.org", from))
            << path;
        sink.clear();
    }
}

TEST_F(NoticeMilterForwarding, CA_12_AR_10_KnowsThePersonHimselfInAnotherSpelling) {
    begin();
    for (const char* from : {"departed@example.com.", "@relay.example:departed@example.com"})
        EXPECT_THAT(answer(departed, from), HasSubstr("550 5.1.6")) << from;
    EXPECT_THAT(all_sent(), IsEmpty());
}

TEST_F(NoticeMilterForwarding, CA_2_FollowsForwardingFromPersonToPerson) {
    put_chain({"first", "second"}, traveller);
    put_chain({"other"}, present);
    begin();
    EXPECT_THAT(answer("first@cam.example.org"), HasSubstr("250"));
    EXPECT_THAT(answer("other@cam.example.org"), HasSubstr("250"));
    EXPECT_THAT(recipients_of(sink.wait_for(2)),
                UnorderedElementsAre("traveller@example.net", "present@hermes.example.org"));
}

TEST_F(NoticeMilterForwarding, CA_6_RefusesWhoForwardsToSomebodyWhoHasLeftNoAddress) {
    put_chain({"first", "second"}, silent);
    begin();
    const SmtpTalk said = talk({"first@cam.example.org"});
    EXPECT_THAT(to_string(said.recipient("first@cam.example.org")), HasSubstr("550 5.1.6"));
    EXPECT_FALSE(said.end_of_data);
}

TEST_F(NoticeMilterForwarding, CA_3_AnswersForWhoForwardsToSomebodyWhoHasLeftAnAddress) {
    put_chain({"first", "second"}, departed);
    begin();
    EXPECT_THAT(answer("first@cam.example.org"), HasSubstr("250"));
    const auto sent = all_sent();
    ASSERT_THAT(recipients_of(sent), ElementsAre(writer));
    EXPECT_THAT(sent[0].body(), AllOf(HasSubstr("first@cam.example.org"), HasSubstr("departed@example.com")));
    EXPECT_THAT(answer(departed), HasSubstr("550 5.1.6")); // he was told of this person
}

TEST_F(NoticeMilterForwarding, CA_14_RefusesForwardingInACircle) {
    put_chain({"first", "second", "third"}, "second@cam.example.org");
    put_chain({"a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10"}, "far@example.net");
    begin();
    EXPECT_THAT(answer("first@cam.example.org"), HasSubstr("554 5.4.6"));
    EXPECT_THAT(answer("a0@cam.example.org"), HasSubstr("554 5.4.6"));
    EXPECT_THAT(answer("a1@cam.example.org"), HasSubstr("250"));
    EXPECT_THAT(recipients_of(all_sent()), ElementsAre("far@example.net"));
}

TEST_F(NoticeMilterForwarding, CA_14_KnowsAMessageThatWasForwardedFromPersonToPersonAndComesRound) {
    put_chain({"first", "second"}, "second@example.net");
    begin();
    const std::string first = "first@cam.example.org";
    EXPECT_THAT(answer(first), HasSubstr("250"));
    const auto sent = sent_to("second@example.net", 1);
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].header("X-Columbarium-Forwarded"), "second@cam.example.org");
    EXPECT_THAT(end_of(talk({first}, writer, sent[0].text)), HasSubstr("554 5.4.6"));
}

TEST_F(NoticeMilterForwarding, NamesNobodyToOtherRecipientsOfAMessage) {
    put(somebody("hidden", "hidden@example.net", ""));
    begin();
    const std::vector<std::string> all{traveller, "hidden@cam.example.org", "anybody@hermes.example.org"};
    EXPECT_THAT(end_of(talk(all, writer, letter(writer, {"anybody@hermes.example.org"}))), StartsWith("250"));
    const auto sent = all_sent();
    EXPECT_THAT(recipients_of(sent), UnorderedElementsAre("traveller@example.net", "hidden@example.net",
                                                          "anybody@hermes.example.org"));
    for (const rig::SentMessage& message : sent)
        EXPECT_THAT(message.text, AllOf(Not(HasSubstr("traveller")), Not(HasSubstr("hidden"))));
}

} // namespace
} // namespace columbarium::e2e
