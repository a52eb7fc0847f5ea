// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/forward_text.hpp"

#include <algorithm>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "desk/subject.hpp"
#include "mail/address.hpp"
#include "reply/compose.hpp"
#include "reply/encoded_words.hpp"
#include "reply/lines.hpp"

namespace columbarium::desk {

namespace {

// Characters.
constexpr std::size_t longest_token = 100;
constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_by = 200;
constexpr std::size_t longest_note = 1000;
constexpr std::size_t longest_value = 500;

constexpr std::size_t most_tokens = 20;
constexpr std::size_t most_explanations = 20;
constexpr std::size_t most_reply_to = 10; // mailboxes

bool is_of_word(char c) {
    return is_letter(c) || is_digit(c) || !is_ascii(c);
}

// Whether a text holds a token, not inside of a longer word; ASCII case does not count.
bool holds_token(std::string_view text, std::string_view token) {
    for (std::size_t at = 0; at + token.size() <= text.size(); ++at) {
        const std::size_t end = at + token.size();
        if (equals_ignoring_case(text.substr(at, token.size()), token) &&
            (at == 0 || !is_of_word(text[at - 1]) || !is_of_word(token.front())) &&
            (end == text.size() || !is_of_word(text[end]) || !is_of_word(token.back())))
            return true;
    }
    return false;
}

// The tokens, each once, as they can stand in a line.
std::vector<std::string> clean_tokens(const ForwardRequest& request) {
    std::vector<std::string> tokens;
    for (const std::string& token : request.tokens) {
        std::string line = reply::one_line(token, longest_token);
        const auto is_same = [&](const std::string& other) { return equals_ignoring_case(other, line); };
        if (!line.empty() && tokens.size() < most_tokens && std::ranges::none_of(tokens, is_same))
            tokens.push_back(std::move(line));
    }
    return tokens;
}

std::string first_line(const ForwardRequest& request) {
    std::string line;
    for (const std::string& token : clean_tokens(request))
        line += fmt::format("[{}] ", token);
    const std::string by = reply::one_line(request.by, longest_by);
    line += fmt::format("Forwarded to {} by ", reply::one_line(request.destination.name, longest_name));
    line += request.by_person ? by : fmt::format("the rule \"{}\"", by);
    if (const std::string note = reply::one_line(request.note, longest_note); !note.empty())
        line += ": " + note;
    return line;
}

// The addresses, folded, that an answer must not go to by itself: it would be forwarded again.
std::vector<std::string> own_addresses(const ForwardRequest& request) {
    std::vector<std::string> own = {mail::fold_address(request.desk_address),
                                    mail::fold_address(reply::from_of(request.policy.from).address)};
    if (const auto* const channel = std::get_if<config::Channel>(&request.destination.kind))
        own.push_back(mail::fold_address(channel->forward_to));
    return own;
}

bool is_among(const std::vector<std::string>& folded, std::string_view address) {
    return std::ranges::find(folded, mail::fold_address(address)) != folded.end();
}

// The mailboxes of a field that mail can be sent to, but for the desk's `own`.
std::vector<mail::Mailbox> sendable(std::string_view raw, const std::vector<std::string>& own) {
    std::vector<mail::Mailbox> found;
    for (mail::Mailbox& mailbox : mail::parse_mailboxes(raw)) {
        const auto is_same = [&](const mail::Mailbox& other) {
            return equals_ignoring_case(other.address, mailbox.address);
        };
        if (found.size() < most_reply_to && mail::is_sendable(mailbox.address) &&
            !is_among(own, mailbox.address) && std::ranges::none_of(found, is_same))
            found.push_back(std::move(mailbox));
    }
    return found;
}

} // namespace

std::string forward_subject(const ForwardRequest& request, const mail::HeaderFields& original) {
    constexpr std::size_t longest = 250;
    const std::string real = real_subject(original.text("Subject"));
    std::string subject;
    for (const std::string& token : clean_tokens(request))
        if (!holds_token(real, token))
            subject += fmt::format("[{}] ", token);
    subject = reply::one_line(subject + real, longest);
    return subject.empty() ? "(no subject)" : subject;
}

std::string forward_text(const ForwardRequest& request, const mail::HeaderFields& original) {
    std::string text = first_line(request) + "\n";
    const std::size_t explanations = std::min(request.explanations.size(), most_explanations);
    for (std::size_t i = 0; i < explanations; ++i)
        text += fmt::format("Why: {}\n", reply::one_line(request.explanations[i], longest_value));
    text += '\n';
    for (const char* name : {"From", "Date", "To", "Subject"})
        text += fmt::format("{}: {}\n", name, reply::one_line(original.text(name), longest_value));
    return text;
}

std::string forward_reply_to(const ForwardRequest& request, const mail::HeaderFields& original) {
    const std::vector<std::string> own = own_addresses(request);
    std::vector<mail::Mailbox> mailboxes = sendable(original.raw("Reply-To"), own);
    if (mailboxes.empty())
        mailboxes = sendable(original.raw("From"), own);
    if (mailboxes.empty() && request.sender && mail::is_sendable(*request.sender) &&
        !is_among(own, *request.sender))
        mailboxes.push_back({"", *request.sender});
    std::string value;
    std::size_t used = std::string_view("Reply-To: ").size();
    for (const mail::Mailbox& mailbox : mailboxes) {
        if (!value.empty()) {
            value += ",\n ";
            used = 1;
        }
        value += reply::mailbox(reply::one_line(mailbox.display_name, longest_name), mailbox.address, used);
    }
    return value;
}

} // namespace columbarium::desk
