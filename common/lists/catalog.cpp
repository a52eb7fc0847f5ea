// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/catalog.hpp"

#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "lists/catalog_sources.hpp"
#include "lists/dict_list.hpp"
#include "lists/own_addresses.hpp"

namespace columbarium::lists {

namespace {

using config::ListDefinition;
using config::ListKind;

// A list that a name stands for.
struct KnownList {
    std::shared_ptr<Source> source;
    std::shared_ptr<Book> groups; // where groups are looked for; nullptr where there are none
};

struct DefinedList {
    ListDefinition definition;
    KnownList list;
};

std::string book_name(std::string_view book) {
    return fmt::format(":addrbook:{}", encode_segment(book));
}

std::string normal_of(std::string_view book) {
    return fmt::format("urn:ietf:params:sieve:addrbook:{}", encode_segment(book));
}

tl::unexpected<Error> unknown_list(std::string_view name, std::string_view why) {
    return permanent_failure(fmt::format("list name \"{}\": {}", printable(name), why));
}

// A wrong definition is the administrator's to mend.
tl::unexpected<Error> definition_failure(const ListDefinition& definition, std::string_view what) {
    return temporary_failure(fmt::format("{}: {}", definition.where, what));
}

} // namespace

struct Catalog::State {
    std::shared_ptr<const config::SiteConfig> config;
    std::shared_ptr<const SourceContext> context;
    std::vector<DefinedList> defined;            // the user's own book first, then as the site has them
    std::map<std::string, std::size_t> place_of; // normal names to places in `defined`
    std::map<std::string, KnownList> implied;    // groups and such, once they were resolved
    std::set<std::string> warned;

