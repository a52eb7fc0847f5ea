// SPDX-License-Identifier: LGPL-2.1-or-later
// What a definition of a list may say, wherever it is written. Private to common/config.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/list_policy.hpp"

namespace columbarium::config {

// Hours that max_age_hours may be: ten years.
inline constexpr std::size_t longest_max_age_hours = 10 * 366 * 24;

// One kind of list: its name in the file, and the key that says where it is kept.
struct ListKindInfo {
    ListKind kind;
    const char* name;
    const char* place_key;
};

// All kinds, in the order of the manual.
[[nodiscard]] std::span<const ListKindInfo> list_kinds();
[[nodiscard]] const ListKindInfo& list_kind_info(ListKind kind);
[[nodiscard]] std::optional<ListKind> list_kind_of_name(std::string_view name);

// What is wrong with a definition.
struct DefinitionFault {
    std::string key; // "path", "url", ...
    std::string text;
};

// Checks all that can be checked without a user: paths are absolute ("/", "~/" or "%h/") and hold no "..",
// a URL is https: (http: only with allow_plaintext) and holds no user, "%" is followed by a letter that
// stands for something.
[[nodiscard]] std::optional<DefinitionFault> definition_fault(const ListDefinition& definition);

} // namespace columbarium::config
