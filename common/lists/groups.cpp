// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/groups.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"

namespace columbarium::lists {

GroupResolver::NamedGroup* GroupResolver::named(const std::string& name) {
    if (name.empty() || name.size() > group_name_limit)
        return nullptr;
    auto known = by_name_.find(name);
    if (known == by_name_.end()) {
        if (groups_.size() >= group_limit)
            return nullptr;
        known = by_name_.emplace(name, groups_.size()).first;
        groups_.push_back({name, {}, {}});
    }
    return &groups_[known->second];
}

void GroupResolver::note(std::uint32_t number, const Card& card) {
    if (card.is_group) {
        if (NamedGroup* const group = named(card.name)) {
            group->cards.push_back(number);
            group->founders.push_back(number);
        }
        GroupCard& group = group_cards_[number];
        for (const std::string& uid : card.member_uids) {
            const auto [wanted, is_new] = wanted_.emplace(to_lower(uid), numbers_.size());
            if (is_new)
                numbers_.push_back(unknown);
            group.members.push_back(wanted->second);
        }
    }
    for (const std::string& category : card.categories)
        if (NamedGroup* const group = named(category))
            group->cards.push_back(number);
}

void GroupResolver::refer(std::uint32_t number, const Card& card) {
    if (card.uid.empty())
        return;
    const auto wanted = wanted_.find(to_lower(card.uid));
    if (wanted != wanted_.end() && numbers_[wanted->second] == unknown)
        numbers_[wanted->second] = number;
}

// Whether there are groups in it whose members cost steps.
bool GroupResolver::is_nested(const NamedGroup& named) const {
    const auto holds_group = [this](std::size_t place) { return group_cards_.contains(numbers_[place]); };
    std::size_t group_cards = 0;
    for (const std::uint32_t number : named.cards)
        group_cards += group_cards_.count(number);
    return group_cards > named.founders.size() ||
           std::ranges::any_of(named.founders, [&](std::uint32_t number) {
               return std::ranges::any_of(group_cards_.at(number).members, holds_group);
           });
}

Group GroupResolver::closure(const NamedGroup& named, std::size_t ordinal, std::size_t& steps) {
    Group group{named.name, named.cards, true};
    std::vector<std::uint32_t> open;
    const auto look_into = [&](GroupCard& card, bool costs) {
        card.seen_by = ordinal;
        for (const std::size_t place : card.members) {
            if (costs && steps == 0) {
                group.complete = false;
                return;
            }
            steps -= costs ? 1 : 0;
            const std::uint32_t member = numbers_[place];
            if (member == unknown)
                continue;
            group.cards.push_back(member);
            open.push_back(member);
        }
    };
    for (const std::uint32_t founder : named.founders)
        look_into(group_cards_.at(founder), false);
    open.insert(open.end(), named.cards.begin(), named.cards.end());
    while (!open.empty() && group.complete) {
        const auto card = group_cards_.find(open.back());
        open.pop_back();
        if (card != group_cards_.end() && card->second.seen_by != ordinal)
            look_into(card->second, true);
    }
    std::ranges::sort(group.cards);
    // Not std::ranges::unique: clang 14 cannot compile it with this standard library.
    group.cards.erase(std::unique(group.cards.begin(), group.cards.end()), group.cards.end());
    return group;
}

void GroupResolver::resolve(const std::function<void(Group&&)>& each) {
    std::vector<bool> nested;
    nested.reserve(groups_.size());
    std::size_t nested_left = 0;
    for (const NamedGroup& named : groups_) {
        nested.push_back(is_nested(named));
        nested_left += nested.back() ? 1 : 0;
    }
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        std::size_t share = 0;
        if (nested[i] && nested_left > 0)
            share = steps_left_ / nested_left--;
        steps_left_ -= share;
        Group group = closure(groups_[i], i + 1, share);
        steps_left_ += share;
        each(std::move(group));
    }
}

} // namespace columbarium::lists
