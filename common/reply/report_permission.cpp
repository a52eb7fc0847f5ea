// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/report_permission.hpp"

#include <algorithm>
#include <utility>

#include "triage/classification.hpp"

namespace columbarium::reply {

namespace {

constexpr const char* report_person = "(report)";
constexpr std::chrono::hours report_interval{1};

bool is_reported(const triage::Finding& finding) {
    return finding.value == triage::class_personal || finding.value == triage::class_mailing_list ||
           finding.value == triage::class_bulk;
}

} // namespace

Expected<bool> may_report(mail::Message& message, const Question& question,
                          const config::ReplyPolicy& policy) {
    const auto found = objections(message, question, policy);
    if (!found)
        return tl::make_unexpected(found.error());
    if (!std::ranges::all_of(*found, [](const Objection& objection) { return objection.rule == "AR-9"; }))
        return false;
    // AR-9 is of automatic replies, too.
    const auto classification = triage::classify(message);
    if (!classification)
        return tl::make_unexpected(classification.error());
    return std::ranges::all_of(classification->classes, is_reported);
}

Claim claim_of_report(std::string_view reverse_path, std::vector<std::string> usernames,
                      std::chrono::sys_seconds now, const config::ReplyPolicy& policy) {
    for (std::string& username : usernames)
        username.insert(0, report_person);
    Claim claim = claim_of(sender_key(reverse_path), std::move(usernames), now, policy);
    claim.until = now + report_interval;
    // Others of the message wait where a cap forbids a report: for an hour at most, not for a day.
    claim.per_sender_day = std::max(claim.per_sender_day, claim.per_domain_hour);
    return claim;
}

} // namespace columbarium::reply
