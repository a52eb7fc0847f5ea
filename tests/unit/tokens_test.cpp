// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/tokens.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>

#include <glib.h>
#include <gtest/gtest.h>

#include "config/site_config.hpp"
#include "mail_samples.hpp"

namespace columbarium::triage {
namespace {

using config::TokenPattern;
using Place = TokenPattern::Place;
using Values = std::vector<std::string>;

Values values_of(const TokenPattern& token, const std::string& text) {
    mail::StringSource source(text);
    mail::Message message(source);
    const auto body = read_body_text(message);
    const auto found = token_values(token, message, body.value_or(BodyText()));
    EXPECT_TRUE(found.has_value());
    Values values;
    for (const Finding& finding : found.value_or(std::vector<Finding>())) {
        values.push_back(finding.value);
        EXPECT_FALSE(finding.rule.empty());
        EXPECT_TRUE(g_utf8_validate_len(finding.value.data(), finding.value.size(), nullptr));
    }
    return values;
}

TokenPattern token(std::string pattern, std::vector<TokenPattern::Source> in = {{Place::body, ""}}) {
    return {"x", std::move(pattern), std::move(in)};
}

TEST(Tokens, AreFoundWhereTheAdministratorLooks) {
    const std::string mail = "Subject: =?utf-8?Q?a20091225.1_=C3=BC?=\nX-Ticket: [#17]\nx-ticket: [#18]\n\n"
                             "About A20100101.12 and a20091225.1 again.\n";
    const std::string number = R"(a20[0-9]{6}\.[0-9]{1,3})";
    EXPECT_EQ(values_of(token(number, {{Place::subject, ""}, {Place::body, ""}}), mail),
              (Values{"a20091225.1", "A20100101.12"}));
    EXPECT_EQ(values_of(token(number), mail), (Values{"A20100101.12", "a20091225.1"}));
    EXPECT_EQ(values_of(token(R"(\[#(\d+)\])", {{Place::header, "X-Ticket"}}), mail), (Values{"17", "18"}));
    EXPECT_EQ(values_of(token("ü", {{Place::subject, ""}}), mail), Values{"ü"});
    EXPECT_EQ(values_of(token(number, {{Place::header, "Date"}}), mail), Values{});
}

TEST(Tokens, HaveTheFirstGroupOrTheWholeMatchAsValue) {
    const std::string mail = "\nTotal: 15.00 USD, then 5,00 eur\n";
    EXPECT_EQ(values_of(token(R"(\d+[.,]\d\d (?:USD|EUR))"), mail), (Values{"15.00 USD", "5,00 eur"}));
    EXPECT_EQ(values_of(token(R"(\d+[.,]\d\d (USD|EUR))"), mail), (Values{"USD", "eur"}));
    EXPECT_EQ(values_of(token(R"(nothing|Total(x)?)"), mail), Values{}) << "a group that took no part";
}

TEST(Tokens, AreFoundDeepInHtml) {
    std::string mail = "Content-Type: text/html; charset=utf-8\n\n<html><table>";
    for (int i = 0; i < 500; ++i)
        mail += "<tr><td style=\"font-family: sans-serif\">row</td></tr>\n";
    mail += "<tr><td>Description:</td><td>Password Reset&nbsp;Service</td></tr></table></html>";
    EXPECT_EQ(values_of(token(R"(Description:\s*([^\n]*Password Reset[^\n]*))"), mail),
              Values{"Password Reset Service"});
}

TEST(Tokens, AreOnOneLineAndShort) {
    EXPECT_EQ(values_of(token("(?s)one.*two"), "\none\n\tand\x01  two\n"), Values{"one and two"});
    const Values long_value = values_of(
        token("ä+"), "\n" + [] {
            std::string text;
            for (int i = 0; i < 1000; ++i)
                text += "ä";
            return text;
        }());
    ASSERT_EQ(long_value.size(), 1U);
    EXPECT_EQ(long_value.front().size(), token_octet_limit);
}

TEST(Tokens, SeeOneLineOfAFieldWhateverItEncodes) {
    const std::string from = "From: =?utf-8?q?PayPal_=3Cservice=40paypal.com=3E=0A=0D?= <x@evil.com>\n\n";
    EXPECT_EQ(values_of(token(R"([@.](paypal\.com)>?\s*$)", {{Place::header, "From"}}), from), Values{});
    EXPECT_EQ(values_of(token("^.*$", {{Place::subject, ""}}), "Subject: =?utf-8?q?a=0Ab=09c?=\n\n"),
              Values{"a b c"});
}

TEST(Tokens, OfAnAddressSeeNothingElseOfTheField) {
    const std::vector<TokenPattern::Source> in = {{Place::address, "From"}};
    struct Row {
        const char* from;
        Values values;
    };
    const Row table[] = {
        {"From: \"service@paypal.com\" <Service@Mail.PayPal.com>", {"paypal.com"}},
        {"From: service@paypal.com", {"paypal.com"}},
        {"From: \"service@paypal.com\" <x@evil.com>", {}},
        {"From: x@evil.com (service@paypal.com)", {}},
        {"From: x@evil.com, service@paypal.com", {}},
        {"From: service@paypal.com\nFrom: service@paypal.com", {}},
        {"To: service@paypal.com", {}},
    };
    for (const Row& row : table)
        EXPECT_EQ(values_of(token(R"([@.](paypal\.com)$)", in), std::string(row.from) + "\n\n"), row.values)
            << row.from;
}

TEST(Tokens, OfTheShippedFileKnowHowAmountsAreWritten) {
    std::ifstream file(COLUMBARIUM_SOURCE_DIR "/conf.d/columbarium.toml");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto config = config::parse_site_config(text, "columbarium.toml");
    ASSERT_TRUE(config.has_value()) << config.error().text;
    const TokenPattern* const amount = find_token(config->triage, "amount");
    ASSERT_NE(amount, nullptr);
    for (const char* value :
         {"15.00 USD", "$15.00 USD", "USD 15.00", "EUR 1.500,00", "€15.00", "€ 15,00", "15,00 €"})
        EXPECT_EQ(values_of(*amount, "Content-Type: text/plain; charset=utf-8\n\nTotal: " +
                                         std::string(value) + " paid\n"),
                  Values{value});
    EXPECT_EQ(values_of(*amount, "\nTotal: 15.00, 15.000 XUSD 15.00\n"), Values{});
}

TEST(Tokens, AreABoundedNumber) {
    std::string mail = "\n";
    for (int i = 0; i < 1000; ++i)
        mail += "n" + std::to_string(i) + " ";
    EXPECT_EQ(values_of(token("n[0-9]+"), mail).size(), token_value_limit);
}

TEST(Tokens, TakeABoundedTime) {
    const std::string mail = "\n" + std::string(100'000, 'a');
    for (const char* pattern : {"a", "(?s)a|a.*b", "(a*)*b", "(?s)(a|aa)+$|b", "x*a?"}) {
        const auto start = std::chrono::steady_clock::now();
        static_cast<void>(values_of(token(pattern), mail));
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4)) << pattern;
    }
}

// Of a policy with these patterns, each looked for in the body.
std::vector<bool> held(const std::vector<std::string>& patterns, const std::string& text) {
    config::TriagePolicy policy;
    for (const std::string& pattern : patterns)
        policy.tokens.push_back(token(pattern));
    policy.tokens.push_back(token("word", {{Place::subject, ""}}));
    BodyText body;
    body.text = text;
    return tokens_in_body(policy, body);
}

TEST(Tokens, AreSoughtInTheBodyAtOnce) {
    using Held = std::vector<bool>;
    const std::string text = "First line\nTICKET 17 ü\n";
    EXPECT_EQ(held({"^ticket (\\d+)", "line$", "nothing", "Ü", "\\bine"}, text),
              (Held{true, true, false, true, false, false}));
    EXPECT_EQ(held({"nothing", "^ticket"}, text), (Held{false, true, false}));
    EXPECT_EQ(held({"a.b", "(?s)a.b"}, "a\nb"), (Held{false, true, false}));
    EXPECT_EQ(held({"x", "1:y"}, "1:y"), (Held{false, true, false}));
    EXPECT_EQ(held({"nothing", "(", "else"}, text), (Held{true, true, true, false}))
        << "with a fault in one each is searched for";
    EXPECT_EQ(held({}, text), Held{false});
}

TEST(Tokens, AreFactsOfThePolicy) {
    config::TriagePolicy policy;
    policy.tokens = {token("[0-9]+", {{Place::subject, ""}})};
    policy.tokens.front().name = "Ticket";
    std::string text = "Subject: case 17\n\n";
    text.resize(1'000'000, 'x');
    test::CountingSource source(text);
    mail::Message message(source);
    Facts facts(message, policy);
    for (const char* name : {"ticket", "TICKET"}) {
        const auto values = facts.token_values(name);
        ASSERT_TRUE(values.has_value());
        ASSERT_EQ(values->size(), 1U);
        EXPECT_EQ(values->front().value, "17");
        EXPECT_EQ(values->front().rule, "field Subject");
    }
    EXPECT_LE(source.octets_read, 16U * 1024U) << "what the header settles reads no body";
    const auto unknown = facts.token_values("tickets");
    ASSERT_FALSE(unknown.has_value());
    EXPECT_EQ(unknown.error().kind, ErrorKind::permanent);
    EXPECT_EQ(unknown.error().text, "unknown token \"tickets\": did you mean \"Ticket\"?");
    EXPECT_EQ(find_token(policy, "tICKET"), policy.tokens.data());
    EXPECT_EQ(find_token(policy, ""), nullptr);
    EXPECT_EQ(token_of("Token.Ticket"), "Ticket");
    EXPECT_EQ(token_of("token."), "");
    EXPECT_EQ(token_of("size"), "");
}

TEST(Tokens, WithABrokenPatternAreATemporaryFailure) {
    std::string text = "\nx\n";
    mail::StringSource source(text);
    mail::Message message(source);
    const auto found = token_values(token("("), message, BodyText());
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().kind, ErrorKind::temporary);
}

} // namespace
} // namespace columbarium::triage
