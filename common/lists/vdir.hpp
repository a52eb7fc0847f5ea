// SPDX-License-Identifier: LGPL-2.1-or-later
// A book that is a folder of vCards (vdirsyncer, khard, Radicale's storage) or one .vcf file.
//
// Only files whose names end in .vcf are read, not those that start with a dot; no sub-folders, nothing but
// regular files.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "lists/book_index.hpp"
#include "lists/source.hpp"

namespace columbarium::lists {

// Opens the index of the book and brings it up to date first where the book changed: a folder by its own
// modification time at each call, and by the sizes and times of its files where the last such look is longer
// ago than 0.2 ms for each card. A look is at no more than 1,000 files, in turn (BookIndex::turn): a card
// that was written in its place, against the custom of vdirs, is seen in a small book at once and in a large
// one of N cards within N / 1,000 looks. A file is known by its size and time. Only resources that changed
// are read again. Stamps younger than 2 s are not trusted: a second change could hide behind them.
//
// A book that is not there is an empty one, as long as the folder above it is there. One that was there with
// addresses and is gone, and a link that leads nowhere, are temporary failures. A card that cannot be read
// for a reason of its own (broken, no permission, too large) costs that card, and one warning that names file
// and line; any other error (too many open files, a bad disk) is a temporary failure. What `now` is, the
// caller knows.
[[nodiscard]] COLUMBARIUM_API Expected<BookIndex> open_vdir(const std::string& path,
                                                            const std::string& index_path,
                                                            std::chrono::system_clock::time_point now,
                                                            const Warn& warn);

// What an import did, in cards.
struct ImportReport {
    std::size_t added = 0;
    std::size_t replaced = 0; // a card with the same UID was there
    std::size_t unreadable = 0;
};

// Copies the cards of a .vcf file into a book that is a folder, octet by octet, one file a card (UID.vcf, or
// a name from the card's octets where it has no usable UID), mode 0600, each put in place at once. Makes the
// folder where only it is missing. Faults go to `warn`. A permanent failure where the book is one file.
[[nodiscard]] COLUMBARIUM_API Expected<ImportReport>
import_vcards(const std::string& file, const std::string& folder, const Warn& warn);

} // namespace columbarium::lists
