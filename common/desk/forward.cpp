// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/forward.hpp"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "desk/forward_desk.hpp"
#include "desk/forward_inline.hpp"
#include "desk/forward_text.hpp"
#include "mail/address.hpp"
#include "reply/compose.hpp"
#include "reply/encoded_words.hpp"
#include "reply/lines.hpp"
#include "reply/mime.hpp"
#include "triage/forward_mark.hpp"

namespace columbarium::desk {

namespace {

using Multipart = mail::GObject_ptr<GMimeMultipart>;

constexpr std::size_t longest_from_name = 100; // characters
constexpr std::size_t most_marks = 50;

// Who and whither, checked.
struct Way {
    reply::From from;
    std::string to;
};

Expected<Way> way_of(const ForwardRequest& request) {
    const auto* const channel = std::get_if<config::Channel>(&request.destination.kind);
    const auto no_address = [](std::string_view address, std::string_view what) {
        return permanent_failure(
            fmt::format("\"{}\" is no address that a forward can {}", printable(address), what));
    };
    if (channel == nullptr || channel->forward_to.empty())
        return permanent_failure(
            fmt::format("destination {} forwards to nobody", printable(request.destination.name)));
    Way way{request.policy.from.empty() ? reply::From{{}, request.desk_address}
                                        : reply::from_of(request.policy.from),
            channel->forward_to};
    if (request.policy.from.empty() && request.desk_address.empty())
        return permanent_failure(
            "nobody knows the desk's address: set from in [desk] of columbarium.toml, or sieve_user_email");
    if (!mail::is_sendable(way.from.address))
        return no_address(request.policy.from.empty() ? request.desk_address : request.policy.from,
                          "come from");
    if (!mail::is_sendable(way.to))
        return no_address(way.to, "go to");
    const std::string id = fmt::format("<{}>", request.message_id);
    if (reply::message_ids(id) != std::vector<std::string>{id})
        return permanent_failure(
            fmt::format("\"{}\" is no identifier of a message", printable(request.message_id)));
    return way;
}

// Our mark, and those of the original behind it.
void set_marks(GMimeObject* object, const ForwardRequest& request, const mail::HeaderFields& original) {
    std::vector<triage::ForwardMark> marks = triage::forward_marks(original);
    marks.insert(marks.begin(), triage::ForwardMark{forward_desk(request.policy, request.desk_address),
                                                    request.destination.name});
    if (marks.size() > most_marks)
        marks.resize(most_marks);
    for (const triage::ForwardMark& mark : marks)
        reply::set_field(object, triage::forward_field, triage::to_field(mark));
}

Expected<reply::MimeMessage> new_forward(const ForwardRequest& request, const Way& way,
                                         mail::Message& message, const mail::HeaderFields& original) {
    mail::ensure_gmime();
    reply::MimeMessage forward(g_mime_message_new(FALSE));
    GMimeObject* const object = GMIME_OBJECT(forward.get());
    const auto length = [](std::string_view name) { return name.size() + 2; };
    reply::set_field(
        object, "From",
        reply::mailbox(reply::one_line(way.from.name, longest_from_name), way.from.address, length("From")));
    reply::set_field(object, "To", way.to);
    if (const std::string reply_to = forward_reply_to(request, original); !reply_to.empty())
        reply::set_field(object, "Reply-To", reply_to);
    reply::set_field(object, "Subject",
                     reply::unstructured(forward_subject(request, original), length("Subject")));
    reply::set_field(object, "Date", reply::date_text(request.date));
    reply::set_field(object, "Message-ID", fmt::format("<{}>", request.message_id));
    if (auto added = reply::add_references(forward.get(), message); !added)
        return tl::make_unexpected(std::move(added.error()));
    if (!request.by_person) // RFC 3834 section 5: never of what people send by hand
        reply::set_field(object, "Auto-Submitted", "auto-generated");
    // "AutoReply" marks what machines send: the next desk must not take a person's forward for that.
    reply::set_field(object, "X-Auto-Response-Suppress", request.by_person ? "OOF" : "OOF, AutoReply");
    set_marks(object, request, original);
    return forward;
}

// With a boundary that nobody who wrote the original could know.
Multipart new_mixed() {
    Multipart mixed(g_mime_multipart_new_with_subtype("mixed"));
    g_mime_multipart_set_boundary(mixed.get(), ("=_" + reply::random_digits()).c_str());
    return mixed;
}

// The text and the original: a part whose content is put in later.
void attach_original(GMimeMessage* forward, const std::string& text, const std::string& placeholder) {
    const Multipart mixed = new_mixed();
    // The original may hold 8-bit octets (RFC 2046 section 5.2.1): so both have to say it.
    reply::set_field(GMIME_OBJECT(mixed.get()), "Content-Transfer-Encoding", "8bit");
    const reply::MimePart first = reply::text_part("plain", text);
    const reply::MimePart original = reply::ascii_part("message", "rfc822", placeholder);
    g_mime_part_set_content_encoding(original.get(), GMIME_CONTENT_ENCODING_8BIT);
    g_mime_object_set_disposition(GMIME_OBJECT(original.get()), GMIME_DISPOSITION_ATTACHMENT);
    g_mime_part_set_filename(original.get(), "original.eml");
    g_mime_multipart_add(mixed.get(), GMIME_OBJECT(first.get()));
    g_mime_multipart_add(mixed.get(), GMIME_OBJECT(original.get()));
    g_mime_message_set_mime_part(forward, GMIME_OBJECT(mixed.get()));
}

void put_in(GMimeMessage* forward, const std::string& text, const InlineOriginal& original) {
    const reply::MimePart first = reply::text_part("plain", text + "\n" + original.text);
    if (original.files.empty()) {
        g_mime_message_set_mime_part(forward, GMIME_OBJECT(first.get()));
        return;
    }
    const Multipart mixed = new_mixed();
    g_mime_multipart_add(mixed.get(), GMIME_OBJECT(first.get()));
    for (const reply::MimePart& file : original.files)
        g_mime_multipart_add(mixed.get(), GMIME_OBJECT(file.get()));
    g_mime_message_set_mime_part(forward, GMIME_OBJECT(mixed.get()));
}

// The forward with the original inside, or "" where the original has to be attached.
Expected<std::string> inline_forward(const ForwardRequest& request, const Way& way, mail::Message& message,
                                     const mail::HeaderFields& header, const std::string& text) {
    const auto original = read_inline_original(message);
    if (!original)
        return tl::make_unexpected(original.error());
    if (!*original)
        return std::string();
    const auto forward = new_forward(request, way, message, header);
    if (!forward)
        return tl::make_unexpected(forward.error());
    put_in(forward->get(), text, **original);
    std::string wire = reply::to_wire(forward->get());
    if (wire.size() > longest_inline)
        wire.clear();
    return wire;
}

} // namespace

Expected<Forward> compose_forward(const ForwardRequest& request, mail::Message& message) {
    const auto way = way_of(request);
    if (!way)
        return tl::make_unexpected(way.error());
    const auto header = message.header();
    if (!header)
        return tl::make_unexpected(header.error());
    const std::string text = forward_text(request, **header);
    Forward made{way->from.address, way->to, {}, false, {}};
    if (std::get<config::Channel>(request.destination.kind).original ==
        config::Channel::Original::as_inline) {
        auto wire = inline_forward(request, *way, message, **header, text);
        if (!wire)
            return tl::make_unexpected(std::move(wire.error()));
        made.head = std::move(*wire);
        if (!made.head.empty())
            return made;
    }
    const auto forward = new_forward(request, *way, message, **header);
    if (!forward)
        return tl::make_unexpected(forward.error());
    const std::string placeholder = reply::random_digits();
    attach_original(forward->get(), text, placeholder);
    const std::string wire = reply::to_wire(forward->get());
    const std::size_t place = wire.find(placeholder);
    if (place == std::string::npos)
        return permanent_failure("the forward has no place for its original");
    made.head = wire.substr(0, place);
    made.tail = wire.substr(place + placeholder.size());
    made.attaches_original = true;
    return made;
}

} // namespace columbarium::desk
