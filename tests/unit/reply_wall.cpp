// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply_wall.hpp"

#include <algorithm>
#include <ostream>

#include "mail/message.hpp"
#include "mail/source.hpp"

namespace columbarium::test {

namespace {

void add_rule(std::string& rules, const std::string& rule) {
    if ((' ' + rules + ' ').find(' ' + rule + ' ') == std::string::npos)
        rules += (rules.empty() ? "" : " ") + rule;
}

std::string with_crlf(const std::string& text) {
    std::string crlf;
    for (const char c : text)
        crlf += c == '\n' ? "\r\n" : std::string(1, c);
    return crlf;
}

std::string rules_against_text(const std::string& text, const WallRow& row,
                               const config::ReplyPolicy& policy) {
    mail::StringSource source(text);
    mail::Message message(source, {.sender = row.sender});
    const reply::Question question = wall_question(row);
    const auto found = reply::objections(message, question, policy);
    const auto addressed = reply::is_addressed(message, question.recipients.front(), question, policy);
    if (!found || !addressed) {
        ADD_FAILURE() << row.name << ": cannot be read";
        return "unread";
    }
    std::string rules;
    for (const reply::Objection& objection : *found) {
        add_rule(rules, objection.rule);
        // One line that a log can show.
        EXPECT_FALSE(objection.text.empty()) << row.name;
        EXPECT_TRUE(std::ranges::none_of(objection.text, [](char c) {
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        })) << objection.text;
    }
    if (!*addressed)
        add_rule(rules, "AR-4");
    return rules;
}

} // namespace

std::string text_of(const WallRow& row) {
    if (!row.text.empty())
        return row.text;
    return row.fields + row.from + row.to + row.subject +
           "Date: Tue, 3 Mar 2026 09:15:00 +0100\nMessage-ID: <lunch-1@example.com>\n\n" + row.body;
}

void PrintTo(const WallRow& row, std::ostream* out) {
    *out << row.name;
}

reply::Question wall_question(const WallRow& row) {
    reply::Question question;
    question.sender = row.sender;
    question.recipients = {"abc1@cam.example.org"};
    question.own_addresses = {"ann@hermes.example.org", "Ann.Other@example.net"};
    question.subaddress_delimiters = "+";
    question.domains = {"cam.example.org", "alumni.cam.example.org"};
    return question;
}

config::ReplyPolicy wall_policy() {
    config::ReplyPolicy policy;
    policy.addressed_domains = {"Old.Example.Org"};
    policy.never = {"robot@example.com", "@bulk.example.com", "kiosk@"};
    policy.message_kib = 64;
    return policy;
}

std::string rules_against(const WallRow& row, const config::ReplyPolicy& policy) {
    return rules_against_text(text_of(row), row, policy);
}

void expect_wall(const WallRow& row, const config::ReplyPolicy& policy) {
    const std::string text = text_of(row);
    EXPECT_EQ(rules_against_text(text, row, policy), row.rules) << text.substr(0, 600);
    EXPECT_EQ(rules_against_text(with_crlf(text), row, policy), row.rules) << "with CRLF";
}

} // namespace columbarium::test
