// SPDX-License-Identifier: LGPL-2.1-or-later
// The map "reply": the right to tell senders something, see reply/claim.hpp.
#include "maps.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "base/ascii.hpp"
#include "desk/answer.hpp"
#include "reply/claim.hpp"
#include "tombstone/resolve.hpp"
#include "tombstone/site.hpp"

namespace columbarium::service {

namespace {

using Kind = reply::ClaimRequest::Kind;

using store::Claimant;

// How old a user's claim may be when it comes here; both are on one host.
constexpr std::chrono::seconds clock_tolerance{30};

// When a claim of this time ends by our policy.
std::chrono::sys_seconds end_of(const reply::Claim& claim, People& people) {
    return reply::claim_of({}, {}, claim.now, people.site().reply).until;
}

wire::Reply carry_out(People& people, const reply::ClaimRequest& request, Claimant claimant) {
    if (request.kind == Kind::claim) {
        const auto outcome = people.claim(request.claim, claimant);
        if (!outcome)
            return reply_of(outcome.error());
        return {wire::ReplyStatus::ok, reply::to_value(*outcome)};
    }
    const auto settled = people.settle(
        request.claim,
        request.kind == Kind::confirm ? reply::Settlement::confirm : reply::Settlement::release, claimant);
    if (!settled)
        return reply_of(settled.error());
    return {wire::ReplyStatus::ok, "done"};
}

// A claim of any process of a user is one of now, by the site's policy. All users share its caps: a claim
// that were over sooner could be repeated, and use up the replies to a sender. To settle names the time of
// the claim, which ends at its interval behind that: no other counters go down than those that it went up by.
Expected<void> bring_to_policy(reply::ClaimRequest& request, People& people) {
    request.claim.until = end_of(request.claim, people);
    if (request.kind != Kind::claim)
        return {};
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (request.claim.now < now - clock_tolerance || request.claim.now > now + clock_tolerance)
        return permanent_failure("a claim of another time: not allowed");
    const config::ReplyPolicy& policy = people.site().reply;
    const reply::Claim ours =
        reply::claim_of(request.claim.sender, request.claim.people, request.claim.now, policy);
    request.claim.per_hour = ours.per_hour;
    request.claim.per_domain_hour = ours.per_domain_hour;
    request.claim.per_sender_day = ours.per_sender_day;
    return {};
}

// What a user may claim as a person: for himself, who has left and is to be found elsewhere.
Expected<void> restrict_to(const std::string& username, reply::ClaimRequest& request, People& people) {
    if (request.claim.people != std::vector<std::string>{username})
        return permanent_failure("a claim for somebody else: not allowed");
    if (auto brought = bring_to_policy(request, people); !brought || request.kind != Kind::claim)
        return brought;
    const auto person = people.find(username);
    if (!person)
        return tl::make_unexpected(person.error());
    if (!*person ||
        !std::holds_alternative<tombstone::ChangeOfAddress>(tombstone::resolve(**person, People::today())))
        return permanent_failure("a claim for somebody whose correspondents are told nothing: not allowed");
    return {};
}

// An automatic answer of the user's desk: each desk remembers for itself whom it has told.
wire::Reply answer_desk(const std::string& login, reply::ClaimRequest request, People& people) {
    const std::string claim_name = request.claim.people.front();
    const auto is_of_site = [&](const config::DeskAnswer& answer) {
        return equals_ignoring_case(desk::claim_name(answer.name), claim_name);
    };
    const auto answer = std::ranges::find_if(people.site().answers, is_of_site);
    // Who asks has read columbarium.toml, where it is one: we have read an older one.
    if (answer == people.site().answers.end())
        return {wire::ReplyStatus::temporary,
                "there was no such answer in columbarium.toml when the service started: if it has changed, "
                "reload Dovecot (doveadm reload)"};
    request.claim.people = {desk::claim_person(desk::claim_name(answer->name), login)};
    if (const auto brought = bring_to_policy(request, people); !brought)
        return reply_of(brought.error());
    return for_everybody(carry_out(people, request, Claimant::user));
}

wire::Reply answer_user(const Question& question, reply::ClaimRequest request) {
    People& people = question.rooms.people;
    const auto login = question.rooms.owners.allow(question.peer, request.user);
    if (!login)
        return for_everybody(reply_of(login.error()));
    if (!people.site_error().empty())
        return {wire::ReplyStatus::temporary, store_is_away};
    if (request.claim.people.size() == 1 && desk::is_claim_name(request.claim.people.front()))
        return answer_desk(*login, std::move(request), people);
    if (const auto configured = people.check_configured(); !configured)
        return reply_of(configured.error());
    const auto username = tombstone::username_of_login(*login, people.policy());
    if (!username)
        return {wire::ReplyStatus::permanent, "this user is no person of the site"};
    if (const auto allowed = restrict_to(*username, request, people); !allowed)
        return for_everybody(reply_of(allowed.error()));
    return for_everybody(carry_out(people, request, Claimant::user));
}

} // namespace

wire::Reply answer_reply(const Question& question) {
    auto request = reply::read_claim_request(question.key);
    if (!request)
        return reply_of(request.error());
    if (question.peer.listener == Listener::settings)
        return answer_user(question, *std::move(request));
    if (const auto configured = question.rooms.people.check_configured(); !configured)
        return reply_of(configured.error());
    // Who asks has read columbarium.toml anew: by ours, a claim ends earlier. The same when it is settled.
    request->claim.until = std::min(request->claim.until, end_of(request->claim, question.rooms.people));
    return carry_out(question.rooms.people, *request, Claimant::site);
}

} // namespace columbarium::service
