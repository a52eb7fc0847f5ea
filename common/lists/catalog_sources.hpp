// SPDX-License-Identifier: LGPL-2.1-or-later
// From definitions to what they define, for one user. Private to common/lists.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/expected.hpp"
#include "config/list_policy.hpp"
#include "lists/book_list.hpp"
#include "lists/catalog.hpp"
#include "lists/place.hpp"

namespace columbarium::lists {

// What the sources of one user need; they keep it, so that they may outlive their catalog.
struct SourceContext {
    ListUser user;
    CatalogEnvironment environment; // warn is never empty
    PlaceExpander expander;
};

// The source's place, expanded, and where its index is. For lists that have one: not for dicts.
struct IndexPlace {
    std::string place;
    std::string index_path;
    std::string origin;
};
[[nodiscard]] Expected<IndexPlace> index_place(const SourceContext& context,
                                               const config::ListDefinition& definition);

// The book of a definition that is no dict. Nothing is touched yet. Failures to open it name the list.
[[nodiscard]] std::shared_ptr<Book> make_book(const std::shared_ptr<const SourceContext>& context,
                                              config::ListDefinition definition);

// A carddav definition as the synchronisation needs it.
[[nodiscard]] Expected<SynchronisedBook> synchronised_book(const SourceContext& context,
                                                           const config::ListDefinition& definition);

} // namespace columbarium::lists
