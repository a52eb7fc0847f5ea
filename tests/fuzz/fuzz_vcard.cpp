// SPDX-License-Identifier: LGPL-2.1-or-later
// The text of a .vcf file to cards, whole and cut in two: the same cards and faults. What a card says is
// clean and survives an index.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lists/record.hpp"
#include "lists/vcard_reader.hpp"
#include "mail/address.hpp"

namespace {

using namespace columbarium;

void require(bool holds) {
    if (!holds)
        std::abort();
}

struct Reading {
    std::vector<lists::Card> cards;
    std::vector<std::size_t> faults;
};

Reading read(std::string_view first, std::string_view second) {
    Reading reading;
    lists::VcardReader reader([&reading](lists::Card&& card) { reading.cards.push_back(std::move(card)); },
                              [&reading](const lists::CardFault& fault) {
                                  require(!fault.text.empty());
                                  reading.faults.push_back(fault.line);
                              });
    reader.feed(first);
    reader.feed(second);
    reader.finish();
    require(!reader.inside_card());
    return reading;
}

void require_clean(const std::string& text) {
    require(
        std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
}

void require_clean(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        require(!text.empty());
        require_clean(text);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    const std::string_view text(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    const Reading whole = read(text, "");
    // The first octet says where to cut.
    const std::size_t cut = octets == 0 ? 0 : data[0] * octets / 256;
    const Reading pieces = read(text.substr(0, cut), text.substr(cut));
    require(whole.cards == pieces.cards && whole.faults == pieces.faults);
    require(std::ranges::is_sorted(whole.faults));
    for (const lists::Card& card : whole.cards) {
        require_clean(card.uid);
        require_clean(card.name);
        require_clean(card.addresses);
        require_clean(card.categories);
        require_clean(card.member_uids);
        require_clean(card.member_addresses);
        for (const std::vector<std::string>* addresses : {&card.addresses, &card.member_addresses})
            for (const std::string& address : *addresses)
                require(!mail::fold_address(address).empty());
        require(card.is_group || (card.member_uids.empty() && card.member_addresses.empty()));
        require(lists::decode_card(lists::encode_card(card)) == card);
    }
    return 0;
}
