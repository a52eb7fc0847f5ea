// SPDX-License-Identifier: LGPL-2.1-or-later
// RFC 8601: the field, and whose word counts.
#include "mail/authentication_results.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reply_wall.hpp"

namespace columbarium::mail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "method=result type.name=value ..." for each result, joined by "; ", behind the authserv-id.
std::string shown(const std::string& body) {
    const auto parsed = parse_authentication_results(body);
    if (!parsed)
        return "unreadable";
    std::string text = parsed->authserv_id + ":";
    for (const AuthenticationResult& result : parsed->results) {
        text += " " + result.method + "=" + result.result;
        for (const AuthenticationProperty& property : result.properties)
            text += " " + property.type + "." + property.name + "=" + property.value;
        text += ";";
    }
    return text;
}

struct Row {
    const char* body;
    const char* shown;
};

TEST(AuthenticationResults, AreReadAsRfc8601WritesThem) {
    const std::vector<Row> rows = {
        // Appendix B.
        {"example.org 1; none", "example.org:"},
        {"example.com;\n          spf=pass smtp.mailfrom=example.net",
         "example.com: spf=pass smtp.mailfrom=example.net;"},
        {"example.com;\n auth=pass (cram-md5) smtp.auth=sender@example.net;\n spf=pass "
         "smtp.mailfrom=example.net",
         "example.com: auth=pass smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net;"},
        {"example.com; iprev=pass\n policy.iprev=192.0.2.200",
         "example.com: iprev=pass policy.iprev=192.0.2.200;"},
        {"example.com;\n dkim=pass (good signature) header.d=example.com",
         "example.com: dkim=pass header.d=example.com;"},
        {"foo.example.net (foobar) 1 (baz);\n    dkim (Because I like it) / 1 (One yay) = (wait for it) "
         "fail\n"
         "      policy (A dot can go here) . (like that) expired\n      (this surprised me) = (as I wasn't "
         "expecting it) 1362471462",
         "foo.example.net: dkim=fail policy.expired=1362471462;"},
        // Others.
        {"mx.example.org; dmarc=pass (p=reject) header.from=example.com",
         "mx.example.org: dmarc=pass header.from=example.com;"},
        {"mx.example.org; spf=fail reason=\"not; ours\" smtp.mailfrom=\"a;b\"@example.com",
         "mx.example.org: spf=fail smtp.mailfrom=a;b@example.com;"},
        {"\"mx example\"; SPF=PASS SMTP.MailFrom=Fred@Example.COM",
         "mx example: spf=pass smtp.mailfrom=Fred@Example.COM;"},
        {"mx.example.org; dmarc=pass action=none header.from=example.com;compauth=pass reason=100",
         "mx.example.org: dmarc=pass .action=none header.from=example.com; compauth=pass;"},
        {"mx.example.org; spf=pass;", "mx.example.org: spf=pass;"},
        {"mx.example.org", "mx.example.org:"},
        {" (comment) mx.example.org (another) ; none", "mx.example.org:"},
        {"mx.example.org; dkim=pass header.b=\"ab/c+d=\" header.i=@example.com",
         "mx.example.org: dkim=pass header.b=ab/c+d= header.i=@example.com;"},
        {"mx.example.org; dkim=pass header.b=ab/c= header.s=k1",
         "mx.example.org: dkim=pass header.b=ab/c= header.s=k1;"},
        // A result that cannot be read is left out, the others are not.
        {"mx.example.org; spf; dmarc=pass", "mx.example.org: dmarc=pass;"},
        {"mx.example.org; spf=; dmarc=pass", "mx.example.org: dmarc=pass;"},
        {"mx.example.org; =pass; dmarc=pass", "mx.example.org: dmarc=pass;"},
        {"mx.example.org; spf=pass rubbish; dmarc=pass", "mx.example.org: dmarc=pass;"},
        {"mx.example.org; spf/2=pass; dmarc=pass", "mx.example.org: dmarc=pass;"},
        {"mx.example.org; spf=pass \"smtp.mailfrom=x\"; dmarc=pass", "mx.example.org: dmarc=pass;"},
        {"mx.example.org; (spf=pass) dmarc=pass (spf=pass)", "mx.example.org: dmarc=pass;"},
        {"mx.example.org; x=\"; spf=pass smtp.mailfrom=example.com;\"", "mx.example.org:"},
        // Nothing of these.
        {"", "unreadable"},
        {"; spf=pass", "unreadable"},
        {"mx.example.org 2; spf=pass", "unreadable"},
        {"mx.example.org rubbish; spf=pass", "unreadable"},
        {"mx.example.org; spf=pass (never ends", "unreadable"},
        {"mx.example.org; spf=pass smtp.mailfrom=\"never ends", "unreadable"},
        {"spf=pass smtp.mailfrom=example.com", "unreadable"},
    };
    for (const Row& row : rows)
        EXPECT_EQ(shown(row.body), row.shown) << row.body;
}

TEST(AuthenticationResults, AreBoundedInNumber) {
    std::string body = "mx.example.org";
    for (int i = 0; i < 5000; ++i)
        body += "; spf=pass";
    const auto parsed = parse_authentication_results(body);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->results.size(), authentication_results_limit);
}

std::vector<std::string> proved(const std::string& header, std::string_view method = "spf") {
    const HeaderFields fields(header);
    return proved_domains(fields, {"mx.example.org", "second.example.org"}, method);
}

