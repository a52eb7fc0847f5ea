// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads vCards 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) as programs write them.
//
// The text comes in pieces of any size; what is kept of it is bounded: a property longer than
// property_limit (a photograph) is skipped octet by octet, and so is everything that Card does not hold.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/export.hpp"
#include "lists/card.hpp"

namespace columbarium::lists {

inline constexpr std::size_t property_limit = 64 * 1024; // octets, unfolded
inline constexpr std::size_t card_value_limit = 10'000;  // addresses, categories and members of one card each

// What is wrong with one card. The card is left out, all others count.
struct CardFault {
    std::size_t line; // where the card begins, 1 is the first line
    std::string text; // "no END:VCARD", ...; holds nothing of the card's values
};

class COLUMBARIUM_API VcardReader {
  public:
    using OnCard = std::function<void(Card&&)>;
    using OnFault = std::function<void(const CardFault&)>;

    VcardReader(OnCard on_card, OnFault on_fault);

    // Takes the next octets.
    void feed(std::string_view octets);

    // No more octets come. A card that is still open is a fault.
    void finish();

  private:
    void take_physical_line();
    void take_property();

    OnCard on_card_;
    OnFault on_fault_;
    // The author of this room completes what follows.
};

} // namespace columbarium::lists
