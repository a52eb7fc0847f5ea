// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/groups.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"

namespace columbarium::lists {

void GroupResolver::add_to(const std::string& name, std::uint32_t number) {
    if (name.empty() || name.size() > group_name_limit)
        return;
    auto known = by_name_.find(name);
    if (known == by_name_.end()) {
        if (groups_.size() >= group_limit)
            return;
        known = by_name_.emplace(name, groups_.size()).first;
        groups_.push_back({name, {}});
    }
    groups_[known->second].cards.push_back(number);
}

void GroupResolver::note(std::uint32_t number, const Card& card) {
    if (card.is_group) {
        add_to(card.name, number);
        GroupCard& group = group_cards_[number];
        for (const std::string& uid : card.member_uids) {
            group.members.push_back(to_lower(uid));
            wanted_.emplace(group.members.back(), unknown);
        }
    }
    for (const std::string& category : card.categories)
        add_to(category, number);
}

void GroupResolver::refer(std::uint32_t number, const Card& card) {
    if (card.uid.empty())
        return;
    const auto wanted = wanted_.find(to_lower(card.uid));
    if (wanted != wanted_.end() && wanted->second == unknown)
        wanted->second = number;
}

Group GroupResolver::closure(const NamedGroup& named, std::size_t ordinal) {
    Group group{named.name, {}, true};
    const auto take_step = [this, &group] {
        if (steps_left_ == 0) {
            group.complete = false;
            return false;
        }
        --steps_left_;
        return true;
    };
    std::vector<std::uint32_t> open;
    for (const std::uint32_t number : named.cards)
        if (take_step())
            open.push_back(number);
    while (!open.empty() && group.complete) {
        const std::uint32_t number = open.back();
        open.pop_back();
        group.cards.push_back(number);
        const auto card = group_cards_.find(number);
        if (card == group_cards_.end() || card->second.seen_by == ordinal)
            continue;
        card->second.seen_by = ordinal;
        for (const std::string& uid : card->second.members) {
            const std::uint32_t member = wanted_.at(uid);
            if (take_step() && member != unknown)
                open.push_back(member);
        }
    }
    std::ranges::sort(group.cards);
    // Not std::ranges::unique: clang 14 cannot compile it with this standard library.
    group.cards.erase(std::unique(group.cards.begin(), group.cards.end()), group.cards.end());
    return group;
}

void GroupResolver::resolve(const std::function<void(Group&&)>& each) {
    std::size_t ordinal = 0;
    for (const NamedGroup& named : groups_)
        each(closure(named, ++ordinal));
}

} // namespace columbarium::lists