    void add(std::string normal, ListDefinition definition);
    Expected<void> define_all();
    const KnownList* find_defined(const std::string& normal) const;
    Expected<KnownList> book(const ListName& name, std::string_view written);
    Expected<KnownList> group(const KnownList& of, const std::string& group, std::string_view written) const;
    Expected<KnownList> resolve(const ListName& name, std::string_view written);
    KnownList default_book();
    std::optional<std::string> name_of_group(const std::string& group);
};

void Catalog::State::add(std::string normal, ListDefinition definition) {
    KnownList list;
    if (definition.kind == ListKind::dict) {
        list.source = std::make_shared<DictList>(definition.place, context->environment.open_dict);
    } else {
        const std::shared_ptr<Book> book = make_book(context, definition);
        list.source = std::make_shared<BookList>(book);
        if (definition.kind != ListKind::file)
            list.groups = book;
    }
    place_of.emplace(std::move(normal), defined.size());
    defined.push_back({std::move(definition), std::move(list)});
}

Expected<void> Catalog::State::define_all() {
    if (!context->user.address_book.empty()) {
        auto own = config::parse_list_setting(context->user.address_book);
        if (!own)
            return tl::make_unexpected(own.error());
        add(normal_of("default"), std::move(*own));
    }
    std::map<std::string, const ListDefinition*> of_site;
    for (const ListDefinition& definition : config->lists.definitions) {
        const auto name = parse_list_name(definition.name);
        if (!name)
            return definition_failure(definition, name.error().text);
        if (name->label)
            return definition_failure(definition,
                                      fmt::format("list name \"{}\": a label names a group of a list, which "
                                                  "nobody can define",
                                                  printable(definition.name)));
        const auto [other, is_new] = of_site.emplace(name->normal, &definition);
        if (!is_new)
            return definition_failure(definition,
                                      fmt::format("\"{}\" names the same list as \"{}\" ({})",
                                                  printable(definition.name), printable(other->second->name),
                                                  other->second->where));
        if (!place_of.contains(name->normal)) // else the user's own book stands there
            add(name->normal, definition);
    }
    for (const std::string& name : config->lists.redirect)
        if (const auto parsed = parse_list_name(name); !parsed)
            return temporary_failure(fmt::format("lists.redirect: {}", parsed.error().text));
    return {};
}

const KnownList* Catalog::State::find_defined(const std::string& normal) const {
    const auto found = place_of.find(normal);
    return found == place_of.end() ? nullptr : &defined[found->second].list;
}

KnownList Catalog::State::default_book() {
    const std::string normal = normal_of("default");
    if (const KnownList* list = find_defined(normal))
        return *list;
    KnownList& list = implied[normal];
    if (!list.source)
        list.source = std::make_shared<EmptyBook>();
    return list;
}

// The list of an address book's name without its label.
Expected<KnownList> Catalog::State::book(const ListName& name, std::string_view written) {
    const std::string normal = normal_of(name.book);
    if (const KnownList* list = find_defined(normal))
        return *list;
    if (name.book == "default" || name.book == "personal")
        return default_book();
    if (const auto found = implied.find(normal); found != implied.end())
        return found->second;
    KnownList list;
    if (name.book == "myself") {
        list.source = std::make_shared<OwnAddresses>(context->user.addresses);
    } else {
        auto found = group(default_book(), name.book, written);
        if (!found)
            return found;
        list = std::move(*found);
    }
    return implied.emplace(normal, std::move(list)).first->second;
}

Expected<KnownList> Catalog::State::group(const KnownList& of, const std::string& group,
                                          std::string_view written) const {
    if (context->user.name.empty())
        return temporary_failure(
            fmt::format("list name \"{}\": nobody knows whose group that is", printable(written)));
    if (!of.groups)
        return unknown_list(written, "there is no such list");
    const auto index = of.groups->index();
    if (!index)
        return tl::make_unexpected(index.error());
    const auto name = (*index)->group_name(group);
    if (!name)
        return tl::make_unexpected(name.error());
    if (!*name)
        return unknown_list(written, "there is no such list, and no such group in the address book");
    return KnownList{std::make_shared<BookList>(of.groups, **name), nullptr};
}

Expected<KnownList> Catalog::State::resolve(const ListName& name, std::string_view written) {
    if (const KnownList* list = find_defined(name.normal))
        return *list;
    if (name.kind != NameKind::address_book)
        return unknown_list(written, "there is no such list");
    if (const auto found = implied.find(name.normal); found != implied.end())
        return found->second;
    auto list = book(name, written);
    if (!list || !name.label)
        return list;
    auto labelled = group(*list, *name.label, written);
    if (labelled)
        implied.emplace(name.normal, *labelled);
    return labelled;
}

// A name by which the group of the default book resolves.
std::optional<std::string> Catalog::State::name_of_group(const std::string& group) {
    const bool shadowed = find_defined(normal_of(group)) != nullptr || group == "myself" ||
                          group == "personal" || equals_ignoring_case(group, "default");
    std::string name = book_name(group);
    if (shadowed || !parse_list_name(name))
        name = fmt::format(":addrbook:default?label={}", encode_segment(group));
    return parse_list_name(name) ? std::optional(name) : std::nullopt;
}

Catalog::Catalog(std::unique_ptr<State> state) : state_(std::move(state)) {}
Catalog::~Catalog() = default;

Expected<std::unique_ptr<Catalog>> Catalog::create(std::shared_ptr<const config::SiteConfig> config,
                                                   ListUser user, CatalogEnvironment environment) {
    if (!environment.warn)
        environment.warn = [](const std::string&) {};
    PlaceExpander expander(user.name, user.home);
    auto state = std::make_unique<State>();
    state->config = std::move(config);
    state->context = std::make_shared<const SourceContext>(
        SourceContext{std::move(user), std::move(environment), std::move(expander)});
    if (auto defined = state->define_all(); !defined)
        return tl::make_unexpected(std::move(defined.error()));
    return std::unique_ptr<Catalog>(new Catalog(std::move(state)));
}

Expected<std::shared_ptr<Source>> Catalog::resolve(std::string_view name) {
    const auto parsed = parse_list_name(name);
    if (!parsed)
        return tl::make_unexpected(parsed.error());
    return state_->resolve(*parsed, name).map([](const KnownList& list) { return list.source; });
}

std::vector<CatalogEntry> Catalog::entries() {
    std::vector<CatalogEntry> all;
    for (const DefinedList& list : state_->defined)
        all.push_back({list.definition.name, list.list.source});
    for (const char* book : {"default", "personal", "myself"})
        if (state_->find_defined(normal_of(book)) == nullptr)
            if (auto source = resolve(book_name(book)))
                all.push_back({book_name(book), std::move(*source)});
    const KnownList book = state_->default_book();
    if (!book.groups || state_->context->user.name.empty())
        return all;
    const auto index = book.groups->index();
    if (!index)
        return all;
    const auto groups = (*index)->groups();
    if (!groups)
        return all;
    for (const std::string& group : *groups)
        if (const auto name = state_->name_of_group(group))
            if (auto source = resolve(*name))
                all.push_back({*name, std::move(*source)});
    return all;
}

std::vector<ListToSynchronise> Catalog::synchronised_books() {
    std::vector<ListToSynchronise> books;
    for (const DefinedList& list : state_->defined)
        if (list.definition.kind == ListKind::carddav)
            books.push_back({list.definition.name, synchronised_book(*state_->context, list.definition)});
    return books;
}

Expected<std::string> Catalog::import_folder() {
    const auto found = state_->place_of.find(normal_of("default"));
    if (found == state_->place_of.end())
        return permanent_failure("there is no default address book: set columbarium_addrbook, or define "
                                 "[lists.\":addrbook:default\"]");
    const ListDefinition& definition = state_->defined[found->second].definition;
    if (definition.kind != ListKind::vdir)
        return permanent_failure(fmt::format("{}: the default address book is no vdir, so that cards cannot "
                                             "be put into it here",
                                             definition.where));
    return state_->context->expander.path(definition.place);
}

void Catalog::warn_once(const std::string& text) {
    if (state_->warned.insert(text).second)
        state_->context->environment.warn(text);
}

const config::ListPolicy& Catalog::policy() const {
    return state_->config->lists;
}

} // namespace columbarium::lists
