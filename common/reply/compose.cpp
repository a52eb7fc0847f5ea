// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/compose.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "config/notice_policy.hpp"
#include "mail/address.hpp"
#include "reply/lines.hpp"
#include "reply/mime.hpp"

namespace columbarium::reply {

namespace {

constexpr std::size_t longest_shown_subject = 200; // characters

Expected<void> check_addresses(const From& from, std::string_view to) {
    if (!is_sendable(to))
        return permanent_failure(fmt::format("\"{}\" is no address that a reply can go to", printable(to)));
    if (!is_sendable(from.address))
        return permanent_failure(
            fmt::format("\"{}\" is no address that a reply can come from", printable(from.address)));
    return {};
}

void set_language(GMimeObject* object, std::string_view language) {
    if (config::is_language_tag(language))
        set_field(object, "Content-Language", language);
}

// LF alone; a text ends with one.
std::string prepared(std::string_view text) {
    std::string result;
    while (!text.empty())
        result.append(take_line(text)).append("\n");
    return result.empty() ? "\n" : result;
}

void set_texts(GMimeMessage* reply, const std::vector<Text>& texts) {
    std::vector<std::string> languages;
    for (const Text& text : texts)
        if (config::is_language_tag(text.language) &&
            std::ranges::find(languages, text.language) == languages.end())
            languages.push_back(text.language);
    set_language(GMIME_OBJECT(reply), languages.size() == 1 ? languages.front() : std::string());
    if (languages.size() > 1)
        set_field(GMIME_OBJECT(reply), "Content-Language", fmt::format("{}", fmt::join(languages, ", ")));
    if (texts.size() == 1) {
        const MimePart part = text_part("plain", prepared(texts.front().text));
        g_mime_message_set_mime_part(reply, GMIME_OBJECT(part.get()));
        return;
    }
    const mail::GObject_ptr<GMimeMultipart> all(g_mime_multipart_new_with_subtype("alternative"));
    for (auto text = texts.rbegin(); text != texts.rend(); ++text) { // the last part is the preferred one
        const MimePart part = text_part("plain", prepared(text->text));
        set_language(GMIME_OBJECT(part.get()), text->language);
        g_mime_multipart_add(all.get(), GMIME_OBJECT(part.get()));
    }
    g_mime_message_set_mime_part(reply, GMIME_OBJECT(all.get()));
}

} // namespace

From from_of(std::string_view mailbox) {
    const auto mailboxes = mail::parse_mailboxes(mailbox);
    if (mailboxes.size() != 1 || !is_sendable(mailboxes.front().address))
        return {};
    return {mailboxes.front().display_name, mailboxes.front().address};
}

Expected<std::string> subject_of(mail::Message& message) {
    const auto header = message.header();
    if (!header)
        return tl::make_unexpected(header.error());
    return one_line((*header)->text("Subject"), longest_shown_subject);
}

Expected<std::string> compose(const Reply& reply, mail::Message& message) {
    if (const auto checked = check_addresses(reply.from, reply.to); !checked)
        return tl::make_unexpected(checked.error());
    if (reply.texts.empty())
        return permanent_failure("a reply needs a text");
    std::size_t octets = 0;
    for (const Text& text : reply.texts)
        octets += text.text.size();
    const auto too_long = [] {
        return permanent_failure(fmt::format("the reply is longer than {} octets", longest_reply));
    };
    if (octets > longest_reply)
        return too_long();
    const MimeMessage made =
        new_message(reply.from, reply.to, reply.subject, reply.date, reply.message_id_domain);
    if (auto added = add_references(made.get(), message); !added)
        return tl::make_unexpected(std::move(added.error()));
    set_texts(made.get(), reply.texts);
    std::string text = to_wire(made.get());
    if (text.size() > longest_reply)
        return too_long();
    return text;
}

} // namespace columbarium::reply
