// SPDX-License-Identifier: LGPL-2.1-or-later
// Which URIs and tags of `notify` a script may have, and to whom it may send (RFC 5435, RFC 5437 section 2).
#include <gmock/gmock.h>

#include "notify_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* valid_uris[] = {
    "xmpp:user@example.com",
    "XMPP:user@example.com",
    "xmpp:user@example.com/phone",
    "xmpp:user@example.com?message",
    "xmpp:user@example.com?message;subject=Test;body=Body%20with%20blanks",
    "xmpp:user@example.com?roster;name=x",
    "xmpp:user@example.com?message;foo=bar",
    "xmpp://guest@example.com/user@example.com?message",
    "xmpp:ji%C5%99i@%C4%8Dechy.example/v%20Praze",
    "xmpp:nasty!%23$%25()*+,-.;=%3F%5B%5C%5D%5E_%60%7B%7C%7D~node@example.com",
    "xmpp:example.com",
};

constexpr const char* invalid_uris[] = {
    "xmpp:",
    "xmpp:?message",
    "xmpp://guest@example.com",
    "xmpp:@example.com",
    "xmpp:user@",
    "xmpp:user@example.com%",
    "xmpp:user@example.com%2",
    "xmpp:us er@example.com",
    "xmpp:ji\xC5\x99i@example.com",
    "xmpp:user%C3@example.com",
    "xmpp:us%20er@example.com",
};

class NotifyUris : public NotifyTest {
  protected:
    [[nodiscard]] rig::SieveResult check(const std::string& commands) {
        return check_script("user", script(commands));
    }
};

TEST_F(NotifyUris, XN_1_XN_2_XN_3_XN_5_AreTakenWhereTheyAreValid) {
    for (const char* uri : valid_uris)
        EXPECT_TRUE(check(std::string("notify \"") + uri + "\";").ok()) << uri;
}

TEST_F(NotifyUris, EN_3_XN_1_XN_3_AreRefusedAtUploadWhereTheyAreInvalid) {
    for (const char* uri : invalid_uris) {
        const auto result = check(std::string("notify \"") + uri + "\";");
        EXPECT_FALSE(result.ok()) << uri;
        EXPECT_THAT(result.text, AllOf(HasSubstr("line 2"), HasSubstr("invalid xmpp URI"))) << uri;
    }
}

TEST_F(NotifyUris, EN_10_AreValidForTheTestAsForTheAction) {
    std::vector<std::string> right;
    std::vector<std::string> all;
    for (const char* uri : valid_uris)
        right.push_back(std::string("valid_notify_method \"") + uri + "\"");
    all = right;
    for (const char* uri : invalid_uris)
        all.push_back(std::string("valid_notify_method \"") + uri + "\"");
    all.emplace_back("valid_notify_method [\"xmpp:user@example.com\", \"xmpp:\"]");
    all.emplace_back("valid_notify_method \"sms:+123\"");
    right.emplace_back("valid_notify_method [\"xmpp:user@example.com\", \"mailto:user@example.com\"]");
    all.push_back(right.back());
    EXPECT_THAT(true_of(all), ::testing::UnorderedElementsAreArray(right));
}

TEST_F(NotifyUris, EN_2_EN_3_EndTheScriptWhereAVariableHoldsAWrongOne) {
    for (const char* uri : {"xmpp:", "xmpp:us er@example.com", "sms:+123"}) {
        EXPECT_THAT(notifications_of("notify \"xmpp:user@example.com\";\nset \"uri\" \"" + std::string(uri) +
                                     "\";\nnotify \"${uri}\";\nfileinto :create \"After\";"),
                    IsEmpty())
            << uri << ": nothing of a script that fails is carried out";
        EXPECT_THAT(mailbox("user", "After"), IsEmpty()) << uri;
    }
    EXPECT_THAT(mailbox("user"), SizeIs(3)) << "the mail is kept";
}

TEST_F(NotifyUris, EN_2_KeepMailto) {
    EXPECT_TRUE(check("notify \"mailto:user@example.com\";").ok());
    EXPECT_FALSE(check("notify \"sms:+123\";").ok());
}

TEST_F(NotifyUris, EN_4_XN_6_WantAnAddressAloneInFrom) {
    for (const char* from : {"romeo@example.com", "\\\"a b\\\"@example.com"})
        EXPECT_TRUE(check(std::string("notify :from \"") + from + "\" \"xmpp:user@example.com\";").ok())
            << from;
    for (const char* from : {"Romeo <romeo@example.com>", "<romeo@example.com>", "romeo", ""}) {
        const auto result = check(std::string("notify :from \"") + from + "\" \"xmpp:user@example.com\";");
        EXPECT_FALSE(result.ok()) << from;
        EXPECT_THAT(result.text, HasSubstr(":from")) << from;
    }
}

TEST_F(NotifyUris, EN_4_XN_6_EndTheScriptWhereAVariableInFromHoldsNoAddress) {
    EXPECT_THAT(
        notifications_of("set \"from\" \"Romeo <romeo@example.com>\";\n"
                         "notify :from \"${from}\" \"xmpp:user@example.com\";\nfileinto :create \"After\";"),
        IsEmpty());
    EXPECT_THAT(mailbox("user"), SizeIs(1));
}

TEST_F(NotifyUris, EN_1_EN_5_EN_6_RefuseWrongTags) {
    EXPECT_FALSE(check("notify :importance \"4\" \"xmpp:user@example.com\";").ok());
    EXPECT_FALSE(check("notify :importance \"\" \"xmpp:user@example.com\";").ok());
    EXPECT_FALSE(check("notify :urgency \"high\" \"xmpp:user@example.com\";").ok());
    EXPECT_FALSE(check("notify :options \"no equals sign\" \"xmpp:user@example.com\";").ok());
    EXPECT_FALSE(check("notify;").ok());
    EXPECT_FALSE(check_script("user", "notify \"xmpp:user@example.com\";\n").ok()) << "without enotify";
}

