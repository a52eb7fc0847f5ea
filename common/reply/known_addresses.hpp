// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether an address is one of a set, as correspondents write it: with a subaddress, or under another of the
// domains in which people have the same local part.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "config/reply_policy.hpp"
#include "mail/address.hpp"
#include "reply/objections.hpp"

namespace columbarium::reply {

class KnownAddresses {
  public:
    // `people`: addresses whose local parts are theirs in all of the question's and the policy's domains.
    // `others`: addresses that stand for themselves.
    KnownAddresses(std::span<const std::string> people, std::span<const std::string> others,
                   const Question& question, const config::ReplyPolicy& policy);

    // `folded`: as mail::fold_address() has it.
    [[nodiscard]] bool holds(std::string_view folded) const;

  private:
    std::string subaddress_delimiters_;
    std::unordered_set<std::string> addresses_;   // folded, without subaddresses
    std::unordered_set<std::string> local_parts_; // folded, of people
    std::vector<std::string> domains_;            // folded
};

// The addresses of a field body, in their order, each as mail::fold_address() has it.
[[nodiscard]] std::vector<std::string> folded_addresses(std::string_view field_body);

// The words of a text that are addresses, folded, in their order; at most so many.
[[nodiscard]] std::vector<std::string> addresses_among(std::string_view text, std::size_t most);

// A folded address without what stands behind one of the delimiters in its local part.
[[nodiscard]] std::string main_form(std::string folded, std::string_view subaddress_delimiters);

// A domain in its folded form, or "".
[[nodiscard]] std::string folded_domain(std::string_view domain);

// The two parts of a folded address.
[[nodiscard]] std::string_view local_part_of(std::string_view folded);
using mail::domain_of;

} // namespace columbarium::reply
