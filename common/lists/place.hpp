// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a user's lists are: the places of definitions with the user's names put in. Private to common/lists.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "config/list_policy.hpp"

namespace columbarium::lists {

// Puts the names of one user in place of %u, %n, %d, %h, %% and of a "~/" at the start of a path.
//
// Names of users come from outside: one that would make a path lead elsewhere, or that says nothing where the
// place asks for it, is a failure. All failures are temporary: whoever runs the server mends them.
class PlaceExpander {
  public:
    // `name`: the login name, `home`: absolute; "" where there is none.
    PlaceExpander(std::string name, std::string home) : name_(std::move(name)), home_(std::move(home)) {}

    // A path. A name that holds "/", or makes a part of the path "." or "..", is refused.
    [[nodiscard]] Expected<std::string> path(std::string_view text) const;

    // A URL: names are percent-encoded.
    [[nodiscard]] Expected<std::string> url(std::string_view text) const;

    // A text that nothing takes apart, such as a user name for a server.
    [[nodiscard]] Expected<std::string> text(std::string_view text) const;

  private:
    enum class Use { path, url, text };
    [[nodiscard]] Expected<std::string> value_of(char letter, Use use) const;
    [[nodiscard]] Expected<std::string> expand(std::string_view text, Use use) const;

    std::string name_;
    std::string home_;
};

// The folder of indexes and synchronised books: `state_folder`, or HOME/columbarium where that is "".
[[nodiscard]] Expected<std::string> state_folder_of(const std::string& state_folder, const std::string& home);

// The path of an index: one for each origin (kind and place of a source, "vdir:/home/x/contacts").
[[nodiscard]] std::string index_path(const std::string& state_folder, config::ListKind kind,
                                     const std::string& origin);

} // namespace columbarium::lists