TEST_F(NotifyUris, XN_8_WarnOfOptions) {
    const auto result = check("notify :options \"a=b\" \"xmpp:user@example.com\";");
    EXPECT_TRUE(result.ok());
    EXPECT_EQ(result.code, "WARNINGS");
}

TEST_F(NotifyUris, EN_15_WarnTheAuthorOfTargetsThatAreNotHis) {
    options.site_config = "[notify]\ndomains = [\"Example.NET\"]\n";
    for (const char* uri : {"xmpp:user@example.com/x", "xmpp:anybody@example.net"})
        EXPECT_EQ(check(std::string("notify \"") + uri + "\";").code, "") << uri;
    for (const char* uri : {"xmpp:other@example.com", "xmpp:user@sub.example.net", "xmpp:example.com"}) {
        const auto result = check(std::string("notify \"") + uri + "\";");
        EXPECT_TRUE(result.ok()) << uri;
        EXPECT_EQ(result.code, "WARNINGS") << uri;
        EXPECT_THAT(result.text, HasSubstr("no XMPP address of yours")) << uri;
    }
}

TEST_F(NotifyUris, EN_7_WarnOfATextThatWillBeCut) {
    options.site_config = "[notify]\nbody_limit = 100\n";
    const std::string text(101, 'x');
    EXPECT_EQ(check("notify :message \"" + text + "\" \"xmpp:user@example.com\";").code, "WARNINGS");
    EXPECT_EQ(check("notify :message \"" + text.substr(1) + "\" \"xmpp:user@example.com\";").code, "");
}

TEST_F(NotifyUris, EN_15_SendNothingToStrangersAndKeepTheMail) {
    options.site_config = "[notify]\ndomains = [\"example.net\"]\n";
    EXPECT_THAT(notifications_of("notify \"xmpp:stranger@example.org\";\nnotify \"xmpp:alice@example.com\";\n"
                                 "notify \"xmpp:anybody@example.net\";\nfileinto :create \"After\";"),
                SizeIs(1));
    EXPECT_THAT(mailbox("user", "After"), SizeIs(1));
    EXPECT_THAT(log_lines("sends no notifications there"), SizeIs(2));
}

TEST_F(NotifyUris, EN_15_SendNothingWhereTheMailNamesTheTarget) {
    // A variable with text of the message: only the owner's own addresses are left to it.
    const std::string commands = "if header :matches \"subject\" \"*\" { notify \"xmpp:${1}\"; }\n";
    EXPECT_THAT(notifications_of(commands, mail_to_user("victim@example.org")), IsEmpty());
    EXPECT_THAT(notifications_of(commands, mail_to_user("user@example.com")), SizeIs(1));
    EXPECT_THAT(mailbox("user"), SizeIs(2));
}

TEST_F(NotifyUris, EN_11_AreMadeWithEncodeurl) {
    const auto sent = notification_of("if header :matches \"subject\" \"*\" {\n"
                                      "set :encodeurl \"text\" \"${1}\";\n"
                                      "notify \"xmpp:user@example.com?message;body=${text}\"; }",
                                      mail_to_user("50% off; a=b & more?"));
    EXPECT_EQ(sent.value("body", ""), "50% off; a=b & more?");
}

TEST_F(NotifyUris, EN_16_AreNamedByManageSieveWithoutAConnection) {
    options.plugin_settings["columbarium_presence"] = "xmpp";
    const rig::SocketmapServer& service = serve([](const rig::SocketmapRequest&) { return "NOTFOUND "; });
    EXPECT_EQ(dovecot().tool("doveconf", {"-n"}).status, 0); // dumps the capabilities, too
    EXPECT_EQ(dovecot().capabilities().at("NOTIFY"), "mailto xmpp");
    EXPECT_EQ(dovecot().capabilities("user").at("NOTIFY"), "mailto xmpp");
    EXPECT_TRUE(check("if " + capability("show", "\"xa\"") +
                      " { notify \"xmpp:user@example.com\"; notify \"xmpp:other@example.com\"; }")
                    .ok());
    use_script("user",
               script("if " + capability("show", "\"xa\"") + " { notify \"xmpp:user@example.com\"; }"));
    EXPECT_EQ(service.connections(), 0U);
    deliver(mail_to_user());
    EXPECT_EQ(service.connections(), 1U);
}

TEST_F(NotifyUris, EN_16_StayAwayWhereEnotifyIsDisabled) {
    options.sieve_extensions = "-enotify";
    EXPECT_EQ(dovecot().capabilities("user").at("SIEVE").find("enotify"), std::string::npos);
    deliver(mail_to_user());
    EXPECT_THAT(mailbox("user"), SizeIs(1));
}

TEST_F(NotifyUris, XN_12_ArePrintedBySieveTest) {
    const auto script_file = dovecot().write_file(
        "a.sieve", script("notify :importance \"1\" :message \"Text\" \"xmpp:stranger@example.org\";"));
    const auto mail_file = dovecot().write_file("a.eml", mail_to_user());
    const auto result = dovecot().tool("sieve-test", {script_file.string(), mail_file.string()});
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_THAT(result.output,
                AllOf(HasSubstr("stranger@example.org"), HasSubstr("Text"), HasSubstr("not allowed")));
}

} // namespace
} // namespace columbarium::e2e
