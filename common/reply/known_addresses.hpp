// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether an address is one of a set, as correspondents write it: with a subaddress, or under another of the
// domains in which people have the same local part.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/reply_policy.hpp"
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

    // A text that holds one of them as a word of its own.
    [[nodiscard]] bool is_one_in(std::string_view text) const;

  private:
    std::string subaddress_delimiters_;
    std::vector<std::string> addresses_;   // folded, without subaddresses
    std::vector<std::string> local_parts_; // folded, of people
    std::vector<std::string> domains_;     // folded
};

// The addresses of a field body, in their order, each as mail::fold_address() has it.
[[nodiscard]] std::vector<std::string> folded_addresses(std::string_view field_body);

// A folded address without what stands behind one of the delimiters in its local part.
[[nodiscard]] std::string main_form(std::string folded, std::string_view subaddress_delimiters);

// A domain in its folded form, or "".
[[nodiscard]] std::string folded_domain(std::string_view domain);

// The two parts of a folded address.
[[nodiscard]] std::string_view local_part_of(std::string_view folded);
[[nodiscard]] std::string_view domain_of(std::string_view folded);

} // namespace columbarium::reply
