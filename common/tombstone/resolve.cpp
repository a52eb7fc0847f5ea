// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/resolve.hpp"

#include <array>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace columbarium::tombstone {

namespace {

constexpr std::string_view forward = "DUNNO forward ";
constexpr std::string_view change_of_address = "DUNNO change-of-address ";

constexpr std::array reasons = {RejectReason::departed, RejectReason::no_address, RejectReason::unset};

// "550 5.1.6 ": what tells one refusal from another.
std::string_view codes_of(RejectReason reason) {
    return refusal(reason).substr(0, std::string_view("550 5.1.6 ").size());
}

Expected<std::string> read_target(std::string_view text) {
    auto address = prepare_address(text);
    if (address && *address != text)
        return permanent_failure(fmt::format("\"{}\" is not in the form of kept addresses", printable(text)));
    return address;
}

struct ToValue {
    std::string operator()(const Forward& value) const { return std::string(forward) + value.address; }
    std::string operator()(const ChangeOfAddress& value) const {
        return std::string(change_of_address) + value.address;
    }
    std::string operator()(const Reject& value) const { return std::string(refusal(value.reason)); }
};

} // namespace

bool has_departed(const Person& person, Date date) {
    return person.cancelled && (person.hold != Hold::leaving || *person.cancelled <= date);
}

Resolution resolve(const Person& person, Date date) {
    const bool departed = has_departed(person, date);
    if (!departed && !person.forwarding_address.empty() && !person.is_account_missing)
        return Forward{person.forwarding_address};
    if (!person.tombstone_address.empty())
        return ChangeOfAddress{person.tombstone_address};
    if (departed)
        return Reject{RejectReason::departed};
    return Reject{person.is_new ? RejectReason::no_address : RejectReason::unset};
}

std::string_view refusal(RejectReason reason) {
    switch (reason) {
    case RejectReason::departed:
        return "550 5.1.6 The person of this address has left and named no other address";
    case RejectReason::no_address:
        return "550 5.1.1 The person of this address receives no mail here yet";
    case RejectReason::unset:
        break;
    }
    return "550 5.2.1 The person of this address receives no mail here any more";
}

std::string to_value(const Resolution& resolution) {
    return std::visit(ToValue{}, resolution);
}

Expected<Resolution> read_resolution(std::string_view value) {
    const auto target = [value](std::string_view prefix) { return read_target(value.substr(prefix.size())); };
    if (value.starts_with(forward))
        return target(forward).map(
            [](std::string&& address) -> Resolution { return Forward{std::move(address)}; });
    if (value.starts_with(change_of_address))
        return target(change_of_address).map([](std::string&& address) -> Resolution {
            return ChangeOfAddress{std::move(address)};
        });
    for (const RejectReason reason : reasons)
        if (value.starts_with(codes_of(reason)) && !has_control(value) && is_ascii(value))
            return Reject{reason};
    return permanent_failure(fmt::format("\"{}\" is no answer of the map resolve", printable(value)));
}

} // namespace columbarium::tombstone
