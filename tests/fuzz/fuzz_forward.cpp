// SPDX-License-Identifier: LGPL-2.1-or-later
// Forwards of a desk: any message, attached and inline. The first line is the note, the token and who sent
// it; what follows is the message.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "desk/forward.hpp"
#include "desk/subject.hpp"
#include "mail/message.hpp"
#include "mail/source.hpp"

namespace {

using namespace columbarium;

void require(bool holds) {
    if (!holds)
        std::abort();
}

// Whatever it was made of: lines of ASCII that are not too long, one header, and fields that are ours.
void check_lines(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = text.find("\r\n");
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
        require(is_ascii(line) && line.size() <= 998);
        require(line.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
    }
}

void check_header(const desk::Forward& forward) {
    const std::size_t end = forward.head.find("\r\n\r\n");
    require(end != std::string::npos);
    const mail::HeaderFields header(std::string_view(forward.head).substr(0, end + 2));
    for (const mail::HeaderField& field : header.fields()) {
        const std::string name = to_lower(field.name);
        require(name == "from" || name == "to" || name == "reply-to" || name == "subject" || name == "date" ||
                name == "message-id" || name == "in-reply-to" || name == "references" ||
                name == "mime-version" || name == "content-type" || name == "content-transfer-encoding" ||
                name == "auto-submitted" || name == "x-auto-response-suppress" ||
                name == "x-columbarium-forward");
    }
    require(header.raw("To") == forward.recipient);
}

void check_forward(const desk::ForwardRequest& request, std::string_view original, std::size_t parts) {
    mail::StringSource source(original);
    mail::Message message(source, {.sender = request.sender});
    const auto forward = desk::compose_forward(request, message);
    require(forward.has_value());
    check_lines(forward->head);
    check_lines(forward->tail);
    check_header(*forward);
    require(forward->attaches_original || forward->tail.empty());
    if (parts == 0 || !forward->attaches_original)
        return;
    const std::string whole = forward->head + std::string(original) + forward->tail;
    mail::StringSource again(whole);
    mail::Message made(again);
    const auto found = made.all_parts();
    require(found.has_value() && found->size() >= parts && found->front().children() == 2);
}

void check_subject(std::string_view text) {
    std::string subject = desk::real_subject(text);
    require(!has_control(subject));
    std::size_t characters = 0;
    for (std::string_view rest = subject; !rest.empty(); ++characters) {
        const Character character = first_character(rest);
        require(character.valid);
        rest.remove_prefix(character.octets);
    }
    require(characters <= 200);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    std::string_view input(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    const std::string line(take_line(input));
    check_subject(line);
    config::DeskPolicy policy;
    config::Destination destination{line, config::Channel{}, "", false};
    auto& channel = std::get<config::Channel>(destination.kind);
    channel.forward_to = "disputes@example.org";
    desk::ForwardRequest request{policy,
                                 destination,
                                 "support@example.org",
                                 line,
                                 line.size() % 2 == 0,
                                 line,
                                 {line, line + "x"},
                                 {line},
                                 line,
                                 {},
                                 "1.a@example.org"};
    // What the parser reads of a message is bounded; a small one it reads to its end.
    constexpr std::size_t small = 4096;
    check_forward(request, input, input.size() < small ? 3 : 0);
    channel.original = config::Channel::Original::as_inline;
    check_forward(request, input, 0);
    mail::StringSource source(input);
    mail::Message message(source);
    require(desk::forward_objections(policy, "support@example.org", message).has_value());
    return 0;
}
