// SPDX-License-Identifier: LGPL-2.1-or-later
// A person who has, or had, an address of the site: what the store keeps of him. The words are those of the
// memo "@cam change-of-address autoreplies for departed users" (Cambridge, 2011), section 3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/notice_policy.hpp"
#include "tombstone/date.hpp"

namespace columbarium::tombstone {

// Octets at most.
inline constexpr std::size_t longest_username = 64; // a local part: RFC 5321 section 4.5.3.1.1
inline constexpr std::size_t longest_name = 1'000;  // full name, affiliation, id
inline constexpr std::size_t longest_address = 254; // RFC 5321 section 4.5.3.1.3, without its brackets

// What the help desk has decided against the feed. It ends by itself as soon as the feed says the same.
enum class Hold {
    none,
    cancelled, // gone, though the feed still lists him
    present,   // here, though the feed does not list him
    leaving,   // is to go on a day to come; the first sync from that day on makes it `cancelled`
};

// "none", "cancelled", "present", "leaving".
[[nodiscard]] COLUMBARIUM_API std::string_view name_of(Hold hold);
[[nodiscard]] COLUMBARIUM_API std::optional<Hold> hold_of_name(std::string_view name);

struct Person {
    std::string username; // folded, see fold_username()
    std::string id;       // what the feed knows him by when his username changes; "" where it has none
    std::string full_name;
    std::string affiliation;
    std::string forwarding_address;  // "" where it is unset
    std::string tombstone_address;   // "" where it is unset
    std::optional<Date> cancelled;   // the cancellation date; nothing for who has an account. It lies ahead
                                     // with Hold::leaving only
    bool is_new = false;             // has never set an address, see lifecycle.hpp
    bool is_account_missing = false; // his forwarding address is his account in the mail system, and that
                                     // does not exist: it counts as unset
    Hold hold = Hold::none;
    // What replies may tell of him; nothing: what the site's policy says
    std::optional<config::Disclosure> disclosure = {};

    // What the feed said last, where it carries these at all: tells a change there from one made here. An
    // address that differs from it waits to be written back.
    std::string listed_forwarding_address;
    std::string listed_tombstone_address;
    std::optional<config::Disclosure> listed_disclosure = {};
    // What is being written to the directory and not yet known to be there: when the feed says it, that is no
    // change of the feed's. Nothing where no write is under way; "" where the address is being taken away.
    std::optional<std::string> written_forwarding_address;
    std::optional<std::string> written_tombstone_address;
    bool is_mail_attribute_due = false; // his address waits to be added to the directory's mail attribute

    // The store's: counts the changes of this person there; 0: not in it. Functions of this room pass it on.
    std::int64_t revision = 0;

    friend bool operator==(const Person&, const Person&) = default;
};

// The form in which usernames are kept and compared: ASCII letters in lower case. A permanent failure that
// names the text (as far as it can be shown) where it is none: empty, longer than longest_username, other
// octets than those of RFC 5321's Dot-string (atext of ASCII, dots inside), or beginning with "-".
[[nodiscard]] COLUMBARIUM_API Expected<std::string> fold_username(std::string_view text);

// An address to send a person's mail or his correspondents to, as it is kept: without blanks around it, its
// domain in lower case and as A-labels. A permanent failure that names the text and says what is wrong: no
// addr-spec of RFC 5321 without quoted local part, source route, address literal or control characters,
// longer than longest_address, beginning with "-", a domain without a dot.
[[nodiscard]] COLUMBARIUM_API Expected<std::string> prepare_address(std::string_view text);

// Full names and affiliations: UTF-8, at most longest_name octets, no control characters (C0, C1, line and
// paragraph separators, bidirectional controls). Quotes are welcome. Returns what is wrong, "" for nothing.
[[nodiscard]] COLUMBARIUM_API std::string name_fault(std::string_view text);

} // namespace columbarium::tombstone
