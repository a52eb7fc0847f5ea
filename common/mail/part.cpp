// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/part.hpp"

#include <algorithm>
#include <cstring>
#include <map>

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

// Charsets whose converters are kept.
constexpr std::size_t converter_limit = 32;

// The C library unloads a charset's converter with its last user, and loading it again takes longer than all
// else that is done for a text. So the first ones that mail brings stay in use for the life of the process.
void keep_converter(const std::string& charset) {
    static auto* const kept = new std::map<std::string, iconv_t>;
    if (kept->size() < converter_limit && !kept->contains(charset)) {
        ensure_gmime();
        kept->emplace(charset, g_mime_iconv_open("utf-8", charset.c_str()));
    }
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
    const gint64 encoded = g_mime_stream_length(stream); // -1 where it cannot tell
    const std::size_t step =
        encoded < 0 ? 16 * 1024 : std::clamp<std::size_t>(static_cast<std::size_t>(encoded), 1, 16 * 1024);
    std::string input(std::min(limit, step), '\0');
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
    if (kept_text_ && kept_octets_ <= limit)
        return *kept_text_;
    const std::string octets = content(limit);
    const std::string charset = to_lower(parameter("charset"));
    if (charset != "utf-8")
        keep_converter(charset.empty() || charset == "us-ascii" ? "iso-8859-1" : charset);
    std::string text = to_utf8(octets, charset);
    normalise_line_ends(text);
    // Where the limit cut nothing off, it is what any larger limit gives.
    if (octets.size() < limit && octets.size() <= kept_text_limit) {
        kept_text_ = text;
        kept_octets_ = octets.size();
    }
    return text;
}

} // namespace columbarium::mail