TEST(AuthenticationResults, ProveDomainsBySpfAndDmarc) {
    const std::string field =
        "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=walter@Example.com;\n"
        " dmarc=pass header.from=example.net; dkim=pass header.d=example.edu\n";
    EXPECT_THAT(proved(field), ElementsAre("example.com"));
    EXPECT_THAT(proved(field, "dmarc"), ElementsAre("example.net"));
    EXPECT_THAT(proved("authentication-results: MX.Example.Org; spf=pass smtp.mailfrom=a.example\n"
                       "Authentication-Results: second.example.org; spf=pass smtp.mailfrom=b.example\n"),
                ElementsAre("a.example", "b.example"));
}

TEST(AuthenticationResults, ProveNothingWhereOneSystemContradictsItself) {
    const std::string pass = "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=a.example\n";
    const auto beside = [&pass](const std::string& results) {
        return proved(pass + "Authentication-Results: " + results + "\n");
    };
    EXPECT_THAT(beside("MX.example.org; spf=fail smtp.mailfrom=walter@A.example"), IsEmpty());
    EXPECT_THAT(beside("mx.example.org; spf=none smtp.mailfrom=a.example"), IsEmpty());
    // Another system, another domain, another method.
    EXPECT_THAT(beside("second.example.org; spf=fail smtp.mailfrom=a.example"), ElementsAre("a.example"));
    EXPECT_THAT(beside("mx.example.org; spf=fail smtp.mailfrom=b.example"), ElementsAre("a.example"));
    EXPECT_THAT(beside("mx.example.org; dmarc=fail header.from=a.example"), ElementsAre("a.example"));
}

TEST(AuthenticationResults, ProveNothingWhereTheyDoNotPassOrAreNotTrusted) {
    EXPECT_THAT(proved("Authentication-Results: mx.example.org; spf=softfail smtp.mailfrom=a.example\n"),
                IsEmpty());
    EXPECT_THAT(proved("Authentication-Results: mx.example.org; spf=pass smtp.helo=a.example\n"), IsEmpty());
    EXPECT_THAT(proved("Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=a.example\n"),
                IsEmpty());
    EXPECT_THAT(proved("X-Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=a.example\n"),
                IsEmpty());
    EXPECT_THAT(proved("ARC-Authentication-Results: i=1; mx.example.org; spf=pass smtp.mailfrom=a.example\n"),
                IsEmpty());
}

test::WallRow with_results(const std::string& rules, const std::string& results) {
    return {.name = results, .rules = rules, .fields = "Authentication-Results: " + results + "\n"};
}

TEST(ReplyWall, AR_5_AnswersAuthenticatedDomainsOnlyWhereTheSiteWantsIt) {
    config::ReplyPolicy policy = test::wall_policy();
    policy.authenticated_only = true;
    policy.authserv_ids = {"mx.example.org"};
    test::expect_wall(with_results("", "mx.example.org; spf=pass smtp.mailfrom=walter@example.com"), policy);
    test::expect_wall(with_results("", "mx.example.org; spf=pass smtp.mailfrom=EXAMPLE.com"), policy);
    test::expect_wall(with_results("", "mx.example.org; dmarc=pass header.from=example.com"), policy);
    test::expect_wall(with_results("AR-5", "mx.example.org; spf=neutral smtp.mailfrom=example.com"), policy);
    test::expect_wall(with_results("AR-5", "mx.example.org; spf=pass smtp.mailfrom=example.net"), policy);
    // The reply goes to the reverse-path, whose domain only that one is.
    test::expect_wall(with_results("AR-5", "mx.example.org; dmarc=pass header.from=notexample.com"), policy);
    test::expect_wall(with_results("AR-5", "mx.example.com; spf=pass smtp.mailfrom=example.com"), policy);
    test::expect_wall(with_results("AR-5", "mx.example.org; dkim=pass header.d=example.com"), policy);
    test::expect_wall(with_results("AR-5", "mx.example.org; none"), policy);
    test::expect_wall({.name = "no field", .rules = "AR-5"}, policy);
}

TEST(ReplyWall, AR_5_TakesDmarcForFromOnly) {
    config::ReplyPolicy policy = test::wall_policy();
    policy.authenticated_only = true;
    policy.authserv_ids = {"mx.example.org"};
    test::WallRow row = with_results("AR-5", "mx.example.org; dmarc=pass header.from=example.com");
    // Somebody sends again what another has signed, to have a third one answered.
    row.sender = "victim@example.com";
    test::expect_wall(row, policy);
    row.sender = "Walter@Example.com";
    row.rules = "";
    test::expect_wall(row, policy);
    row.from = "From: walter@example.com, petra@example.com\n";
    row.rules = "AR-5";
    test::expect_wall(row, policy);
    row = with_results("AR-5", "mx.example.org; spf=pass smtp.mailfrom=example.com");
    row.fields += "Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=walter@example.com\n";
    test::expect_wall(row, policy);
}

TEST(ReplyWall, AR_5_AnswersWhoHasLoggedIn) {
    config::ReplyPolicy policy;
    policy.authenticated_only = true;
    const std::string text = test::text_of({});
    StringSource source(text);
    Message message(source);
    reply::Question question = test::wall_question({});
    question.is_authenticated = true;
    const auto found = reply::objections(message, question, policy);
    ASSERT_TRUE(found.has_value());
    EXPECT_TRUE(found->empty());
}

} // namespace
} // namespace columbarium::mail
