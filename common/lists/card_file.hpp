// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the cards of one .vcf file.
#pragma once

#include <cstddef>
#include <functional>

#include "base/regular_file.hpp"
#include "lists/card.hpp"
#include "lists/fault_log.hpp"

namespace columbarium::lists {

// Octets of a file, and cards in it. A larger file is no part of a book.
inline constexpr std::size_t card_file_limit = std::size_t{1} << 30;
inline constexpr std::size_t cards_of_file_limit = 2'000'000;

// Gives the cards in the file's order; each broken card goes to `faults` instead. Returns an error number, or
// 0; EFBIG where the file is beyond the limits.
[[nodiscard]] int read_card_file(const Descriptor& descriptor, FaultLog& faults,
                                 const std::function<void(Card&&)>& each);

// Whether an error in opening or reading a file is the file's own and lasts: no permission, a link, no
// regular file, too large. All others (too many open files, a server that does not answer, a bad disk) say
// nothing about the file, and whoever reads a book fails for now.
[[nodiscard]] bool costs_the_file_only(int error_number);

} // namespace columbarium::lists
