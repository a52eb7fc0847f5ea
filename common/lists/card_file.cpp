// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/card_file.hpp"

#include <cerrno>

#include "lists/vcard_reader.hpp"

namespace columbarium::lists {

int read_card_file(const Descriptor& descriptor, FaultLog& faults, const std::function<void(Card&&)>& each) {
    struct stat status {};
    if (fstat(descriptor.number(), &status) == 0 && status.st_size > static_cast<off_t>(card_file_limit))
        return EFBIG; // known without reading it
    std::size_t cards = 0;
    VcardReader reader(
        [&](Card&& card) {
            if (++cards <= cards_of_file_limit)
                each(std::move(card));
        },
        [&](const CardFault& fault) { faults.add(fault.line, "a card is left out: " + fault.text); });
    const int error_number = read_blocks(descriptor, card_file_limit, [&](std::string_view octets) {
        reader.feed(octets);
        return cards <= cards_of_file_limit;
    });
    if (error_number != 0)
        return error_number;
    reader.finish();
    return cards <= cards_of_file_limit ? 0 : EFBIG;
}

bool costs_the_file_only(int error_number) {
    return error_number == EACCES || error_number == EPERM || error_number == ELOOP ||
           error_number == not_regular || error_number == EFBIG;
}

} // namespace columbarium::lists
