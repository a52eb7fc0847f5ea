// SPDX-License-Identifier: LGPL-2.1-or-later
// What systems in front say of a message (RFC 8601, and the fields of spam filters).
#include "triage/header_results.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace columbarium::triage {
namespace {

using Values = std::vector<std::string>;

Values values(const std::vector<Finding>& findings) {
    Values all;
    for (const Finding& finding : findings) {
        EXPECT_FALSE(finding.rule.empty());
        all.push_back(finding.value);
    }
    return all;
}

config::TriagePolicy trusting() {
    config::TriagePolicy policy;
    policy.authserv_ids = {"mx.example.org"};
    return policy;
}

Authentication authentication_of(const std::string& header, const config::TriagePolicy& policy = trusting()) {
    const mail::HeaderFields fields(header);
    return read_authentication(fields, policy);
}

struct Row {
    const char* what;
    std::string header;
    Values methods;
    Values domains;
    const char* from;
};

const std::string from = "From: Anna <anna@example.com>\n";

TEST(Authentication, IsWhatATrustedSystemSays) {
    const std::string results = "Authentication-Results: mx.example.org; ";
    const Row table[] = {
        {"nobody says anything", from, {}, {}, "no"},
        {"all three",
         from + results +
             "spf=pass smtp.mailfrom=anna@example.com; dkim=pass header.d=Example.COM; dmarc=pass "
             "header.from=example.com\n",
         {"spf", "dkim", "dmarc"},
         {"example.com"},
         "yes"},
        {"a stranger says so",
         from + "Authentication-Results: mx.example.net; dmarc=pass header.from=example.com\n",
         {},
         {},
         "no"},
        {"names are compared without regard to case (RFC 8601 section 2.5)",
         from + "authentication-results: MX.Example.ORG; dmarc=pass header.from=example.com\n",
         {"dmarc"},
         {"example.com"},
         "yes"},
        {"another domain is proved",
         from + results + "spf=pass smtp.mailfrom=bounce@example.net; dkim=pass header.d=example.net\n",
         {"spf", "dkim"},
         {"example.net"},
         "no"},
        {"the domain above From's",
         "From: a@mail.example.com\n" + results + "dkim=pass header.d=example.com\n",
         {"dkim"},
         {"example.com"},
         "yes"},
        {"a top-level domain proves nothing",
         from + results + "dkim=pass header.d=com\n",
         {"dkim"},
         {"com"},
         "no"},
        {"no domain that only ends the same",
         "From: a@badexample.com\n" + results + "dkim=pass header.d=example.com\n",
         {"dkim"},
         {"example.com"},
         "no"},
        {"far above From's",
         "From: a@a.b.c.d.example.com\n" + results + "dkim=pass header.d=example.com\n",
         {"dkim"},
         {"example.com"},
         "yes"},
        {"a public suffix proves nothing",
         "From: a@bank.co.uk\n" + results +
             "dkim=pass header.d=co.uk; spf=pass smtp.mailfrom=co.uk; dkim=pass header.d=uk\n",
         {"dkim", "spf"},
         {"co.uk", "uk"},
         "no"},
        {"dmarc of a domain above From's",
         "From: a@mail.example.com\n" + results + "dmarc=pass header.from=example.com\n",
         {"dmarc"},
         {"example.com"},
         "no"},
        {"dmarc did not pass, whatever else did",
         from + results + "dkim=pass header.d=example.com; dmarc=fail header.from=example.com\n",
         {"dkim"},
         {"example.com"},
         "no"},
        {"dmarc did not pass, says another field that names no domain",
         from + results + "dkim=pass header.d=example.com\n" + results + "dmarc=temperror\n",
         {"dkim"},
         {"example.com"},
         "no"},
        {"dmarc did not pass for somebody else",
         from + results + "dkim=pass header.d=example.com; dmarc=fail header.from=example.net\n",
         {"dkim"},
         {"example.com"},
         "yes"},
        {"From's domain has no dmarc",
         from + results + "dkim=pass header.d=example.com; dmarc=none header.from=example.com\n",
         {"dkim"},
         {"example.com"},
         "yes"},
        {"dmarc by guess",
         from + results + "spf=pass smtp.mailfrom=example.com; dmarc=bestguesspass\n",
         {"spf"},
         {"example.com"},
         "yes"},
        {"a stranger says that dmarc failed",
         from + results +
             "dkim=pass header.d=example.com\nAuthentication-Results: mx.example.net; "
             "dmarc=fail header.from=example.com\n",
         {"dkim"},
         {"example.com"},
         "yes"},
        {"one field knows a signature, the other knows that there is none",
         from + results + "dkim=none\n" + results + "dkim=pass header.d=example.com\n",
         {},
         {},
         "no"},
        {"a domain below From's is another one's",
         from + results + "spf=pass smtp.mailfrom=x@guests.example.com\n",
         {"spf"},
         {"guests.example.com"},
         "no"},
        {"header.i where there is no header.d",
         from + results + "dkim=pass header.i=@example.com\n",
         {"dkim"},
         {"example.com"},
         "yes"},
        {"failures",
         from + results + "spf=fail smtp.mailfrom=example.com; dkim=none; dmarc=fail\n",
         {},
         {},
         "no"},
        {"one signature of two holds",
         from + results + "dkim=fail header.d=example.com; dkim=pass header.d=example.com\n",
         {"dkim"},
         {"example.com"},
         "yes"},
        {"two fields of one name that contradict each other: one is forged",
         from + results + "dmarc=pass header.from=example.com\n" + results +
             "dmarc=fail header.from=example.com\n",
         {},
         {},
         "no"},
        {"two fields of one name that do not",
         from + results + "spf=pass smtp.mailfrom=example.com\n" + results +
             "dkim=pass header.d=example.net\n",
         {"spf", "dkim"},
         {"example.com", "example.net"},
         "yes"},
        {"From of two mailboxes",
         "From: a@example.com, b@example.com\n" + results + "dmarc=pass header.from=example.com\n",
         {"dmarc"},
         {"example.com"},
         "no"},
        {"two fields From",
         from + from + results + "dmarc=pass header.from=example.com\n",
         {"dmarc"},
         {"example.com"},
         "no"},
        {"From in other letters than ASCII",
         "From: a@bücher.example\n" + results + "dmarc=pass header.from=xn--bcher-kva.example\n",
         {"dmarc"},
         {"xn--bcher-kva.example"},
         "yes"},
        {"the result in other letters than ASCII",
         "From: a@xn--mnchen-3ya.de\n" + results + "dmarc=pass header.from=MÜNCHEN.de\n",
         {"dmarc"},
         {"xn--mnchen-3ya.de"},
         "yes"},
        {"methods that prove no domain of a sender",
         from + results + "auth=pass; iprev=pass\n",
         {},
         {},
         "no"},
        {"a comment that never ends", from + results + "(dmarc=pass header.from=example.com\n", {}, {}, "no"},
    };
    for (const Row& row : table) {
        const Authentication read = authentication_of(row.header);
        EXPECT_EQ(values(read.methods), row.methods) << row.what;
        EXPECT_EQ(values(read.domains), row.domains) << row.what;
        EXPECT_EQ(values(read.from), Values{row.from}) << row.what;
    }
}

// Everything here is proved for evil.com, and nothing for paypal.com.
TEST(Authentication, OfFromIsOfOneMailboxBeyondDoubt) {
    struct FromRow {
        std::string from; // what stands behind "From: "
        bool is_one;
    };
    const FromRow table[] = {
        {"x@evil.com", true},
        {"X@Evil.COM", true},
        {"<x@evil.com>", true},
        {"Anna <x@evil.com>", true},
        {"J. R. =?utf-8?q?=C3=BC?= Müller\n \"of, (evil)\" <x@evil.com>", true},
        {"(a (b)) Anna (c)\n <x@evil.com> (d)", true},
        {"x@evil.com (Anna)", true},
        {"\"x\"@evil.com", true},
        {"\"a \\\" <b@c>\" <x@evil.com>", true},
        {"", false},
        {"(x@evil.com)", false},
        {"Anna", false},
        {"<>", false},
        {"x@", false},
        {"@evil.com", false},
        {"x@evil.com,", false},
        {"x@evil.com.", false},
        {"x@[192.0.2.1]", false},
        {"x @evil.com", false},
        {"x@evil.com service@paypal.com", false},
        {"Anna x@evil.com", false},
        {"x@evil.com, service@paypal.com", false},
        {"x@evil.com, serv\xffice@paypal.com", false},
        {"x@evil.com, \"ser vice\"@paypal.com", false},
        {"x@evil.com, " + std::string(1100, 'a') + "@paypal.com", false},
        {std::string(1100, 'a') + "@evil.com", false},
        {"x@evil.com, =?utf-8?q?service=40paypal.com?=", false},
        {"=?utf-8?q?service=40paypal.com=3e?=@evil.com", false},
        {"x@evil.com, service@.paypal.com", false},
        {"x@evil.com (hi) , (c) a@[1@paypal.com", false},
        {"x@evil.com; service@paypal.com", false},
        {"\"PayPal\" <serv\xffice@paypal.com>, x@evil.com", false},
        {"<serv\x01ice@paypal.com>, x@evil.com", false},
        {std::string("x@evil.com\0, service@paypal.com", 32), false},
        {"service@paypal.com: x@evil.com;", false},
        {"x@evil.com, service@paypal.com:;", false},
        {"<@paypal.com:x@evil.com>", false},
        {"<x@evil.com> service@paypal.com", false},
        {"<x@evil.com> <service@paypal.com>", false},
        {"<service@paypal.com <x@evil.com>>", false},
        {"<x@evil.com", false},
        {". <x@evil.com>", false},
        {"\"Anna <x@evil.com>", false},
        {"(Anna <x@evil.com>", false},
        {"\xff <x@evil.com>", false},
        {"\nFrom: x@evil.com", false},
        {"\n (c)\nFrom: x@evil.com", false},
        {"x@evil.com\nfrom: service@paypal.com", false},
        {"x@evil.com.paypal.com", false},
    };
    for (const FromRow& row : table) {
        const Authentication read = authentication_of(
            "Authentication-Results: mx.example.org; dkim=pass header.d=evil.com; dmarc=pass "
            "header.from=evil.com\nFrom: " +
            row.from + "\nSubject: x\n");
        EXPECT_EQ(values(read.methods), (Values{"dkim", "dmarc"})) << row.from;
        EXPECT_EQ(values(read.from), Values{row.is_one ? "yes" : "no"}) << row.from;
    }
}

TEST(Authentication, TakesABoundedTime) {
    std::string header = from;
    for (int i = 0; header.size() < 250'000; ++i)
        header +=
            "Authentication-Results: mx.example.org; dkim=pass header.d=" + std::to_string(i) + ".example\n";
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(authentication_of(header).domains.size(), 50U);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(300));
}

TEST(Authentication, IsNotReadWhereNobodyIsTrusted) {
    const Authentication read = authentication_of(
        from + "Authentication-Results: mx.example.org; dmarc=pass header.from=example.com\n", {});
    EXPECT_TRUE(read.methods.empty());
    EXPECT_TRUE(read.domains.empty());
    EXPECT_TRUE(read.from.empty());
}

TEST(Spam, IsWhatTheFilterSays) {
    struct SpamRow {
        const char* header;
        const char* value;
    };
    const SpamRow table[] = {
        {"Subject: x\n", "no"},
        {"X-Spam-Flag: YES\n", "yes"},
        {"X-Spam-Flag: NO\n", "no"},
        {"X-Spam-Status: Yes, score=7.9 required=5.0\n", "yes"},
        {"X-Spam-Status: No, score=-1.9 tests=SAYS_YES\n", "no"},
        {"x-spam: Yes\n", "yes"},
        {"X-Spam-Flag: NO\nX-Spam-Flag: YES\n", "yes"},
        {"X-Spam-Level: *****\n", "no"},
        {"X-Spam-Flag: =?utf-8?q?NO=0Ayes?=\n", "no"},
    };
    for (const SpamRow& row : table)
        EXPECT_EQ(values(read_spam(mail::HeaderFields(row.header), {})), Values{row.value}) << row.header;
}

TEST(Spam, IsReadFromTheFieldsOfThePolicy) {
    config::TriagePolicy policy;
    policy.spam_fields = {{"X-Spam-Level", "^\\*{5}"}};
    EXPECT_EQ(values(read_spam(mail::HeaderFields("X-Spam-Level: ******\n"), policy)), Values{"yes"});
    EXPECT_EQ(values(read_spam(mail::HeaderFields("X-Spam-Level: **\nX-Spam: yes\n"), policy)), Values{"no"});
    policy.spam_fields.clear();
    EXPECT_TRUE(read_spam(mail::HeaderFields("X-Spam: yes\n"), policy).empty());
}

} // namespace
} // namespace columbarium::triage
