// SPDX-License-Identifier: LGPL-2.1-or-later
// Automatic answers of a desk: to users of a mail program that writes to the wrong address. The rules are
// those of docs/conformance.md, "AR-n"; tests of common/reply have each of them, here are those that a desk
// meets.
#include <filesystem>

#include <gmock/gmock.h>

#include "desk_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeskAnswer : public DeskTest {
  protected:
    // A message by the program, routed to its bucket.
    void write(const std::string& fields = "", const std::string& from = "elena@example.com") {
        route(R"(if triage :contains "mailer" "The Bat!" { route "bat"; })",
              a_request("Hello", "X-Mailer: The Bat! (v3.99.29) Professional\n" + fields), from);
    }

    // The message is in the bucket, no answer went out, and the log says why.
    void expect_no_answer(std::string_view why, std::size_t stored = 1) {
        EXPECT_THAT(mailbox("support", "Bat"), SizeIs(stored));
        expect_in_log(why);
        EXPECT_THAT(sink.messages(), IsEmpty());
    }
};

TEST_F(DeskAnswer, GoesToTheReversePathInBothLanguages) {
    write();
    const auto answer = only_sent();
    EXPECT_EQ(answer.from.address, "") << "AR-14: the null sender";
    ASSERT_THAT(answer.to, SizeIs(1));
    EXPECT_EQ(answer.to[0].address, "elena@example.com");
    EXPECT_THAT(answer.header("From"), HasSubstr(desk));
    EXPECT_EQ(answer.header("Auto-Submitted"), "auto-replied");
    EXPECT_EQ(answer.header("In-Reply-To"), "<request.1@example.com>");
    EXPECT_EQ(answer.header("Subject"), "Auto: Hello");
    EXPECT_THAT(answer.body(), AllOf(HasSubstr("(en)"), HasSubstr("(ru)"), HasSubstr("About: Hello")));
    EXPECT_THAT(mailbox("support", "Bat"), SizeIs(1));
    EXPECT_THAT(mailbox("support"), IsEmpty());
    expect_in_log("'the-bat' to=<elena@example.com>: answered");
}

TEST_F(DeskAnswer, GoesToASenderOnceInSevenDays) {
    write();
    EXPECT_THAT(sink.wait_for(1), SizeIs(1));
    sink.clear();
    write();
    write("", "ELENA@example.com");
    expect_no_answer("no answer: AR-3", 3);
}

TEST_F(DeskAnswer, GoesToEachSender) {
    write();
    write("", "bruno@example.com");
    EXPECT_THAT(sink.wait_for(2), SizeIs(2));
}

TEST_F(DeskAnswer, NeverGoesToTheNullSender) {
    write("", "");
    expect_no_answer("no answer: AR-6");
}

TEST_F(DeskAnswer, NeverGoesToMachines) {
    write("Auto-Submitted: auto-generated\n");
    expect_no_answer("AR-2 Auto-Submitted: auto-generated");
}

TEST_F(DeskAnswer, NeverGoesToMailingLists) {
    write("List-Id: <users.example.com>\n");
    expect_no_answer("no answer: AR-9");
}

TEST_F(DeskAnswer, NeverGoesToTheDeskItself) {
    write("", desk);
    expect_no_answer("no answer: AR-10");
}

TEST_F(DeskAnswer, SeesWhatAScriptTakesAway) {
    route(R"(deleteheader "Auto-Submitted"; route "bat";)",
          a_request("Hello", "Auto-Submitted: auto-replied\n"));
    expect_no_answer("no answer: AR-2");
}

TEST_F(DeskAnswer, GoesToNobodyWhoDoesNotNameTheDesk) {
    route(R"(route "bat";)",
          rig::message("From: elena@example.com\nTo: others@example.com\nSubject: x\n\nx\n"));
    expect_no_answer("no answer: AR-4");
}

TEST_F(DeskAnswer, IsForgivenWhereItsTextCannotBeRead) {
    desk_server();
    std::filesystem::remove(dovecot().directory() / "answers/the-bat.ru.txt");
    write();
    expect_no_answer("the-bat.ru.txt");
    dovecot().write_file("answers/the-bat.ru.txt", "ru\n");
    write();
    EXPECT_THAT(sink.wait_for(1), SizeIs(1)) << "the sender has lost nothing by it";
}

TEST_F(DeskAnswer, IsForgivenWhereTheServiceIsAway) {
    options.service = false;
    write();
    expect_no_answer("no answer: ");
}

TEST_F(DeskAnswer, MayBeTriedAgainWhereTheMtaRefusedIt) {
    sink.refuse("elena@example.com", "450 4.2.1 Not now");
    write();
    expect_no_answer("Not now");
    sink.accept_everything();
    write();
    EXPECT_THAT(sink.wait_for(1), SizeIs(1));
}

TEST_F(DeskAnswer, IsNotSentWhereTheMailHasToWait) {
    sink.refuse("meta@example.net", "450 4.2.1 Not now");
    const auto delivery = try_to_route(R"(route "meta"; route "bat";)", a_request("Hello"));
    EXPECT_TRUE(delivery.outcome().temporary()) << to_string(delivery);
    EXPECT_THAT(sink.messages(), IsEmpty());
}

} // namespace
} // namespace columbarium::e2e
