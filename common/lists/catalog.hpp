// SPDX-License-Identifier: LGPL-2.1-or-later
// Which lists a user has: names to sources.
//
// In this order: a definition of the site or the user with exactly this name ([lists."NAME"] of
// columbarium.toml, or the user's own columbarium_addrbook for :addrbook:default); :addrbook:personal is then
// the same as :addrbook:default; :addrbook:myself is the user's own addresses; any other :addrbook:NAME is
// the group NAME of the default book; "?label=GROUP" is a group of the book before it (of a vdir or carddav
// book; others have no groups). Everything else is unknown. Names compare in their normal form
// (list_name.hpp).
//
// Where neither site nor user defines :addrbook:default, it is a known and empty book: RFC 6134 section 2.5
// allows that as a last resort. A book is opened at the first question to it, and only once.
//
// A catalog belongs to one user and one moment (a delivery, a command), and keeps what it opened. Not
// thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/site_config.hpp"
#include "lists/dict_reader.hpp"
#include "lists/list_name.hpp"
#include "lists/source.hpp"

namespace columbarium::lists {

// The user whose lists these are, as the host knows it.
struct ListUser {
    std::string name;                   // login name; "" where nobody knows: then only names are checked
    std::string home;                   // absolute path, "" where the user has none
    std::vector<std::string> addresses; // the user's own, for :addrbook:myself
    // plugin { columbarium_addrbook = KIND:PLACE[;OPTION=VALUE]... }: the user's own book, "" where not set.
    std::string address_book;
    // Where indexes and synchronised books are kept: "" for HOME/columbarium.
    std::string state_folder;
};

struct CatalogEnvironment {
    DictOpener open_dict; // may be empty: then asking a dict is a temporary failure
    Warn warn;
    std::chrono::system_clock::time_point now;
};

// A carddav book as the synchronisation needs it: everything expanded for this user.
struct SynchronisedBook {
    std::string url;
    std::string user;
    std::string password_file; // absolute path, "" for none
    std::string ca_file;       // absolute path, "" for the system's
    bool allow_plaintext = false;
    std::string index_path;
    std::string origin; // for BookIndex
};

// A list that is kept on a server.
struct ListToSynchronise {
    std::string name; // as the site wrote it
    // Fails where the definition says nothing for this user (%d for a name without a domain).
    Expected<SynchronisedBook> book;
};

// A list of the catalog, for people.
struct CatalogEntry {
    std::string name; // as the site wrote it, or ":addrbook:GROUP"
    std::shared_ptr<Source> source;
};

class COLUMBARIUM_API Catalog {
  public:
    // Fails where the user's columbarium_addrbook or a definition of the site is wrong: a temporary failure
    // that names setting or file and line.
    [[nodiscard]] static Expected<std::unique_ptr<Catalog>>
    create(std::shared_ptr<const config::SiteConfig> config, ListUser user, CatalogEnvironment environment);

    Catalog(const Catalog&) = delete; // hands out what it keeps
    Catalog& operator=(const Catalog&) = delete;
    ~Catalog();

    // The list of this name. A permanent failure where the name is malformed or unknown (EL-32): the one
    // check behind :list, redirect :list and valid_ext_list (EL-55). That a known list cannot be asked now is
    // no failure here (EL-56); only where a name can be a group, and the book cannot be read, it is a
    // temporary one.
    [[nodiscard]] Expected<std::shared_ptr<Source>> resolve(std::string_view name);

    // All lists that resolve by definition, and the groups of the default book. Groups of a book that cannot
    // be read are left out.
    [[nodiscard]] std::vector<CatalogEntry> entries();

    // Gives a warning to the environment: each text once in the catalog's life.
    void warn_once(const std::string& text);

    // The carddav books, for the synchronisation. What is wrong with one does not concern the others.
    [[nodiscard]] std::vector<ListToSynchronise> synchronised_books();

    // The folder of the default book, for imports. A permanent failure that says why where the default book
    // is no vdir.
    [[nodiscard]] Expected<std::string> import_folder();

    [[nodiscard]] const config::ListPolicy& policy() const;

  private:
    struct State;
    explicit Catalog(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace columbarium::lists
