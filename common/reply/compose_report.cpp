// SPDX-License-Identifier: LGPL-2.1-or-later
// Delivery status notifications, RFC 3464.
#include <algorithm>
#include <cstdint>
#include <span>

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
constexpr std::size_t most_listed = 100;                   // recipients

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

// The type and the address of Final-Recipient: "rfc822; ann@example.org". Other letters than ASCII in 7 bits,
// as RFC 6533 section 3 has them: "utf-8; b\x{FC}cher@example.org".
std::string recipient_text(std::string_view address) {
    const std::string line = one_line(address, longest_diagnostic);
    if (is_ascii(line))
        return "rfc822; " + line;
    std::string text = "utf-8; ";
    for (std::string_view rest = line; !rest.empty() && text.size() < longest_diagnostic;) {
        const Character character = first_character(rest);
        const bool is_plain = character.code > ' ' && character.code < 0x7f &&
                              std::string_view("+=\\").find(rest.front()) == std::string_view::npos;
        text += is_plain ? std::string(1, rest.front())
                         : fmt::format("\\x{{{:02X}}}", static_cast<std::uint32_t>(character.code));
        rest.remove_prefix(character.octets);
    }
    return text;
}

std::span<const Refused> listed(const std::vector<Refused>& refused) {
    return std::span(refused).first(std::min(refused.size(), most_listed));
}

// For a person to read.
std::string explanation(const std::vector<Refused>& refused) {
    std::string text = "Your message could not be delivered to:\n\n";
    for (const Refused& recipient : listed(refused))
        text += fmt::format("  {}\n    {}\n\n", one_line(recipient.address, longest_diagnostic),
                            field_text(recipient.diagnostic));
    if (refused.size() > most_listed)
        text += fmt::format("  and {} more\n\n", refused.size() - most_listed);
    text += "This report was made automatically; nobody reads replies to it. The\n"
            "header of your message is attached.\n";
    return text;
}

// RFC 3464 section 2: the fields about the message, then a group for each recipient.
std::string status_fields(const std::vector<Refused>& refused, std::string_view reporting_mta,
                          std::chrono::sys_seconds date) {
    std::string text =
        fmt::format("Reporting-MTA: dns; {}\nArrival-Date: {}\n", field_text(reporting_mta), date_text(date));
    for (const Refused& recipient : listed(refused))
        text += fmt::format("\nFinal-Recipient: {}\n"
                            "Action: failed\n"
                            "Status: {}\n"
                            "Diagnostic-Code: smtp; {}\n",
                            recipient_text(recipient.address), status_text(recipient.status),
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
    if (refused.empty())
        return permanent_failure("a report needs recipients");
    const auto returned = returned_header(message);
    if (!returned)
        return tl::make_unexpected(returned.error());

    const MimeMessage report = new_message(
        from, std::string(to), "Undelivered mail: some recipients could not be reached", date, reporting_mta);
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
