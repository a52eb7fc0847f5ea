// SPDX-License-Identifier: LGPL-2.1-or-later
#include "host/service_client.hpp"

#include <chrono>
#include <utility>

#include "desk/forward_count.hpp"
#include "tombstone/own_recipient.hpp"

namespace columbarium::host {

namespace {

constexpr std::chrono::seconds patience{5};

constexpr const char* reply_map = "reply";
constexpr const char* forward_map = "forward";
constexpr const char* bounce_map = "bounce";

tl::unexpected<Error> useless(const std::string& map, const std::string& what) {
    return temporary_failure("the service's map " + map + ": " + what);
}

} // namespace

std::unique_ptr<ServiceClient> ServiceClient::for_everybody(const std::string& base_dir) {
    return std::unique_ptr<ServiceClient>(new ServiceClient(base_dir + "/columbarium-delivery", ""));
}

std::unique_ptr<ServiceClient> ServiceClient::for_user(const std::string& base_dir, std::string user) {
    return std::unique_ptr<ServiceClient>(
        new ServiceClient(base_dir + "/columbarium-settings", std::move(user)));
}

Expected<wire::Reply> ServiceClient::ask(const std::string& map, std::string key) {
    auto reply = client_.ask_patiently({map, std::move(key)}, wire::Clock::now() + patience);
    fell_silent_ = !reply;
    if (!reply)
        return temporary_failure(std::move(reply.error().text));
    switch (reply->status) {
    case wire::ReplyStatus::ok:
    case wire::ReplyStatus::not_found:
        return reply;
    case wire::ReplyStatus::temporary:
    case wire::ReplyStatus::timeout:
    case wire::ReplyStatus::permanent:
        break;
    }
    return useless(map, reply->text);
}

Expected<std::optional<tombstone::Addressee>> ServiceClient::addressee(std::string_view address) {
    const std::string map = user_.empty() ? "recipient" : "own-recipient";
    const auto reply =
        ask(map, user_.empty() ? std::string(address) : tombstone::to_key({user_, std::string(address)}));
    if (!reply)
        return tl::make_unexpected(reply.error());
    if (reply->status == wire::ReplyStatus::not_found)
        return std::nullopt;
    auto read = tombstone::read_addressee(reply->text);
    if (!read)
        return useless(map, read.error().text);
    return std::optional(*std::move(read));
}

Expected<reply::ClaimOutcome> ServiceClient::claim(const reply::Claim& claim) {
    const auto reply = ask(reply_map, reply::to_key({reply::ClaimRequest::Kind::claim, user_, claim}));
    if (!reply)
        return tl::make_unexpected(reply.error());
    auto outcome = reply::read_claim_outcome(reply->text);
    if (!outcome)
        return useless(reply_map, outcome.error().text);
    if (outcome->states.size() != claim.people.size())
        return useless(reply_map, "the answer is to another question");
    return outcome;
}

Expected<void> ServiceClient::settle(const reply::Claim& granted, reply::Settlement settlement) {
    const auto kind = settlement == reply::Settlement::confirm ? reply::ClaimRequest::Kind::confirm
                                                               : reply::ClaimRequest::Kind::release;
    const auto reply = ask(reply_map, reply::to_key({kind, user_, granted}));
    if (!reply)
        return tl::make_unexpected(reply.error());
    return {};
}

Expected<std::string> ServiceClient::count_forward(const std::string& channel) {
    const auto reply = ask(forward_map, desk::to_key(desk::ForwardCount{user_, channel}));
    if (!reply)
        return tl::make_unexpected(reply.error());
    auto limit = desk::read_limit(reply->text);
    if (!limit)
        return useless(forward_map, limit.error().text);
    return limit;
}

Expected<void> ServiceClient::give_back_forward(const std::string& channel) {
    const auto reply = ask(forward_map, desk::to_key(desk::ForwardCount{user_, channel, true}));
    if (!reply)
        return tl::make_unexpected(reply.error());
    return {};
}

Expected<bool> ServiceClient::record_bounces(std::vector<desk::BounceRecord> records) {
    const auto reply = ask(bounce_map, desk::to_key(desk::BounceReport{user_, std::move(records)}));
    if (!reply)
        return tl::make_unexpected(reply.error());
    return reply->text != desk::bounces_dropped;
}

} // namespace columbarium::host
