// SPDX-License-Identifier: LGPL-2.1-or-later
// What decides about automatic replies, and what goes over the wire about them. The first line is the
// reverse-path; what follows is a message, an Authentication-Results field, a request, and an answer. So a
// message with an address on a line before it is a good seed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.hpp"
#include "mail/address.hpp"
#include "mail/authentication_results.hpp"
#include "mail/message.hpp"
#include "mail/source.hpp"
#include "reply/claim.hpp"
#include "reply/objections.hpp"

namespace {

using namespace columbarium;

void require(bool holds) {
    if (!holds)
        std::abort();
}

// A key is an address in its folded form with the domain that a reply goes to, and its own key.
void check_sender_key(std::string_view reverse_path) {
    const std::string key = reply::sender_key(reverse_path);
    require(key.empty() == mail::fold_address(reverse_path).empty());
    require(mail::fold_address(key) == key);
    require(mail::domain_of(key) == mail::domain_of(mail::fold_address(reverse_path)));
    require(reply::sender_key(key) == key);
}

void check_objections(std::string_view sender, std::string_view text) {
    mail::StringSource source(text);
    mail::Message message(source, {.sender = std::string(sender)});
    reply::Question question;
    question.sender = sender;
    question.recipients = {"abc1@cam.example.org"};
    question.own_addresses = {"ann@example.net"};
    question.subaddress_delimiters = "+";
    question.domains = {"cam.example.org"};
    config::ReplyPolicy policy;
    policy.never = {"robot@example.com", "@bulk.example.com", "kiosk@"};
    policy.authenticated_only = true;
    policy.authserv_ids = {"mx.example.org"};
    const auto found = reply::objections(message, question, policy);
    require(found.has_value() && found->size() <= 20);
    for (const reply::Objection& objection : *found)
        require(objection.rule.starts_with("AR-") && !objection.text.empty() && !has_control(objection.text));
    // What the sender alone forbids comes first.
    const auto of_sender = reply::objections_to_sender(question, policy);
    require(of_sender.size() <= found->size() &&
            std::equal(of_sender.begin(), of_sender.end(), found->begin()));
    if (mail::fold_address(sender).empty())
        require(!of_sender.empty());
    const std::vector<std::string> people{"abc1@cam.example.org", "abc2@cam.example.org"};
    const auto addressed = reply::are_addressed(message, people, question, policy);
    require(addressed.has_value() && addressed->size() == people.size());
    require(*reply::is_addressed(message, people.front(), question, policy) == addressed->front());
    // A site that asks for less has no more against it.
    policy.authenticated_only = false;
    const auto fewer = reply::objections(message, question, policy);
    require(fewer.has_value() && fewer->size() <= found->size());
}

void check_authentication_results(std::string_view text) {
    const auto parsed = mail::parse_authentication_results(text);
    if (!parsed)
        return;
    require(!parsed->authserv_id.empty() && parsed->results.size() <= mail::authentication_results_limit);
    for (const mail::AuthenticationResult& result : parsed->results) {
        require(!result.method.empty() && !result.result.empty());
        require(result.method == to_lower(result.method) && result.result == to_lower(result.result));
        require(result.properties.size() <= mail::authentication_results_limit);
    }
}

void check_wire(std::string_view text) {
    if (const auto request = reply::read_claim_request(text)) {
        const auto again = reply::read_claim_request(reply::to_key(*request));
        // Escapes may make the one that we write longer than what we read.
        require(!again || *again == *request);
    }
    if (const auto outcome = reply::read_claim_outcome(text)) {
        const auto again = reply::read_claim_outcome(reply::to_value(*outcome));
        require(!again || *again == *outcome);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    std::string_view input(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    const std::string_view sender = take_line(input);
    check_sender_key(sender);
    check_objections(sender, input);
    check_authentication_results(input);
    check_wire(input);
    return 0;
}
