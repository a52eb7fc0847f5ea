// SPDX-License-Identifier: LGPL-2.1-or-later
// The map "bounce": what reports tell a user's desk of addresses.
#include "maps.hpp"

#include <algorithm>

#include "desk/bounce_record.hpp"

namespace columbarium::service {

namespace {

constexpr const char* nobody_asked =
    "no destination has record_bounces = true; where one has it since lately, reload Dovecot";

} // namespace

wire::Reply answer_bounce(const Question& question) {
    People& people = question.rooms.people;
    const auto report = desk::read_bounce_report(question.key);
    if (!report)
        return reply_of(report.error());
    const auto login = question.rooms.owners.allow(question.peer, report->user);
    if (!login)
        return reply_of(login.error());
    if (!people.site_error().empty())
        return {wire::ReplyStatus::temporary, store_is_away};
    if (!std::ranges::any_of(people.site().destinations, &config::Destination::records_bounces))
        return {wire::ReplyStatus::permanent, nobody_asked};
    const auto is_recorded = people.record_bounces(*login, report->records);
    if (!is_recorded)
        return for_everybody(reply_of(is_recorded.error()));
    return {wire::ReplyStatus::ok, std::string(*is_recorded ? desk::bounces_done : desk::bounces_dropped)};
}

} // namespace columbarium::service
