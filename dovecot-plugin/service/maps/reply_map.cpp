// SPDX-License-Identifier: LGPL-2.1-or-later
// The map "reply": the right to tell senders something, see reply/claim.hpp.
#include "maps.hpp"

#include <algorithm>
#include <chrono>
#include <variant>

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

// What any process of a user may claim: for himself, who has left and is to be found elsewhere, now, and by
// the site's policy. All users share its caps: a claim that were over sooner could be repeated, and use up
// the replies to a sender. To settle names the time of the claim, which ends at its interval behind that: no
// other counters go down than those that it went up by.
Expected<void> restrict_to(const std::string& username, reply::ClaimRequest& request, People& people) {
    if (request.claim.people != std::vector<std::string>{username})
        return permanent_failure("a claim for somebody else: not allowed");
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
    const auto person = people.find(username);
    if (!person)
        return tl::make_unexpected(person.error());
    if (!*person ||
        !std::holds_alternative<tombstone::ChangeOfAddress>(tombstone::resolve(**person, People::today())))
        return permanent_failure("a claim for somebody whose correspondents are told nothing: not allowed");
    return {};
}

wire::Reply answer_user(const Question& question, reply::ClaimRequest request) {
    People& people = question.rooms.people;
    const auto login = question.rooms.owners.allow(question.peer, request.user);
    if (!login)
        return reply_of(login.error());
    const auto username = tombstone::username_of_login(*login, people.policy());
    if (!username && people.are_configured())
        return {wire::ReplyStatus::permanent, "this user is no person of the site"};
    if (const auto allowed = restrict_to(username.value_or(""), request, people); !allowed)
        return reply_of(allowed.error());
    return carry_out(people, request, Claimant::user);
}

} // namespace

wire::Reply answer_reply(const Question& question) {
    auto request = reply::read_claim_request(question.key);
    if (!request)
        return reply_of(request.error());
    if (question.peer.listener == Listener::settings)
        return for_everybody(answer_user(question, *request));
    // Who asks has read columbarium.toml anew: by ours, a claim ends earlier. The same when it is settled.
    request->claim.until = std::min(request->claim.until, end_of(request->claim, question.rooms.people));
    return carry_out(question.rooms.people, *request, Claimant::site);
}

} // namespace columbarium::service
