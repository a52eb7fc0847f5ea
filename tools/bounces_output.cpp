// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bounces_output.hpp"

#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/csv.hpp"
#include "base/utf8.hpp"
#include "mail/address.hpp"
#include "people_text.hpp"
#include "printable.hpp"

namespace columbarium::tools {

namespace {

constexpr std::string_view dead_domain = "dead-domain";
constexpr std::size_t longest_diagnostic = 80; // octets of it in a text

// "2026-11-22".
std::string day_of(std::chrono::sys_seconds time) {
    return to_text(time).substr(0, 10);
}

std::string counted(std::size_t number, std::string_view one, std::string_view several) {
    return fmt::format("{} {}", number, number == 1 ? one : several);
}

std::string times(std::size_t failures, std::chrono::sys_seconds first, std::chrono::sys_seconds last) {
    const std::string begin = day_of(first);
    const std::string end = day_of(last);
    return fmt::format("{}, {}", counted(failures, "failure", "failures"),
                       begin == end ? begin : begin + " to " + end);
}

std::string shortened(const std::string& text, std::size_t longest) {
    const std::string shown = printable(text);
    return shown.size() <= longest ? shown : std::string(cut_at_character(shown, longest - 3)) + "...";
}

// "support: <1@desk.example.org>: 550 no such user", "" for nothing.
std::string evidence_of(const desk::KeptBounce& bounce, bool names_desk) {
    std::vector<std::string> parts;
    if (names_desk)
        parts.push_back(printable(bounce.user));
    if (!bounce.record.message_id.empty())
        parts.push_back('<' + printable(bounce.record.message_id) + '>');
    if (!bounce.record.diagnostic.empty())
        parts.push_back(shortened(bounce.record.diagnostic, longest_diagnostic));
    return fmt::format("{}", fmt::join(parts, ": "));
}

} // namespace

std::string heading(BounceFormat format) {
    return format == BounceFormat::csv
               ? csv_row({"kind", "address", "domain", "status", "reason", "permanent", "addresses",
                          "failures", "first", "last", "user", "message_id", "diagnostic"})
               : std::string();
}

std::string row_of(const std::string& domain, const desk::DomainSummary& summary, BounceFormat format) {
    const std::string_view evidence = summary.death ? name_of(*summary.death) : std::string_view();
    switch (format) {
    case BounceFormat::csv:
        return csv_row({dead_domain, "", domain, "", evidence, "true", std::to_string(summary.addresses),
                        std::to_string(summary.failures), to_text(summary.first), to_text(summary.last), "",
                        "", ""});
    case BounceFormat::json: {
        Json object;
        object["kind"] = dead_domain;
        object["domain"] = domain;
        object["reason"] = evidence;
        object["permanent"] = true;
        object["addresses"] = summary.addresses;
        object["failures"] = summary.failures;
        object["first"] = to_text(summary.first);
        object["last"] = to_text(summary.last);
        return line_of(object) + '\n';
    }
    case BounceFormat::text:
        break;
    }
    return fmt::format("  {:<40} {:<24} {}, {}\n", printable(domain), evidence,
                       counted(summary.addresses, "address", "addresses"),
                       times(summary.failures, summary.first, summary.last));
}

std::string row_of(const desk::AddressSummary& address, desk::AddressState state, BounceFormat format,
                   bool names_desk) {
    // Other programs print it.
    desk::BounceRecord record = address.last.record;
    for (std::string* text :
         {&record.address, &record.status, &record.reason, &record.message_id, &record.diagnostic})
        *text = printable(*text);
    const std::string domain(mail::domain_of(record.address));
    switch (format) {
    case BounceFormat::csv:
        return csv_row({name_of(state), record.address, domain, record.status, record.reason,
                        record.is_permanent ? "true" : "false", "", std::to_string(address.failures),
                        to_text(address.first), to_text(address.last.last), address.last.user,
                        record.message_id, record.diagnostic});
    case BounceFormat::json: {
        Json object;
        object["kind"] = name_of(state);
        object["address"] = record.address;
        object["domain"] = domain;
        object["status"] = record.status;
        object["reason"] = record.reason;
        object["permanent"] = record.is_permanent;
        object["failures"] = address.failures;
        object["first"] = to_text(address.first);
        object["last"] = to_text(address.last.last);
        object["user"] = address.last.user;
        object["message_id"] = record.message_id;
        object["diagnostic"] = record.diagnostic;
        return line_of(object) + '\n';
    }
    case BounceFormat::text:
        break;
    }
    const std::string evidence = evidence_of(address.last, names_desk);
    return fmt::format("  {:<40} {:<24} {}\n{}", record.address, record.status + ' ' + record.reason,
                       times(address.failures, address.first, address.last.last),
                       evidence.empty() ? "" : "    " + evidence + '\n');
}

} // namespace columbarium::tools
