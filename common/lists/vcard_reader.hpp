// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads vCards 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) as programs write them.
//
// The text comes in pieces of any size; what is kept of it is bounded: a property longer than
// property_limit (a photograph) is skipped octet by octet, and so is everything that Card does not hold.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/export.hpp"
#include "lists/card.hpp"

namespace columbarium::lists {

inline constexpr std::size_t property_limit = 64 * 1024;     // octets, unfolded
inline constexpr std::size_t property_head_limit = 4 * 1024; // of quoted-printable: name and parameters
inline constexpr std::size_t card_value_limit = 10'000; // addresses, categories and members of one card each
inline constexpr std::size_t card_limit = 4 * 1024 * 1024; // octets of all that is kept of one card

// What is wrong with one card: it has no end, or holds more than the limits above. The card is left out, all
// others count.
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

    // Whether the lines so far have begun a card and not ended it. BEGIN:VCARD and END:VCARD on lines of
    // their own count, and on_card is called, as soon as their line end was fed.
    [[nodiscard]] bool inside_card() const { return inside_; }

  private:
    void keep(std::string_view octets);
    void take_physical_line();
    void look_at_head();
    void take_property();
    void begin_card();
    void end_card();
    void fault(std::string text);
    void take_value(const std::string& name);
    void take_address(std::string_view text, int preference);
    void take_member(std::string_view text);

    OnCard on_card_;
    OnFault on_fault_;

    // The physical line that is being read: its first property_limit octets, and its last two.
    std::string physical_;
    std::size_t physical_octets_ = 0;
    char last_ = '\0';
    char before_last_ = '\0';
    std::size_t line_ = 1;

    // The property that is being unfolded, and where it begins.
    std::string logical_;
    std::size_t logical_line_ = 1;
    bool overlong_ = false;
    bool soft_break_ = false; // quoted-printable goes on in the next line
    // Known once the property's head is complete, and asked only once: lines may be many.
    std::optional<bool> quoted_printable_;
    std::size_t head_octets_ = 0; // of logical_, looked at for the end of the head
    bool head_quoted_ = false;    // they end inside of quotes

    // The card that is being read.
    Card card_;
    std::vector<std::pair<int, std::string>> addresses_; // with their preference
    std::string formatted_name_;                         // FN
    std::string name_;                                   // N
    std::string nickname_;
    std::string organisation_;
    std::size_t kept_ = 0; // octets
    std::size_t card_line_ = 0;
    std::size_t nested_ = 0; // cards of agents (vCard 2.1) inside this one
    bool inside_ = false;
    bool after_agent_ = false; // the line before was "AGENT:"
    bool version_21_ = false;
    bool too_large_ = false;
};

} // namespace columbarium::lists
