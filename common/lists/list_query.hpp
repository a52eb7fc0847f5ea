// SPDX-License-Identifier: LGPL-2.1-or-later
// One test with :list, RFC 6134 section 2.2: values against lists.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "lists/catalog.hpp"
#include "lists/member.hpp"

namespace columbarium::lists {

// Different values that one test may ask.
inline constexpr std::size_t values_of_query_limit = 5000;

class COLUMBARIUM_API ListQuery {
  public:
    // Resolves all names before anything is asked (EL-35). A permanent failure where one is malformed or
    // unknown and the site wants an error; where it wants none ([lists] unknown_list = "no-match") such a
    // name matches nothing and the catalog's environment is warned once. Temporary failures as
    // Catalog::resolve() has them are remembered like those of look-ups.
    [[nodiscard]] static Expected<ListQuery> open(Catalog& catalog, std::span<const std::string> names);

    // The first list that holds the value, in the order of names (EL-28). The value is asked as it is; where
    // no list holds it and it is no plain address, the mailboxes in it are asked, one after the other
    // (EL-19). A list that fails is passed over, and its failure remembered (EL-34). What was asked before
    // and not found is not asked again. Beyond values_of_query_limit different values nothing is asked any
    // more, and that is a permanent failure (EL-74): a message that no person wrote can make no script wait
    // for hours, and it is not taken for one that nobody knows.
    [[nodiscard]] std::optional<Match> find(std::string_view value);

    // What to answer after all values were asked and nothing was found: a failure where a list failed, the
    // first one; temporary where it was (EL-31), permanent where it was (EL-30).
    [[nodiscard]] const Expected<void>& outcome() const { return outcome_; }

  private:
    struct NamedSource {
        std::string name;
        std::shared_ptr<Source> source;
        bool failed = false; // is not asked again
    };
    explicit ListQuery(std::string subaddress_delimiters);
    [[nodiscard]] std::optional<Match> find_one(std::string_view value);

    std::string subaddress_delimiters_;
    std::vector<NamedSource> sources_;
    std::unordered_set<std::string> asked_;
    Expected<void> outcome_;
};

// valid_ext_list (RFC 6134 section 2.7): true where all names resolve. A temporary failure where that is
// unknown.
[[nodiscard]] COLUMBARIUM_API Expected<bool> all_names_valid(Catalog& catalog,
                                                             std::span<const std::string> names);

// The addresses that "redirect :list" sends to: recipients of the list, each once
// (EL-66), without `own_addresses`. Permanent failures: the list is not among those that the site allows
// ([lists] redirect, EL-62), is unknown, cannot enumerate (EL-60), holds a member that is no address (EL-60),
// or holds more than redirect_recipients (EL-61). Empty where the list is.
[[nodiscard]] COLUMBARIUM_API Expected<std::vector<std::string>>
redirect_recipients(Catalog& catalog, std::string_view name, std::span<const std::string> own_addresses);

} // namespace columbarium::lists
