// SPDX-License-Identifier: LGPL-2.1-or-later
// What strangers, directories and administrators bring into replies: names, addresses, subjects, fields of
// the message, texts, templates, values of the map `recipient`. Whatever it is, a message of ours has its own
// fields only, one recipient, and sound lines.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "../unit/composed_mail.hpp"
#include "config/template_syntax.hpp"
#include "mail/source.hpp"
#include "reply/compose.hpp"
#include "reply/encoded_words.hpp"
#include "reply/lines.hpp"
#include "reply/templates.hpp"
#include "tombstone/addressee.hpp"

namespace {

using namespace columbarium;
using namespace columbarium::reply;

void require(bool holds) {
    if (!holds)
        std::abort();
}

void require_sound(const Expected<std::string>& text, std::string_view from, std::string_view to) {
    if (!text) {
        require(!text.error().text.empty() && !has_control(text.error().text));
        return;
    }
    if (const std::string fault = test::fault_of_composed(*text, from, to); !fault.empty()) {
        std::fprintf(stderr, "%s\n%s\n", fault.c_str(), text->c_str());
        std::abort();
    }
}

// The input, cut at each 0xff, which is no part of UTF-8.
std::array<std::string, 9> cut(std::string_view input) {
    std::array<std::string, 9> pieces;
    for (std::string& piece : pieces) {
        const std::size_t end = input.find('\xff');
        piece = input.substr(0, end);
        if (end == std::string_view::npos)
            break;
        input.remove_prefix(end + 1);
    }
    return pieces;
}

void check_compose(const std::array<std::string, 9>& pieces) {
    const auto& [name, from, to, subject, text, language, header, domain, other] = pieces;
    mail::StringSource source(header);
    mail::Message message(source);
    for (const std::string_view sender : {std::string_view(from), std::string_view("ann@cam.example.org")})
        for (const std::string_view recipient :
             {std::string_view(to), std::string_view("fred@example.net")}) {
            Reply reply;
            reply.from = {name, std::string(sender)};
            reply.to = recipient;
            reply.subject = subject;
            reply.texts = {{language, text}};
            if (!other.empty())
                reply.texts.push_back({"de", other});
            reply.message_id_domain = domain;
            const auto made = compose(reply, message);
            require_sound(made, sender, recipient);
            require(!made || made->size() <= longest_reply);
            require_sound(compose_report({name, std::string(sender)}, recipient, {{to, domain, subject}},
                                         domain, std::chrono::sys_seconds{}, message),
                          sender, recipient);
        }
    if (const auto shown = subject_of(message))
        require(!has_control(*shown) && shown->size() <= 800);
}

void check_texts(std::string_view text) {
    const std::string line = one_line(text, 100);
    require(!has_control(line) && one_line(line, 100) == line && line.size() <= 400);
    require(mail::decode_text(unstructured(line, 9)) == line || line.find("=?") != std::string::npos);
    const From from = from_of(text);
    require(from.address.empty() || is_sendable(from.address));
    if (const auto addressee = tombstone::read_addressee(text))
        require(tombstone::read_addressee(tombstone::to_value(*addressee)).value() == *addressee);
}

// A template that is accepted can be used, and brings nothing of a value twice.
void check_template(const std::array<std::string, 9>& pieces) {
    config::NoticePolicy policy;
    policy.subject = pieces[0];
    const auto templates = Templates::read(policy);
    require(templates.has_value() == config::template_fault(pieces[0]).empty());
    if (!templates)
        return;
    const Values values{pieces[1], {{pieces[2], pieces[3], pieces[4]}, {pieces[5], "", ""}}, 7};
    const auto subject = templates->subject(values);
    require(subject && !subject->empty() && !has_control(*subject));
    const auto texts = templates->texts(pieces[6], values);
    require(texts && texts->size() == 1 && texts->front().text.find('\x1f') == std::string::npos);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(data, data + size);
    const auto pieces = cut(input);
    check_compose(pieces);
    for (const std::string& piece : pieces)
        check_texts(piece);
    check_template(pieces);
    return 0;
}
