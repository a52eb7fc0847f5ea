// SPDX-License-Identifier: LGPL-2.1-or-later
// What `notify "xmpp:..."` hands to the service (RFC 5435 section 3, RFC 5437 section 2).
#include <atomic>
#include <optional>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>

#include "notify_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using NotifyXmpp = NotifyTest;

TEST_F(NotifyXmpp, EN_12_SendsAndKeepsTheMail) {
    const auto sent = notification_of("notify :message \"You have mail\" \"xmpp:user@example.com\";");
    EXPECT_EQ(sent.value("to", ""), "user@example.com");
    EXPECT_EQ(sent.value("owner", ""), "user");
    EXPECT_EQ(sent.value("body", ""), "You have mail");
    EXPECT_EQ(sent.value("type", ""), "normal");
    EXPECT_GT(sent.value("created", 0), 1'000'000'000);
    EXPECT_THAT(sent.value("id", ""), SizeIs(32));
    EXPECT_THAT(mailbox("user"), SizeIs(1));
}

TEST_F(NotifyXmpp, EN_1_EN_7_XN_12_TakesTheTextFromTheScriptThenTheUriThenTheSite) {
    EXPECT_EQ(
        notification_of("notify :message \"From the script\" \"xmpp:user@example.com?message;body=No\";")
            .value("body", ""),
        "From the script");
    EXPECT_EQ(
        notification_of("notify \"xmpp:user@example.com?message;body=From%20the%20URI\";").value("body", ""),
        "From the URI");
    EXPECT_THAT(
        notification_of("notify \"xmpp:user@example.com\";", mail_to_user("Tickets")).value("body", ""),
        AllOf(HasSubstr("sender@example.net"), HasSubstr("Tickets")));
}

TEST_F(NotifyXmpp, EN_7_DecodesTheFieldsOfTheMail) {
    const auto sent =
        notification_of("notify \"xmpp:user@example.com\";", mail_to_user("=?utf-8?q?Gr=C3=BC=C3=9Fe?="));
    EXPECT_THAT(sent.value("body", ""), HasSubstr("Gr\xC3\xBC\xC3\x9F"
                                                  "e"));
}

TEST_F(NotifyXmpp, XN_13_TakesTheSubjectFromTheUri) {
    EXPECT_EQ(notification_of("notify \"xmpp:user@example.com?message;subject=Hi%21\";").value("subject", ""),
              "Hi!");
    EXPECT_EQ(notification_of("notify \"xmpp:user@example.com\";").value("subject", ""), "SIEVE");
}

TEST_F(NotifyXmpp, EN_5_XN_7_TellsTheImportanceAsUrgency) {
    const auto urgency = [&](const std::string& tag) {
        return notification_of("notify " + tag + " \"xmpp:user@example.com\";").value("urgency", "");
    };
    EXPECT_EQ(urgency(":importance \"1\""), "high");
    EXPECT_EQ(urgency(":importance \"2\""), "medium");
    EXPECT_EQ(urgency(":importance \"3\""), "low");
    EXPECT_EQ(urgency(""), "medium");
}

TEST_F(NotifyXmpp, EN_5_DisturbsNobodyForWhatIsNotImportant) {
    publish("user@example.com", "dnd");
    EXPECT_THAT(notifications_of("notify :importance \"3\" \"xmpp:user@example.com\";"), IsEmpty());
    EXPECT_THAT(log_lines("do not disturb")[0], HasSubstr("user@example.com"));
    EXPECT_THAT(notifications_of("notify :importance \"2\" \"xmpp:user@example.com\";"), SizeIs(1));
    publish("user@example.com", "away");
    EXPECT_THAT(notifications_of("notify :importance \"3\" \"xmpp:user@example.com\";"), SizeIs(1));
    unpublish("user@example.com");
    EXPECT_THAT(notifications_of("notify :importance \"3\" \"xmpp:user@example.com\";"), SizeIs(1));
    EXPECT_THAT(mailbox("user"), SizeIs(4));
}

TEST_F(NotifyXmpp, XN_6_XN_15_NamesWhomItIsFrom) {
    EXPECT_EQ(notification_of("notify :from \"romeo@example.com\" \"xmpp:user@example.com\";")
                  .value("resent_from", ""),
              "romeo@example.com");
    EXPECT_EQ(notification_of("notify \"xmpp:user@example.com\";").value("resent_from", ""),
              "user@example.org");
}

TEST_F(NotifyXmpp, XN_2_XN_5_XN_10_SendsToWhomTheUriNames) {
    EXPECT_EQ(notification_of("notify \"xmpp:user@example.com/v%20Praze\";").value("to", ""),
              "user@example.com/v Praze");
    EXPECT_EQ(
        notification_of("notify \"XMPP://guest@example.com/user@example.com?roster;x=y\";").value("to", ""),
        "user@example.com");
    const auto sent = notification_of(
        "notify \"xmpp:user@example.com?message;type=chat;from=boss@example.com;body=Text;foo=bar\";");
    EXPECT_EQ(sent.value("body", ""), "Text");
    EXPECT_EQ(sent.value("type", ""), "normal");
}

TEST_F(NotifyXmpp, XN_18_TakesUrisThatAreFoldedAsTheRfcPrintsThem) {
    const auto sent = notification_of(
        "notify text:\nxmpp:user@example.com\n?message;subject=SIEVE;body=You%20have\n%20mail\n.\n;");
    EXPECT_EQ(sent.value("to", ""), "user@example.com");
    EXPECT_EQ(sent.value("body", ""), "You have mail");
}

TEST_F(NotifyXmpp, XN_9_XN_14_IsWhatTheSiteSays) {
    options.site_config =
        "[notify]\ntype = \"headline\"\nsubject = \"Post\"\n"
        "text = \"{recipient} got {subject}\"\nurl = \"imap://imap.example.org/{mailbox}\"\n";
    const auto sent = notification_of("notify \"xmpp:user@example.com\";");
    EXPECT_EQ(sent.value("type", ""), "headline");
    EXPECT_EQ(sent.value("subject", ""), "Post");
    EXPECT_EQ(sent.value("body", ""), "user@example.org got Hello");
    EXPECT_EQ(sent.value("url", ""), "imap://imap.example.org/INBOX");
}

TEST_F(NotifyXmpp, EN_8_XN_18_SendsNothingThatXmlForbids) {
    const auto sent = notification_of("if header :matches \"subject\" \"*\" {\n"
                                      "notify :message \"${1}\" \"xmpp:user@example.com\"; }",
                                      mail_to_user("<a href='x'>&\x01\x1b ok"));
    EXPECT_EQ(sent.value("body", ""), "<a href='x'>&\xEF\xBF\xBD\xEF\xBF\xBD ok");
}

TEST_F(NotifyXmpp, XN_8_EN_6_IgnoresOptions) {
    EXPECT_THAT(notifications_of("notify :options [\"a=b\", \"c.d=\"] \"xmpp:user@example.com\";"),
                SizeIs(1));
    EXPECT_THAT(notifications_of("set \"o\" \"x=y\";\nset \"u\" \"xmpp:user@example.com\";\n"
                                 "notify :options [\"${o}\"] \"${u}\";"),
                SizeIs(1));
}

TEST_F(NotifyXmpp, EN_8_GivesEachNotificationAnIdOfItsOwn) {
    std::set<std::string> ids;
    for (const auto& sent : notifications_of("notify :message \"1\" \"xmpp:user@example.com\";\n"
                                             "notify :message \"2\" \"xmpp:user@example.com\";"))
        ids.insert(sent.value("id", ""));
    EXPECT_THAT(ids, SizeIs(2));
}

TEST_F(NotifyXmpp, EN_12_SendsTheSameOnlyOnce) {
    const auto sent =
        notifications_of("notify :message \"1\" \"xmpp:user@example.com\";\n"
                         "notify :message \"1\" \"xmpp:USER@example.com\";\n"
                         "notify :message \"1\" \"xmpp:user@example.com?message;subject=Other\";\n"
                         "notify :message \"1\" \"xmpp:user@example.com/phone\";\n"
                         "notify \"xmpp:user@example.com?message;body=1\";\n"
                         "notify \"xmpp:user@example.com\";\n"
                         "notify \"xmpp:user@example.com\";");
    EXPECT_THAT(sent, SizeIs(4));
}

TEST_F(NotifyXmpp, EN_12_GoesTogetherWithMailtoInAnyOrder) {
    const std::string by_xmpp = "notify :message \"1\" \"xmpp:user@example.com\";\n";
    const std::string by_mail = "notify :message \"1\" \"mailto:other@example.net\";\n";
    EXPECT_THAT(notifications_of(by_xmpp + by_mail, mail_to_user("One", 1)), SizeIs(1));
    EXPECT_THAT(notifications_of(by_mail + by_xmpp, mail_to_user("Two", 2)), SizeIs(1));
    EXPECT_THAT(notifications_of(by_xmpp + by_mail + by_xmpp + by_mail, mail_to_user("Three", 3)), SizeIs(1));
    EXPECT_THAT(sink.messages(), SizeIs(3));
    EXPECT_THAT(mailbox("user"), SizeIs(3));
}

TEST_F(NotifyXmpp, EN_12_GoesTogetherWithOtherActions) {
    const auto sent = notifications_of("notify \"xmpp:user@example.com\";\nfileinto :create \"Urgent\";");
    EXPECT_THAT(sent, SizeIs(1));
    EXPECT_THAT(mailbox("user", "Urgent"), SizeIs(1));
    EXPECT_THAT(mailbox("user"), IsEmpty()) << "fileinto cancels the keep, notify does not";
    EXPECT_THAT(notifications_of("discard;\nnotify \"xmpp:user@example.com\";"), SizeIs(1));
    EXPECT_THAT(mailbox("user"), IsEmpty());
}

TEST_F(NotifyXmpp, EN_13_SendsNoMoreThanTheSiteWants) {
    options.site_config = "[notify]\nmost_per_delivery = 2\n";
    std::string commands;
    for (int number = 0; number < 6; ++number)
        commands += "notify :message \"" + std::to_string(number) + "\" \"xmpp:user@example.com\";\n";
    EXPECT_THAT(notifications_of(commands), SizeIs(2));
    EXPECT_THAT(notifications_of(commands), SizeIs(2)) << "each delivery counts anew";
    EXPECT_THAT(mailbox("user"), SizeIs(2));
    EXPECT_THAT(log_lines("at most 2"), SizeIs(2)) << "one warning for each delivery";
}

TEST_F(NotifyXmpp, EN_13_LogsEachUse) {
    const auto sent = notification_of("notify \"xmpp:user@example.com\";");
    const auto lines = log_lines("queued xmpp notification");
    ASSERT_THAT(lines, SizeIs(1));
    EXPECT_THAT(lines[0], AllOf(HasSubstr("user@example.com"), HasSubstr(sent.value("id", "?"))));
}

TEST_F(NotifyXmpp, EN_13_IsSentForBouncesAndForMailOfMachines) {
    const std::string command = "notify \"xmpp:user@example.com\";";
    EXPECT_THAT(notifications_of(command, mail_to_user(), {.from = ""}), SizeIs(1));
    EXPECT_THAT(notifications_of(command, "Auto-Submitted: auto-generated\r\n" + mail_to_user()), SizeIs(1));
}

TEST_F(NotifyXmpp, EN_9_XN_22_NeverHoldsBackTheMail) {
    for (const char* reply : {"TEMP the queue is full", "PERM no", "NOTFOUND ", "nonsense", "OK dropped"}) {
        take_notifications(reply);
        EXPECT_THAT(notifications_of("notify \"xmpp:user@example.com\";\nkeep;"), SizeIs(1)) << reply;
    }
    EXPECT_THAT(mailbox("user"), SizeIs(5));
    EXPECT_THAT(log_lines("xmpp notification to user@example.com not sent"), SizeIs(5));
    EXPECT_THAT(dovecot().log(), AllOf(HasSubstr("the queue is full"), HasSubstr("too many")));
}

TEST_F(NotifyXmpp, EN_9_XN_22_AsksASilentServiceOnceInADelivery) {
    const rig::SocketmapServer& service =
        serve([](const rig::SocketmapRequest&) -> std::optional<std::string> { return std::nullopt; });
    std::string commands;
    for (int number = 0; number < 5; ++number)
        commands += "notify :message \"" + std::to_string(number) + "\" \"xmpp:user@example.com\";\n";
    use_script("user", script(commands));
    deliver(mail_to_user());
    EXPECT_EQ(service.connections(), 1U);
    EXPECT_THAT(service.requests("notify"), SizeIs(1));
    EXPECT_THAT(mailbox("user"), SizeIs(1));
    EXPECT_THAT(log_lines("not sent"), SizeIs(5));
    deliver(mail_to_user("Again", 2));
    EXPECT_EQ(service.connections(), 2U) << "the next delivery tries anew";
}

TEST_F(NotifyXmpp, EN_9_AsksAgainWhereTheServiceIsJustBeingReplaced) {
    std::atomic<int> asked = 0;
    const rig::SocketmapServer& service = serve([&](const rig::SocketmapRequest&) {
        if (++asked == 1)
            throw std::runtime_error("closes the connection");
        return "OK queued";
    });
    use_script("user", script("notify \"xmpp:user@example.com\";"));
    deliver(mail_to_user());
    const auto requests = service.requests("notify");
    ASSERT_THAT(requests, SizeIs(2));
    EXPECT_EQ(requests[0].key, requests[1].key) << "with one id, by which the service knows it again";
    EXPECT_THAT(log_lines("queued xmpp notification"), SizeIs(1));
}

TEST_F(NotifyXmpp, EN_9_DeliversWithoutAService) {
    use_script("user", script("notify \"xmpp:user@example.com\";"));
    deliver(mail_to_user());
    EXPECT_THAT(mailbox("user"), SizeIs(1));
    EXPECT_THAT(log_lines("not sent")[0], HasSubstr("/run/columbarium"));
}

} // namespace
} // namespace columbarium::e2e
