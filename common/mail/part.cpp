// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/part.hpp"

#include <algorithm>
#include <cstring>

#include "base/ascii.hpp"
#include "mail/gmime.hpp"

namespace columbarium::mail {

namespace {

std::string type_of(GMimeObject* object) {
    GMimeContentType* type = g_mime_object_get_content_type(object);
    const char* media = type == nullptr ? nullptr : g_mime_content_type_get_media_type(type);
    const char* subtype = type == nullptr ? nullptr : g_mime_content_type_get_media_subtype(type);
    if (media == nullptr || subtype == nullptr)
        return "text/plain";
    std::string name = to_lower(std::string(media) + "/" + subtype);
    if (name == "application/octet-stream") {
        // GMime's word for what it could not read, too. The default is text (RFC 2045 section 5.2).
        const char* field = g_mime_object_get_header(object, "Content-Type");
        if (field == nullptr || std::strchr(field, '/') == nullptr)
            return "text/plain";
    }
    return name;
}

// CRLF and lone CR to LF, in place.
void normalise_line_ends(std::string& text) {
    if (text.find('\r') == std::string::npos)
        return;
    std::size_t out = 0;
    for (std::size_t in = 0; in < text.size(); ++in) {
        if (text[in] == '\r') {
            if (in + 1 < text.size() && text[in + 1] == '\n')
                continue;
            text[out++] = '\n';
        } else {
            text[out++] = text[in];
        }
    }
    text.resize(out);
}

} // namespace

Part::Part(GMimeObject* object, int parent, int depth)
    : object_(object), content_type_(type_of(object)), parent_(parent), depth_(depth),
      is_multipart_(GMIME_IS_MULTIPART(object)), is_message_(GMIME_IS_MESSAGE_PART(object)) {}

std::string Part::parameter(std::string_view name) const {
    const char* value = g_mime_object_get_content_type_parameter(object_, std::string(name).c_str());
    return value == nullptr ? std::string() : valid_utf8(value);
}

std::string Part::filename() const {
    if (is_multipart_)
        return {};
    // Asked of the object, not of GMimePart: an attached message has a file name, too.
    const char* name = g_mime_object_get_content_disposition_parameter(object_, "filename");
    if (name == nullptr)
        name = g_mime_object_get_content_type_parameter(object_, "name");
    return name == nullptr ? std::string() : valid_utf8(name);
}

bool Part::is_attachment() const {
    const char* disposition = g_mime_object_get_disposition(object_);
    return disposition != nullptr && equals_ignoring_case(disposition, GMIME_DISPOSITION_ATTACHMENT);
}

std::string Part::message_header() const {
    if (!is_message_)
        return {};
    GMimeMessage* message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object_));
    if (message == nullptr)
        return {};
    std::string block;
    GMimeHeaderList* headers = g_mime_object_get_header_list(GMIME_OBJECT(message));
    const int count = g_mime_header_list_get_count(headers);
    for (int i = 0; i < count; ++i) {
        GMimeHeader* header = g_mime_header_list_get_header_at(headers, i);
        const char* value = g_mime_header_get_raw_value(header);
        block.append(g_mime_header_get_name(header)).append(":").append(value == nullptr ? "" : value);
        if (block.back() != '\n')
            block += '\n';
    }
    return block;
}

int Part::children() const {
    return is_multipart_ ? g_mime_multipart_get_count(GMIME_MULTIPART(object_)) : 0;
}

std::string Part::content(std::size_t limit) const {
    if (is_multipart_) {
        const char* prologue = g_mime_multipart_get_prologue(GMIME_MULTIPART(object_));
        return prologue == nullptr ? std::string() : std::string(prologue, ::strnlen(prologue, limit));
    }
    if (!GMIME_IS_PART(object_))
        return {};
    GMimeDataWrapper* wrapper = g_mime_part_get_content(GMIME_PART(object_));
    if (wrapper == nullptr)
        return {};
    GMimeStream* stream = g_mime_data_wrapper_get_stream(wrapper);
    const GMimeContentEncoding encoding = g_mime_data_wrapper_get_encoding(wrapper);
    if (stream == nullptr || g_mime_stream_reset(stream) == -1)
        return {};

    GMimeEncoding decoder;
    g_mime_encoding_init_decode(&decoder, encoding);
    std::string result;
    std::string input(std::min<std::size_t>(limit, 16 * 1024), '\0');
    while (result.size() < limit) {
        const ssize_t got = g_mime_stream_read(stream, input.data(), input.size());
        if (got <= 0)
            break;
        const std::size_t octets = static_cast<std::size_t>(got);
        const std::size_t before = result.size();
        result.resize(before + g_mime_encoding_outlen(&decoder, octets));
        const std::size_t decoded =
            g_mime_encoding_step(&decoder, input.data(), octets, result.data() + before);
        result.resize(before + decoded);
    }
    result.resize(std::min(result.size(), limit));
    return result;
}

std::string Part::text(std::size_t limit) const {
    std::string text = to_utf8(content(limit), parameter("charset"));
    normalise_line_ends(text);
    return text;
}

} // namespace columbarium::mail
