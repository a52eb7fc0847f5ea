// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/notice_policy.hpp"

#include <algorithm>
#include <array>

namespace columbarium::config {

namespace {

struct DisclosureName {
    Disclosure disclosure;
    std::string_view name;
};

constexpr std::array disclosure_names = {DisclosureName{Disclosure::nothing, "nothing"},
                                         DisclosureName{Disclosure::address, "address"},
                                         DisclosureName{Disclosure::address_and_name, "address-and-name"}};

} // namespace

std::string_view name_of(Disclosure disclosure) {
    const auto* const found = std::ranges::find(disclosure_names, disclosure, &DisclosureName::disclosure);
    return found == disclosure_names.end() ? std::string_view() : found->name;
}

std::optional<Disclosure> disclosure_of_name(std::string_view name) {
    const auto* const found = std::ranges::find(disclosure_names, name, &DisclosureName::name);
    return found == disclosure_names.end() ? std::nullopt : std::optional(found->disclosure);
}

} // namespace columbarium::config
