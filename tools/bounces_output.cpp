// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bounces_output.hpp"

#include <string_view>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "mail/address.hpp"
#include "people_text.hpp"
#include "printable.hpp"

namespace columbarium::tools {

namespace {

constexpr std::string_view dead_domain = "dead-domain";

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

std::string row_of(const desk::AddressSummary& address, desk::AddressState state, BounceFormat format) {
    const desk::BounceRecord& record = address.last.record;
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
    return fmt::format("  {:<40} {:<24} {}\n", printable(record.address),
                       printable(record.status + ' ' + record.reason),
                       times(address.failures, address.first, address.last.last));
}

} // namespace columbarium::tools
