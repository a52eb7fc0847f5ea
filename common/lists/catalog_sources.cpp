// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/catalog_sources.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "lists/source_kind.hpp"
#include "lists/value_file.hpp"
#include "lists/vdir.hpp"

namespace columbarium::lists {

namespace {

using config::ListDefinition;
using config::ListKind;

// A failure of a list, with its name and place of definition; of the same kind.
tl::unexpected<Error> failure_of(const ListDefinition& definition, const Error& error) {
    return tl::make_unexpected(
        Error{error.kind,
              fmt::format("list \"{}\" ({}): {}", printable(definition.name), definition.where, error.text)});
}

Expected<BookIndex> open_copy(const SourceContext& context, const ListDefinition& definition,
                              const IndexPlace& place) {
    auto opened = BookIndex::open(place.index_path, place.origin);
    if (!opened)
        return tl::make_unexpected(opened.error());
    const std::string remedy = fmt::format("run \"doveadm columbarium sync -u {}\"", context.user.name);
    if (!*opened)
        return temporary_failure("was never synchronised: " + remedy);
    const auto age = context.environment.now - (*opened)->confirmed();
    const std::chrono::hours allowed(static_cast<std::int64_t>(definition.max_age_hours));
    if (definition.max_age_hours > 0 && age > allowed)
        return temporary_failure(
            fmt::format("was not synchronised for more than {} hours (max_age_hours): {}",
                        definition.max_age_hours, remedy));
    return std::move(**opened);
}

Expected<BookIndex> open_index(const SourceContext& context, const ListDefinition& definition) {
    const auto place = index_place(context, definition);
    if (!place)
        return tl::make_unexpected(place.error());
    const CatalogEnvironment& environment = context.environment;
    if (definition.kind == ListKind::carddav)
        return open_copy(context, definition, *place);
    if (definition.kind == ListKind::file)
        return open_value_file(place->place, place->index_path, environment.now, environment.warn);
    return open_vdir(place->place, place->index_path, environment.now, environment.warn);
}

Expected<std::string> optional_path(const PlaceExpander& expander, const std::string& path) {
    return path.empty() ? Expected<std::string>() : expander.path(path);
}

} // namespace

Expected<IndexPlace> index_place(const SourceContext& context, const ListDefinition& definition) {
    const PlaceExpander& expander = context.expander;
    auto place = definition.kind == ListKind::carddav ? expander.url(definition.place)
                                                      : expander.path(definition.place);
    if (!place)
        return tl::make_unexpected(place.error());
    const auto folder = state_folder_of(context.user.state_folder, context.user.home);
    if (!folder)
        return tl::make_unexpected(folder.error());
    IndexPlace result;
    result.place = std::move(*place);
    result.origin = fmt::format("{}:{}", source_kind(definition.kind), result.place);
    if (definition.kind == ListKind::carddav) {
        // A server may show each user another book under one URL.
        const auto user = expander.text(definition.user);
        if (!user)
            return tl::make_unexpected(user.error());
        if (!user->empty())
            result.origin += " user=" + *user;
    }
    result.index_path = index_path(*folder, definition.kind, result.origin);
    return result;
}

std::shared_ptr<Book> make_book(const std::shared_ptr<const SourceContext>& context,
                                ListDefinition definition) {
    const auto shared = std::make_shared<const ListDefinition>(std::move(definition));
    const auto place = [context, shared]() -> Expected<std::string> {
        const auto found = index_place(*context, *shared);
        if (!found)
            return failure_of(*shared, found.error());
        return found->place;
    };
    const auto open = [context, shared]() -> Expected<BookIndex> {
        auto index = open_index(*context, *shared);
        if (!index)
            return failure_of(*shared, index.error());
        return index;
    };
    return std::make_shared<Book>(shared->kind, shared->place, place, open);
}

Expected<SynchronisedBook> synchronised_book(const SourceContext& context, const ListDefinition& definition) {
    const PlaceExpander& expander = context.expander;
    const auto place = index_place(context, definition);
    if (!place)
        return failure_of(definition, place.error());
    const auto user = expander.text(definition.user);
    if (!user)
        return failure_of(definition, user.error());
    const auto password_file = optional_path(expander, definition.password_file);
    if (!password_file)
        return failure_of(definition, password_file.error());
    const auto ca_file = optional_path(expander, definition.ca_file);
    if (!ca_file)
        return failure_of(definition, ca_file.error());
    SynchronisedBook book;
    book.url = place->place;
    book.user = *user;
    book.password_file = *password_file;
    book.ca_file = *ca_file;
    book.allow_plaintext = definition.allow_plaintext;
    book.index_path = place->index_path;
    book.origin = place->origin;
    return book;
}

} // namespace columbarium::lists
