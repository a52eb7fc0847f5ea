// SPDX-License-Identifier: LGPL-2.1-or-later
// The map "reply": the right to tell senders something, see reply/claim.hpp.
#include "maps.hpp"

#include <chrono>
#include <variant>

#include "reply/claim.hpp"
#include "tombstone/resolve.hpp"
#include "tombstone/site.hpp"

namespace columbarium::service {

namespace {

using Kind = reply::ClaimRequest::Kind;

// How far the clock of a process may be off from ours: both are on one host.
constexpr std::chrono::minutes clock_tolerance{10};

wire::Reply carry_out(People& people, const reply::ClaimRequest& request) {
    if (request.kind == Kind::claim) {
        const auto outcome = people.claim(request.claim);
        if (!outcome)
            return reply_of(outcome.error());
        return {wire::ReplyStatus::ok, reply::to_value(*outcome)};
    }
    const auto settled =
        people.settle(request.claim, request.kind == Kind::confirm ? reply::Settlement::confirm
                                                                   : reply::Settlement::release);
    if (!settled)
        return reply_of(settled.error());
    return {wire::ReplyStatus::ok, "done"};
}

// What any process of a user may claim: for himself, who has left and is to be found elsewhere, now, and
// within the site's policy. All users share its caps.
Expected<void> restrict_to(const std::string& username, reply::ClaimRequest& request, People& people) {
    if (request.claim.people != std::vector<std::string>{username})
        return permanent_failure("a claim for somebody else: not allowed");
    if (request.kind != Kind::claim)
        return {};
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (request.claim.now < now - clock_tolerance || request.claim.now > now + clock_tolerance)
        return permanent_failure("a claim of another time: not allowed");
    const config::ReplyPolicy& policy = people.site().reply;
    const reply::Claim ours =
        reply::claim_of(request.claim.sender, request.claim.people, request.claim.now, policy);
    if (request.claim.until > ours.until)
        return permanent_failure("a claim for a longer time than the site's interval: not allowed");
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
    return carry_out(people, request);
}

} // namespace

wire::Reply answer_reply(const Question& question) {
    const auto request = reply::read_claim_request(question.key);
    if (!request)
        return reply_of(request.error());
    if (question.peer.listener == Listener::settings)
        return for_everybody(answer_user(question, *request));
    return carry_out(question.rooms.people, *request);
}

} // namespace columbarium::service
