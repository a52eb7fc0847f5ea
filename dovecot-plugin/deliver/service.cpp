// SPDX-License-Identifier: LGPL-2.1-or-later
#include "deliver/service.hpp"

#include <chrono>
#include <utility>

#include "tombstone/own_recipient.hpp"

namespace columbarium::deliver {

namespace {

constexpr std::chrono::seconds patience{5};

constexpr const char* reply_map = "reply";

tl::unexpected<Error> useless(const std::string& map, const std::string& what) {
    return temporary_failure("the service's map " + map + ": " + what);
}

} // namespace

std::unique_ptr<Service> Service::for_everybody(const std::string& base_dir) {
    return std::unique_ptr<Service>(new Service(base_dir + "/columbarium-delivery", ""));
}

std::unique_ptr<Service> Service::for_user(const std::string& base_dir, std::string user) {
    return std::unique_ptr<Service>(new Service(base_dir + "/columbarium-settings", std::move(user)));
}

Expected<wire::Reply> Service::ask(const std::string& map, std::string key) {
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

Expected<std::optional<tombstone::Addressee>> Service::addressee(std::string_view address) {
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

Expected<reply::ClaimOutcome> Service::claim(const reply::Claim& claim) {
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

Expected<void> Service::settle(const reply::Claim& granted, reply::Settlement settlement) {
    const auto kind = settlement == reply::Settlement::confirm ? reply::ClaimRequest::Kind::confirm
                                                               : reply::ClaimRequest::Kind::release;
    const auto reply = ask(reply_map, reply::to_key({kind, user_, granted}));
    if (!reply)
        return tl::make_unexpected(reply.error());
    return {};
}

} // namespace columbarium::deliver
