// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "store/inner.hpp"

namespace columbarium::store {

namespace {

using reply::ClaimState;

constexpr std::size_t longest_key = 1'000; // octets

// How long the counters of an hour or a day stay when it is over: the clocks of hosts differ.
constexpr std::chrono::seconds counters_stay = std::chrono::days(1);

Expected<void> check_text(std::string_view text) {
    if (text.size() > longest_key)
        return permanent_failure(
            fmt::format("suppression: an address is longer than {} octets", longest_key));
    if (!can_be_kept({text}))
        return permanent_failure("suppression: an address is not UTF-8, or holds a NUL");
    return {};
}

// The people of a claim, by number, in the order of their names. Everybody takes them in this order: where
// two claims share some, one waits for the other, and not each for each.
using Order = std::vector<std::size_t>;

Expected<Order> check(const reply::Claim& claim) {
    if (auto checked = check_text(claim.sender); !checked)
        return tl::make_unexpected(checked.error());
    if (claim.people.empty())
        return permanent_failure("suppression: a claim names no people");
    Order order;
    for (const std::string& person : claim.people) {
        if (auto checked = check_text(person); !checked)
            return tl::make_unexpected(checked.error());
        order.push_back(order.size());
    }
    std::ranges::sort(order, {}, [&](std::size_t index) { return std::string_view(claim.people[index]); });
    const auto twice = std::ranges::adjacent_find(order, [&](std::size_t left, std::size_t right) {
        return claim.people[left] == claim.people[right];
    });
    if (twice != order.end())
        return permanent_failure("suppression: a claim names somebody twice");
    return order;
}

ClaimStatements& statements_of(Session& session, const reply::Claim& claim, Claimant claimant) {
    if (!session.claims)
        session.claims.emplace(session.sql);
    session.claims->start(claim, claimant);
    return *session.claims;
}

// What would have been granted; the transaction is undone.
reply::ClaimOutcome capped(reply::ClaimOutcome outcome, std::string cap) {
    std::ranges::replace(outcome.states, ClaimState::granted, ClaimState::pending);
    outcome.cap = std::move(cap);
    return outcome;
}

} // namespace

Expected<reply::ClaimOutcome> Store::claim(const reply::Claim& claim, Claimant claimant) {
    const auto order = check(claim);
    if (!order)
        return tl::make_unexpected(order.error());
    if (claim.until > claim.now + longest_claim)
        return permanent_failure(
            fmt::format("suppression: nobody is to be left without an answer for more than {} days",
                        longest_claim.count()));
    Connection& connection = inner_->connection;
    return connection.call("cannot claim a reply", [&](Session& session) {
        ClaimStatements& statements = statements_of(session, claim, claimant);
        Transaction transaction = connection.begin(session, Transaction::Kind::claiming);
        reply::ClaimOutcome outcome{std::vector<ClaimState>(claim.people.size(), ClaimState::told), ""};
        for (const std::size_t index : *order)
            outcome.states[index] = statements.take(claim.people[index]);
        if (std::ranges::find(outcome.states, ClaimState::granted) == outcome.states.end())
            return outcome;
        if (std::string cap = statements.count(); !cap.empty())
            return capped(std::move(outcome), std::move(cap));
        transaction.commit();
        return outcome;
    });
}

Expected<void> Store::settle(const reply::Claim& granted, reply::Settlement settlement, Claimant claimant) {
    const auto order = check(granted);
    if (!order)
        return tl::make_unexpected(order.error());
    Connection& connection = inner_->connection;
    return connection.call("cannot keep what became of a reply", [&](Session& session) {
        ClaimStatements& statements = statements_of(session, granted, claimant);
        Transaction transaction = connection.begin(session, Transaction::Kind::claiming);
        bool is_released = false;
        for (const std::size_t index : *order)
            if (settlement == reply::Settlement::confirm)
                statements.confirm(granted.people[index]);
            else
                is_released = statements.release(granted.people[index]) || is_released;
        if (is_released)
            statements.count_back();
        transaction.commit();
    });
}

Expected<std::size_t> Store::forget_expired(std::chrono::sys_seconds now, std::size_t most) {
    Connection& connection = inner_->connection;
    return connection.call("cannot forget claims", [&](Session& session) {
        Transaction transaction = connection.begin(session, Transaction::Kind::claiming);
        const auto forget = [&](std::string_view table, std::string_view key, std::string_view ends,
                                std::chrono::sys_seconds until, std::size_t at_most) {
            return forget_rows(session.sql, connection.backend().dialect(), table, key, ends, until, at_most);
        };
        std::size_t forgotten = forget("suppression", "person, sender", "expires", now, most);
        if (forgotten < most)
            forgotten +=
                forget("reply_counter", "ends, scope, name", "ends", now - counters_stay, most - forgotten);
        transaction.commit();
        return forgotten;
    });
}

} // namespace columbarium::store
