// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/own_addresses.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mail/address.hpp"

namespace columbarium::lists {

OwnAddresses::OwnAddresses(const std::vector<std::string>& addresses) {
    for (const std::string& address : addresses) {
        std::string folded = mail::fold_address(address);
        const bool known = std::any_of(addresses_.begin(), addresses_.end(),
                                       [&folded](const Address& other) { return other.folded == folded; });
        if (!folded.empty() && !known)
            addresses_.push_back({std::move(folded), address});
    }
}

Expected<std::optional<Member>> OwnAddresses::find(const LookupKeys& keys) {
    for (const std::string& key : keys.addresses)
        for (const Address& address : addresses_)
            if (address.folded == key)
                return Member{address.written, ""};
    return std::nullopt;
}

Expected<std::vector<Member>> OwnAddresses::members(std::size_t limit) {
    if (addresses_.size() > limit)
        return permanent_failure(fmt::format("the list holds more than {} members", limit));
    std::vector<Member> all;
    for (const Address& address : addresses_)
        all.push_back({address.written, ""});
    return all;
}

Expected<SourceStatus> OwnAddresses::status() {
    return SourceStatus{addresses_.size(), std::nullopt};
}

} // namespace columbarium::lists
