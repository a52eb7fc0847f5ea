// SPDX-License-Identifier: LGPL-2.1-or-later
// What scripts and mail bring to lists: names of lists, values to look up, addresses, whole fields. The input
// is each of them in turn.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/ascii.hpp"
#include "config/list_policy.hpp"
#include "lists/list_name.hpp"
#include "lists/lookup_keys.hpp"
#include "mail/address.hpp"

namespace {

using namespace columbarium;

void require(bool holds) {
    if (!holds)
        std::abort();
}

void check_name(std::string_view text) {
    const auto name = lists::parse_list_name(text);
    if (!name) {
        require(name.error().kind == ErrorKind::permanent);
        require(!has_control(name.error().text) && name.error().text.size() < 1000);
        return;
    }
    require(!has_control(name->normal) && !has_control(name->book) && !has_control(name->label.value_or("")));
    require(name->book.find('/') == std::string::npos);
    require((name->kind == lists::NameKind::address_book) == !name->book.empty());
    require(!name->label || !name->label->empty());
    if (name->normal.size() > lists::list_name_limit)
        return;
    const auto again = lists::parse_list_name(name->normal);
    require(again && again->normal == name->normal && again->kind == name->kind &&
            again->book == name->book && again->label == name->label);
}

void check_address(std::string_view text) {
    const std::string folded = mail::fold_address(text);
    if (folded.empty())
        return;
    require(!has_control(folded) && folded.find(' ') == std::string::npos);
    require(folded.find('@') != std::string::npos);
    require(mail::fold_address(folded) == folded);
    const std::string shorter = mail::without_subaddress(folded, "+-");
    require(shorter.size() < folded.size());
    require(shorter.empty() || mail::fold_address(shorter) == shorter);
}

void check_value(std::string_view text) {
    const lists::LookupKeys keys = lists::lookup_keys(text, "+");
    require(keys.exact.size() <= lists::value_limit);
    require(keys.exact.find('\0') == std::string::npos);
    require(keys.exact.size() == keys.text.size() && keys.addresses.size() <= 2);
    require(keys.addresses.empty() == keys.domain.empty());
    for (const std::string& address : keys.addresses)
        require(address.ends_with(keys.domain) && mail::fold_address(address) == address);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    const std::string_view text(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    check_name(text);
    check_address(text);
    check_value(text);
    for (const mail::Mailbox& mailbox : mail::parse_mailboxes(text))
        require(!mail::fold_address(mailbox.address).empty());
    if (const auto definition = config::parse_list_setting(text))
        require(!has_control(definition->place) && !definition->place.empty());
    else
        require(!has_control(definition.error().text));
    return 0;
}
