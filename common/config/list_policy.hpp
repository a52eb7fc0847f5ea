// SPDX-License-Identifier: LGPL-2.1-or-later
// The [lists] table of columbarium.toml: which external lists (RFC 6134) there are, and what scripts may do.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"

namespace columbarium::config {

enum class ListKind { vdir, carddav, dict, file };

// [lists."NAME"]: where the list of this name is kept.
//
// path, url, user, password_file and ca_file may hold %u (the user's login name), %n (its part before "@"),
// %d (the part after it), %h (the home), %% ; paths may start with "~/".
struct ListDefinition {
    std::string name; // as written: ":addrbook:default", "tag:example.com,2026:staff"
    ListKind kind = ListKind::vdir;
    std::string place; // vdir and file: path; carddav: url; dict: uri
    std::string user;  // carddav
    std::string password_file;
    std::string ca_file;
    bool allow_plaintext = false;
    // carddav: hours after which a copy that was not synchronised any more defers mail (SY-8); 0: never.
    std::size_t max_age_hours = 168;
    std::string where; // for error texts: "columbarium.toml:12", or the setting
};

enum class UnknownList {
    error,    // a runtime error, and the script ends with an implicit keep (EL-32)
    no_match, // one warning, no match
};

struct ListPolicy {
    UnknownList unknown_list = UnknownList::error; // unknown_list = "error" | "no-match"
    std::string subaddress_delimiters;             // subaddress_delimiters = "+"; "": not folded
    std::vector<std::string> redirect;             // names of lists that "redirect :list" may use (EL-62)
    std::size_t redirect_recipients = 100;         // at most so many recipients (EL-61), 1 to 10,000
    std::vector<ListDefinition> definitions;       // in the file's order
};

// Reads a user's setting: "vdir:~/contacts",
// "carddav:https://dav.example.org/%u/;user=%u;password_file=~/.dav", "dict:redis:host=127.0.0.1",
// "file:/etc/lists/staff". Options of carddav are separated by ";" or blanks. The definition's name is
// ":addrbook:default".
[[nodiscard]] COLUMBARIUM_API Expected<ListDefinition> parse_list_setting(std::string_view text);

} // namespace columbarium::config
