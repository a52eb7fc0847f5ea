// SPDX-License-Identifier: LGPL-2.1-or-later
// Which cards belong to which group: group cards with what they name (VC-8, VC-9), nested as they may be, and
// categories (VC-10). A group is known by its name; a group card and a category of the same name are one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/export.hpp"
#include "lists/card.hpp"

namespace columbarium::lists {

// Octets of a group's name; a longer one cannot be asked for (list_name_limit).
inline constexpr std::size_t group_name_limit = 1024;

// Groups of a book; names that come later are no groups.
inline constexpr std::size_t group_limit = 100'000;

// Steps from a group inside a group to a card that are taken for all groups of a book together. Each group
// has the same share, and what those before it left over: one that is too large costs itself only. Categories
// and what a group's own card names cost none.
inline constexpr std::size_t group_step_limit = 4'000'000;

struct Group {
    std::string name;
    // Numbers of the cards, ascending, each once. Of a group card among them count its own addresses and
    // those it names; its other members have numbers of their own.
    std::vector<std::uint32_t> cards;
    bool complete = true; // false: its steps were used up, and cards are missing
};

// Cards are numbered by their order, and are shown twice: first all to note(), then all to refer().
class COLUMBARIUM_API GroupResolver {
  public:
    explicit GroupResolver(std::size_t step_limit = group_step_limit) : steps_left_(step_limit) {}

    // Takes the groups that a card founds or is in.
    void note(std::uint32_t number, const Card& card);

    // Whether refer() has anything to do.
    [[nodiscard]] bool wants_references() const { return !wanted_.empty(); }

    // Takes the card as the one that members mean by its UID. Where several have the same, the first.
    void refer(std::uint32_t number, const Card& card);

    // Gives the groups in the order in which the book names them first. Members that are no card of the book
    // are ignored. A group is looked into once for each group that holds it, so circles end.
    void resolve(const std::function<void(Group&&)>& each);

  private:
    struct GroupCard {
        std::vector<std::size_t> members; // places in numbers_
        std::size_t seen_by = 0;          // ordinal of the group that looked into it last
    };
    struct NamedGroup {
        std::string name;
        std::vector<std::uint32_t> cards;
        std::vector<std::uint32_t> founders; // of these: the group cards of this name
    };
    [[nodiscard]] NamedGroup* named(const std::string& name); // null where it is no group
    [[nodiscard]] bool is_nested(const NamedGroup& named) const;
    // Takes the steps that it needs from `steps`.
    [[nodiscard]] Group closure(const NamedGroup& named, std::size_t ordinal, std::size_t& steps);

    static constexpr std::uint32_t unknown = 0xffffffff;
    std::vector<NamedGroup> groups_;
    std::unordered_map<std::string, std::size_t> by_name_;
    std::unordered_map<std::uint32_t, GroupCard> group_cards_;
    std::unordered_map<std::string, std::size_t> wanted_; // UID in lower case to its place in numbers_
    std::vector<std::uint32_t> numbers_;                  // of the cards with these UIDs, or unknown
    std::size_t steps_left_;
};

} // namespace columbarium::lists
