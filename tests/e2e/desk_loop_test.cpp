// SPDX-License-Identifier: LGPL-2.1-or-later
// Desks whose forwards come back: by another desk, or as a bounce. The test is the MTA between them.
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "desk_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t most_rounds = 20; // a loop that goes on so long does not end

class DeskLoop : public DeskTest {
  protected:
    // Desks of one site that forward to each other. Each is known by its own address.
    void use_two_desks() {
        options.site_config = R"([store]
sqlite = "@directory@/store/desk.sqlite"

[destinations.one]
kind = "channel"
forward_to = "one@example.org"

[destinations.two]
kind = "channel"
forward_to = "two@example.org"

[destinations.meta]
kind = "channel"
forward_to = "meta@example.net"
)";
        desk_server();
        use_script("one", script(R"(route "two";)"));
        use_script("two", script(R"(route "one";)"));
    }

    // Delivers what went out, and what goes out because of it, until nothing does. Returns how many there
    // were.
    std::size_t deliver_what_goes_out() {
        std::size_t count = 0;
        for (std::size_t round = 0; round < most_rounds; ++round) {
            const auto sent = sink.messages();
            if (sent.empty())
                return count;
            sink.clear();
            for (const auto& message : sent) {
                deliver(message.text, {.from = message.from.address, .to = {message.to.at(0).address}});
                ++count;
            }
        }
        ADD_FAILURE() << "it has not ended after " << count << " messages";
        return count;
    }

    // The report that a message could not be delivered, as an MTA makes it.
    [[nodiscard]] static std::string bounce_of(const rig::SentMessage& message) {
        return rig::message(
                   "From: MAILER-DAEMON@mail.example.net\nTo: " + message.from.address +
                   "\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
                   "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n"
                   "\tboundary=\"=_bounce_of_the_test\"\n\n--=_bounce_of_the_test\n\nNo such user.\n"
                   "--=_bounce_of_the_test\nContent-Type: message/delivery-status\n\n"
                   "Reporting-MTA: dns; mail.example.net\n\nFinal-Recipient: rfc822; " +
                   message.to.at(0).address +
                   "\nAction: failed\nStatus: 5.1.1\n\n--=_bounce_of_the_test\n"
                   "Content-Type: message/rfc822\n\n") +
               message.text + "\r\n--=_bounce_of_the_test--\r\n";
    }
};

TEST_F(DeskLoop, EndsBetweenTwoDesksThatForwardToEachOther) {
    use_two_desks();
    deliver(a_request("round and round"), {.from = "elena@example.com", .to = {"one@example.org"}});
    EXPECT_EQ(deliver_what_goes_out(), 2U) << "from one to two, and from two to one";
    const auto kept = mailbox("one");
    ASSERT_THAT(kept, SizeIs(1)) << "a human has to see it";
    EXPECT_TRUE(kept[0].has_flag("$NotForwarded"));
    EXPECT_THAT(kept[0].text, HasSubstr("Please help me.")) << "nothing is lost";
    EXPECT_THAT(mailbox("two"), IsEmpty());
    expect_in_log("not forwarded to channel 'two': ");
}

TEST_F(DeskLoop, EndsAtADeskThatForwardsToItself) {
    use_two_desks();
    use_script("one", script(R"(route "one";)"));
    deliver(a_request("to myself"), {.from = "elena@example.com", .to = {"one@example.org"}});
    EXPECT_EQ(deliver_what_goes_out(), 1U);
    EXPECT_THAT(mailbox("one"), SizeIs(1));
}

TEST_F(DeskLoop, EndsWhereAChannelBouncesWhatTheDeskForwards) {
    use_two_desks();
    use_script("one", script(R"(route "meta";)"));
    deliver(a_request("into the void"), {.from = "elena@example.com", .to = {"one@example.org"}});
    const auto sent = sink.wait_for(1);
    ASSERT_THAT(sent, SizeIs(1));
    EXPECT_EQ(sent[0].from.address, "one@example.org") << "its failure comes back to the desk";
    sink.clear();
    deliver(bounce_of(sent[0]), {.from = "", .to = {sent[0].from.address}});
    EXPECT_THAT(sink.messages(), IsEmpty()) << "not to the channel again";
    const auto kept = mailbox("one");
    ASSERT_THAT(kept, SizeIs(1));
    EXPECT_TRUE(kept[0].has_flag("$NotForwarded"));
    EXPECT_THAT(kept[0].text, HasSubstr("Please help me."));
    expect_in_log("not forwarded to channel 'meta': it reports that a forward of one@example.org");
}

TEST_F(DeskLoop, EndsWhereAnAnswerByMachineComesToAForward) {
    use_two_desks();
    use_script("one", script(R"(route "meta";)"));
    deliver(a_request("anybody there?"), {.from = "elena@example.com", .to = {"one@example.org"}});
    const auto sent = sink.wait_for(1);
    ASSERT_THAT(sent, SizeIs(1));
    sink.clear();
    deliver(rig::message("From: meta@example.net\nTo: one@example.org\nSubject: Auto: anybody there?\n"
                         "Auto-Submitted: auto-replied\nIn-Reply-To: " +
                         sent[0].header("Message-ID") + "\n\nWe are on holiday.\n"),
            {.from = "", .to = {"one@example.org"}});
    EXPECT_THAT(sink.messages(), IsEmpty());
    EXPECT_TRUE(only_message("one").has_flag("$NotForwarded"));
    expect_in_log("not forwarded to channel 'meta': it is an automatic answer");
}

} // namespace
} // namespace columbarium::e2e
