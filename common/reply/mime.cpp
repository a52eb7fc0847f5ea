// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/mime.hpp"

#include <algorithm>
#include <array>

#include <unistd.h>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "mail/utf8.hpp"
#include "reply/encoded_words.hpp"
#include "reply/lines.hpp"

namespace columbarium::reply {

namespace {

constexpr std::size_t longest_subject = 250; // characters
constexpr std::size_t longest_from_name = 100;
constexpr std::size_t longest_plain_line = 200; // octets, of text that is not encoded

using Stream = mail::GObject_ptr<GMimeStream>;

std::size_t longest_line(std::string_view text) {
    std::size_t longest = 0;
    while (!text.empty())
        longest = std::max(longest, take_line(text).size());
    return longest;
}

GMimeContentEncoding encoding_of(std::string_view text) {
    const bool has_controls =
        std::ranges::any_of(text, [](char c) { return is_control(c) && c != '\n' && c != '\t'; });
    if (is_ascii(text) && !has_controls && longest_line(text) <= longest_plain_line)
        return GMIME_CONTENT_ENCODING_7BIT;
    // Quoted-printable makes three octets of one, base64 four of three.
    const auto encoded = std::ranges::count_if(text, [](char c) { return !is_ascii(c) || c == '='; });
    return static_cast<std::size_t>(encoded) * 6 > text.size() ? GMIME_CONTENT_ENCODING_BASE64
                                                               : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

std::string with_crlf(std::string_view text) {
    std::string result;
    while (!text.empty())
        result.append(take_line(text)).append("\r\n");
    return result;
}

void set_content(GMimePart* part, const std::string& text, GMimeContentEncoding encoding) {
    const Stream stream(g_mime_stream_mem_new_with_buffer(text.data(), text.size()));
    const mail::GObject_ptr<GMimeDataWrapper> content(
        g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT));
    g_mime_part_set_content(part, content.get());
    g_mime_part_set_content_encoding(part, encoding);
}

} // namespace

std::string random_digits() {
    std::array<unsigned char, 16> octets{};
    if (getentropy(octets.data(), octets.size()) != 0) // an old kernel: unique will do
        for (unsigned char& octet : octets)
            octet = static_cast<unsigned char>(g_random_int_range(0, 256));
    std::string digits;
    for (const unsigned char octet : octets)
        digits += fmt::format("{:02x}", octet);
    return digits;
}

std::string date_text(std::chrono::sys_seconds date) {
    GDateTime* const time = g_date_time_new_from_unix_utc(date.time_since_epoch().count());
    if (time == nullptr) // beyond the year 9999
        return date_text({});
    const mail::GString_ptr text(g_mime_utils_header_format_date(time));
    g_date_time_unref(time);
    return text.get();
}

MimeMessage new_message(const From& from, const std::string& to, std::string_view subject,
                        std::chrono::sys_seconds date, std::string_view message_id_domain) {
    mail::ensure_gmime();
    MimeMessage message(g_mime_message_new(FALSE));
    GMimeObject* const object = GMIME_OBJECT(message.get());
    const auto length = [](std::string_view name) { return name.size() + 2; };
    set_field(object, "From", mailbox(one_line(from.name, longest_from_name), from.address, length("From")));
    set_field(object, "To", to);
    set_field(object, "Subject", unstructured(one_line(subject, longest_subject), length("Subject")));
    set_field(object, "Date", date_text(date));
    std::string domain(message_id_domain);
    if (!is_sendable("a@" + domain))
        domain = from.address.substr(from.address.rfind('@') + 1);
    set_field(object, "Message-ID", fmt::format("<{}@{}>", random_digits(), domain));
    set_field(object, "Auto-Submitted", "auto-replied");
    set_field(object, "X-Auto-Response-Suppress", "All");
    return message;
}

void set_field(GMimeObject* object, const char* name, std::string_view value) {
    GMimeHeaderList* const headers = g_mime_object_get_header_list(object);
    g_mime_header_list_append(headers, name, "", nullptr);
    GMimeHeader* const header =
        g_mime_header_list_get_header_at(headers, g_mime_header_list_get_count(headers) - 1);
    g_mime_header_set_raw_value(header, fmt::format(" {}\n", value).c_str());
}

MimePart text_part(const char* subtype, const std::string& text) {
    mail::ensure_gmime();
    MimePart part(g_mime_part_new_with_type("text", subtype));
    const GMimeContentEncoding encoding = encoding_of(text);
    const char* charset = "unknown-8bit"; // RFC 1428
    if (encoding == GMIME_CONTENT_ENCODING_7BIT)
        charset = "us-ascii";
    else if (mail::valid_utf8(text) == text)
        charset = "utf-8";
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part.get()), "charset", charset);
    set_content(part.get(), encoding == GMIME_CONTENT_ENCODING_BASE64 ? with_crlf(text) : text, encoding);
    return part;
}

MimePart ascii_part(const char* type, const char* subtype, const std::string& text) {
    mail::ensure_gmime();
    MimePart part(g_mime_part_new_with_type(type, subtype));
    set_content(part.get(), text, GMIME_CONTENT_ENCODING_7BIT);
    return part;
}

MimePart file_part(const char* type, const char* subtype, const std::string& octets) {
    mail::ensure_gmime();
    MimePart part(g_mime_part_new_with_type(type, subtype));
    set_content(part.get(), octets, GMIME_CONTENT_ENCODING_BASE64);
    return part;
}

std::string to_wire(GMimeMessage* message) {
    GMimeFormatOptions* const options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    const Stream stream(g_mime_stream_mem_new());
    g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream.get());
    g_mime_format_options_free(options);
    const GByteArray* const octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
    return {reinterpret_cast<const char*>(octets->data), octets->len}; // NOLINT: octets are octets
}

} // namespace columbarium::reply
