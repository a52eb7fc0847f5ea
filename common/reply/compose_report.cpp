// SPDX-License-Identifier: LGPL-2.1-or-later
// Delivery status notifications, RFC 3464.
#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "reply/compose.hpp"
#include "reply/lines.hpp"
#include "reply/mime.hpp"

namespace columbarium::reply {

namespace {

constexpr std::size_t longest_returned_header = 16 * 1024; // octets
constexpr std::size_t longest_diagnostic = 500;            // octets of a line
constexpr std::size_t most_refused = 1'000;

// A text for a field of the report: one line of ASCII.
std::string field_text(std::string_view text) {
    std::string line = one_line(text, longest_diagnostic);
    std::ranges::replace_if(
        line, [](char c) { return !is_ascii(c); }, '?');
    if (line.size() > longest_diagnostic)
        line.resize(longest_diagnostic);
    return line;
}

// RFC 3463 section 2: "5.1.6".
std::string status_text(std::string_view status) {
    const bool is_sound = status.size() >= 5 && status.size() <= 9 && is_digit(status.front()) &&
                          is_digit(status.back()) && std::ranges::count(status, '.') == 2 &&
                          status.find_first_not_of("0123456789.") == std::string_view::npos &&
                          status.find("..") == std::string_view::npos;
    return std::string(is_sound ? status : "5.0.0");
}

// For a person to read.
std::string explanation(const std::vector<Refused>& refused) {
    std::string text = "Your message was delivered to some of its recipients, but not to these:\n\n";
    for (const Refused& recipient : refused)
        text += fmt::format("  {}\n    {}\n\n", one_line(recipient.address, longest_diagnostic),
                            field_text(recipient.diagnostic));
    text += "A filter of the receiving site has refused them. This report was made\n"
            "automatically; nobody reads replies to it. The header of your message\n"
            "is attached.\n";
    return text;
}

// RFC 3464 section 2: the fields about the message, then a group for each recipient.
std::string status_fields(const std::vector<Refused>& refused, std::string_view reporting_mta,
                          std::chrono::sys_seconds date) {
    const mail::GString_ptr arrival([date] {
        GDateTime* const time = g_date_time_new_from_unix_utc(date.time_since_epoch().count());
        char* const text = time == nullptr ? nullptr : g_mime_utils_header_format_date(time);
        if (time != nullptr)
            g_date_time_unref(time);
        return text;
    }());
    std::string text = fmt::format("Reporting-MTA: dns; {}\n", field_text(reporting_mta));
    if (arrival)
        text += fmt::format("Arrival-Date: {}\n", arrival.get());
    for (const Refused& recipient : refused)
        text += fmt::format("\nFinal-Recipient: rfc822; {}\n"
                            "Action: failed\n"
                            "Status: {}\n"
                            "Diagnostic-Code: smtp; {}\n",
                            field_text(recipient.address), status_text(recipient.status),
                            field_text(recipient.diagnostic));
    return text;
}

// The header of the message, as much as is worth to be sent back, with LF.
Expected<std::string> returned_header(mail::Message& message) {
    const auto header = message.header();
    if (!header)
        return tl::make_unexpected(header.error());
    std::string text;
    for (const mail::HeaderField& field : (*header)->fields()) {
        std::string whole = fmt::format("{}: {}\n", field.name, field.raw);
        std::erase_if(whole, [](char c) { return c == '\r' || c == '\0'; });
        if (text.size() + whole.size() > longest_returned_header)
            break;
        text += whole;
    }
    return text;
}

} // namespace

Expected<std::string> compose_report(const From& from, std::string_view to,
                                     const std::vector<Refused>& refused, std::string_view reporting_mta,
                                     std::chrono::sys_seconds date, mail::Message& message) {
    if (to.empty())
        return permanent_failure("nobody gets a report about a message with the null reverse-path");
    if (!is_sendable(to) || !is_sendable(from.address))
        return permanent_failure(
            fmt::format("\"{}\" is no address of a report", printable(is_sendable(to) ? from.address : to)));
    if (refused.empty() || refused.size() > most_refused)
        return permanent_failure(fmt::format("a report needs recipients, at most {}", most_refused));
    const auto returned = returned_header(message);
    if (!returned)
        return tl::make_unexpected(returned.error());

    const MimeMessage report = new_message(
        from, std::string(to), "Undelivered: some recipients have refused your message", date, reporting_mta);
    const mail::GObject_ptr<GMimeMultipart> parts(g_mime_multipart_new_with_subtype("report"));
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(parts.get()), "report-type", "delivery-status");
    const MimePart text = text_part("plain", explanation(refused));
    const MimePart status =
        ascii_part("message", "delivery-status", status_fields(refused, reporting_mta, date));
    const MimePart fields = text_part("rfc822-headers", *returned);
    for (const MimePart* part : {&text, &status, &fields})
        g_mime_multipart_add(parts.get(), GMIME_OBJECT(part->get()));
    g_mime_message_set_mime_part(report.get(), GMIME_OBJECT(parts.get()));
    return to_wire(report.get());
}

} // namespace columbarium::reply
