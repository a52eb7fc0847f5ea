// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether a message may be forwarded (RFC 3834 section 2), and what desks know their forwards by.
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "desk/forward.hpp"
#include "desk/forward_desk.hpp"
#include "mail/address.hpp"
#include "reply/compose.hpp"
#include "reply/lines.hpp"
#include "reply/mime.hpp"
#include "triage/facts.hpp"
#include "triage/forward_mark.hpp"

namespace columbarium::desk {

namespace {

constexpr std::size_t longest_returned = 64 * 1024; // octets of a part that are searched for our mark
constexpr std::string_view id_prefix = "forward.";

using Marks = std::vector<triage::ForwardMark>;

// FNV-1a: no secret, a name that is short.
std::string short_name(std::string_view desk) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : desk)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return fmt::format("{:016x}", hash);
}

// The marks that stand in a text which returns a message: at the start of a line, quoted or not.
Marks marks_in_text(std::string_view text) {
    Marks marks;
    while (!text.empty()) {
        std::string_view line = take_line(text);
        line.remove_prefix(std::min(line.find_first_not_of("> \t"), line.size()));
        if (!starts_with_ignoring_case(line, triage::forward_field))
            continue;
        const Marks found = triage::forward_marks(mail::HeaderFields(line));
        marks.insert(marks.end(), found.begin(), found.end());
    }
    return marks;
}

// The marks of the messages that a report or an answer brings back.
Expected<Marks> returned_marks(mail::Message& message) {
    const auto parts = message.head_parts();
    if (!parts)
        return tl::make_unexpected(parts.error());
    Marks marks;
    for (const mail::Part& part : *parts) {
        Marks found;
        if (part.is_message()) {
            const std::string header = part.message_header();
            found = triage::forward_marks(mail::HeaderFields(header));
        } else if (part.content_type() == "text/rfc822-headers") {
            const std::string header = part.content(longest_returned);
            found = triage::forward_marks(mail::HeaderFields(header));
        } else if (part.content_type().starts_with("text/") || part.is_multipart()) {
            found = marks_in_text(part.content(longest_returned));
        }
        marks.insert(marks.end(), found.begin(), found.end());
    }
    return marks;
}

const triage::ForwardMark* mark_of(const Marks& marks, const std::string& desk) {
    const auto found = std::ranges::find(marks, desk, &triage::ForwardMark::desk);
    return desk.empty() || found == marks.end() ? nullptr : &*found;
}

std::string whither(const triage::ForwardMark& mark) {
    return mark.channel.empty() ? std::string() : fmt::format(" to channel {}", printable(mark.channel));
}

// Whether In-Reply-To or References name a forward of this desk.
bool refers_to_forward(const mail::HeaderFields& header, const std::string& desk) {
    return std::ranges::any_of(std::array{"In-Reply-To", "References"}, [&](const char* name) {
        return std::ranges::any_of(reply::message_ids(header.raw(name)),
                                   [&](const std::string& id) { return is_forward_of(id, desk); });
    });
}

// What a machine tells of a forward of ours, "" where it is none.
Expected<std::string> told_by_machine(mail::Message& message, const mail::HeaderFields& header,
                                      const std::string& desk) {
    triage::Facts facts(message);
    const auto classes = facts.values(triage::Fact::message_class);
    if (!classes)
        return tl::make_unexpected(classes.error());
    const auto is_class = [&](std::string_view name) {
        return std::ranges::any_of(*classes,
                                   [name](const triage::Finding& found) { return found.value == name; });
    };
    const bool is_failure = is_class("bounce");
    const bool is_report = is_failure || is_class("delay-notice");
    if (!is_report && !is_class("auto-reply"))
        return std::string();
    const auto marks = returned_marks(message);
    if (!marks)
        return tl::make_unexpected(marks.error());
    const triage::ForwardMark* const mark = mark_of(*marks, desk);
    if (mark == nullptr && !refers_to_forward(header, desk))
        return std::string();
    const std::string channel = mark == nullptr ? std::string() : whither(*mark);
    if (is_report)
        return fmt::format("it reports that a forward of {}{} {}", desk, channel,
                           is_failure ? "failed" : "is delayed");
    return fmt::format("it is an automatic answer to a forward of {}{}", desk, channel);
}

// What the channel itself says to a forward of ours, "" where it is none: for a program that answers there
// and does not tell that it is one.
Expected<std::string> told_by_channel(mail::Message& message, const mail::HeaderFields& header,
                                      const std::string& desk, std::string_view forward_to) {
    const std::string channel = mail::fold_address(forward_to);
    if (channel.empty() || !refers_to_forward(header, desk))
        return std::string();
    const auto sender = message.sender();
    if (!sender)
        return tl::make_unexpected(sender.error());
    const bool is_from_channel =
        std::ranges::any_of(mail::parse_mailboxes(header.raw("From")), [&](const mail::Mailbox& mailbox) {
            return mail::fold_address(mailbox.address) == channel;
        });
    if (!is_from_channel && mail::fold_address(sender->value_or("")) != channel)
        return std::string();
    return fmt::format("it is an answer of {} to a forward of {}", channel, desk);
}

} // namespace

std::string forward_desk(const config::DeskPolicy& policy, const std::string& desk_address) {
    std::string folded = mail::fold_address(desk_address);
    return folded.empty() ? mail::fold_address(reply::from_of(policy.from).address) : folded;
}

std::string forward_message_id(const config::DeskPolicy& policy, const std::string& desk_address,
                               std::string_view domain) {
    const std::string desk = forward_desk(policy, desk_address);
    std::string right(domain);
    if (!mail::is_sendable("a@" + right))
        right = mail::domain_of(desk);
    if (!mail::is_sendable("a@" + right))
        right = "localhost";
    return fmt::format("{}{}.{}@{}", id_prefix, reply::random_digits(), short_name(desk), right);
}

bool is_forward_of(std::string_view message_id, const std::string& desk) {
    return message_id.starts_with(fmt::format("<{}", id_prefix)) && !desk.empty() &&
           message_id.find(fmt::format(".{}@", short_name(desk))) != std::string_view::npos;
}

Expected<std::vector<std::string>> forward_objections(const config::DeskPolicy& policy,
                                                      const std::string& desk_address, mail::Message& message,
                                                      std::string_view forward_to, bool by_person) {
    std::vector<std::string> objections;
    if (by_person)
        return objections;
    const auto header = message.header();
    if (!header)
        return tl::make_unexpected(header.error());
    const std::string desk = forward_desk(policy, desk_address);
    const Marks marks = triage::forward_marks(**header);
    if (const triage::ForwardMark* const mark = mark_of(marks, desk))
        objections.push_back(fmt::format("{} has forwarded it before{}", desk, whither(*mark)));
    if (marks.size() >= policy.hops)
        objections.push_back(fmt::format("{} desks have forwarded it: no more than {} may (desk.hops)",
                                         marks.size(), policy.hops));
    auto told = told_by_machine(message, **header, desk);
    if (!told)
        return tl::make_unexpected(std::move(told.error()));
    if (told->empty())
        told = told_by_channel(message, **header, desk, forward_to);
    if (!told)
        return tl::make_unexpected(std::move(told.error()));
    if (!told->empty())
        objections.push_back(std::move(*told));
    return objections;
}

} // namespace columbarium::desk
