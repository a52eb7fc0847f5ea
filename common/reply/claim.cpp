// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/claim.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/utf8.hpp"

namespace columbarium::reply {

namespace {

using nlohmann::json;

constexpr std::size_t longest_key = 100'000; // octets: no request of the service's is longer
constexpr std::size_t most_people = 1'000;
constexpr std::int64_t last_second = 253'402'300'799; // of the year 9999

struct KindName {
    ClaimRequest::Kind kind;
    std::string_view name;
};
constexpr std::array<KindName, 3> kind_names{{
    {ClaimRequest::Kind::claim, "claim"},
    {ClaimRequest::Kind::confirm, "confirm"},
    {ClaimRequest::Kind::release, "release"},
}};

struct StateName {
    ClaimState state;
    std::string_view name;
};
constexpr std::array<StateName, 3> state_names{{
    {ClaimState::granted, "granted"},
    {ClaimState::told, "told"},
    {ClaimState::pending, "pending"},
}};

// Reads members of one object; the first fault is kept.
class Members {
  public:
    explicit Members(std::string_view text) {
        if (text.size() > longest_key)
            fault_ = fmt::format("is longer than {} octets", longest_key);
        else if (object_ = json::parse(text, nullptr, false); !object_.is_object())
            fault_ = "is no JSON object";
    }

    std::string text(const char* name) {
        const json* value = find(name, &json::is_string, "text");
        return value == nullptr ? std::string() : value->get<std::string>();
    }

    std::int64_t number(const char* name, std::int64_t most) {
        // The library calls numbers from 0 on unsigned.
        const json* value = find(name, &json::is_number_unsigned, "whole number from 0 on");
        if (value == nullptr)
            return 0;
        const auto number = value->get<std::uint64_t>();
        if (number <= static_cast<std::uint64_t>(most))
            return static_cast<std::int64_t>(number);
        complain(fmt::format("its \"{}\" is more than {}", name, most));
        return 0;
    }

    std::vector<std::string> texts(const char* name) {
        std::vector<std::string> result;
        const json* value = find(name, &json::is_array, "list");
        if (value == nullptr)
            return result;
        for (const json& element : *value) {
            if (!element.is_string()) {
                complain(fmt::format("its \"{}\" has an element that is no text", name));
                break;
            }
            result.push_back(element.get<std::string>());
        }
        return result;
    }

    void complain(std::string fault) {
        if (fault_.empty())
            fault_ = std::move(fault);
    }

    [[nodiscard]] const std::string& fault() const { return fault_; }

  private:
    const json* find(const char* name, bool (json::*is_right)() const noexcept, std::string_view type) {
        if (!fault_.empty())
            return nullptr;
        const auto member = object_.find(name);
        if (member == object_.end())
            complain(fmt::format("has no \"{}\"", name));
        else if (!((*member).*is_right)())
            complain(fmt::format("its \"{}\" is no {}", name, type));
        else
            return &*member;
        return nullptr;
    }

    json object_;
    std::string fault_;
};

void check_people(Members& members, const std::vector<std::string>& people) {
    if (people.empty())
        members.complain("names no people");
    if (people.size() > most_people)
        members.complain(fmt::format("names more than {} people", most_people));
    std::set<std::string_view> seen;
    for (const std::string& person : people) {
        if (person.empty())
            members.complain("names somebody without a name");
        if (!seen.insert(person).second)
            members.complain("names \"" + printable(person) + "\" twice");
    }
}

std::chrono::sys_seconds time(Members& members, const char* name) {
    return std::chrono::sys_seconds(std::chrono::seconds(members.number(name, last_second)));
}

std::size_t count(Members& members, const char* name) {
    return static_cast<std::size_t>(members.number(name, std::numeric_limits<std::int64_t>::max()));
}

std::string dump(const json& object) {
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace

Claim claim_of(std::string sender, std::vector<std::string> people, std::chrono::sys_seconds now,
               const config::ReplyPolicy& policy) {
    Claim claim;
    claim.sender = std::move(sender);
    claim.people = std::move(people);
    claim.now = now;
    claim.until = now + std::chrono::days(policy.interval_days);
    claim.per_hour = policy.per_hour;
    claim.per_domain_hour = policy.per_domain_hour;
    claim.per_sender_day = policy.per_sender_day;
    return claim;
}

std::string to_key(const ClaimRequest& request) {
    const Claim& claim = request.claim;
    json object;
    for (const KindName& row : kind_names)
        if (row.kind == request.kind)
            object["do"] = row.name;
    object["user"] = request.user;
    object["sender"] = claim.sender;
    object["people"] = claim.people;
    object["now"] = claim.now.time_since_epoch().count();
    object["until"] = claim.until.time_since_epoch().count();
    object["per_hour"] = claim.per_hour;
    object["per_domain_hour"] = claim.per_domain_hour;
    object["per_sender_day"] = claim.per_sender_day;
    return dump(object);
}

Expected<ClaimRequest> read_claim_request(std::string_view key) {
    Members members(key);
    ClaimRequest request;
    const std::string kind = members.text("do");
    bool known = false;
    for (const KindName& row : kind_names)
        if (row.name == kind) {
            request.kind = row.kind;
            known = true;
        }
    if (!known)
        members.complain("its \"do\" is none of claim, confirm, release: \"" + printable(kind) + "\"");
    request.user = members.text("user");
    Claim& claim = request.claim;
    claim.sender = members.text("sender");
    if (claim.sender.empty())
        members.complain("its \"sender\" is empty");
    claim.people = members.texts("people");
    check_people(members, claim.people);
    claim.now = time(members, "now");
    claim.until = time(members, "until");
    if (claim.until <= claim.now)
        members.complain("its \"until\" is not after its \"now\"");
    claim.per_hour = count(members, "per_hour");
    claim.per_domain_hour = count(members, "per_domain_hour");
    claim.per_sender_day = count(members, "per_sender_day");
    if (!members.fault().empty())
        return permanent_failure("a request about replies " + members.fault());
    return request;
}

std::string to_value(const ClaimOutcome& outcome) {
    json object;
    object["states"] = json::array();
    for (const ClaimState state : outcome.states)
        for (const StateName& row : state_names)
            if (row.state == state)
                object["states"].push_back(row.name);
    object["cap"] = outcome.cap;
    return dump(object);
}

Expected<ClaimOutcome> read_claim_outcome(std::string_view value) {
    Members members(value);
    ClaimOutcome outcome;
    for (const std::string& name : members.texts("states")) {
        const StateName* known = nullptr;
        for (const StateName& row : state_names)
            if (row.name == name)
                known = &row;
        if (known == nullptr)
            members.complain("has an unknown state: \"" + printable(name) + "\"");
        else
            outcome.states.push_back(known->state);
    }
    outcome.cap = members.text("cap");
    if (!members.fault().empty())
        return permanent_failure("the answer about replies " + members.fault());
    return outcome;
}

} // namespace columbarium::reply
