// SPDX-License-Identifier: LGPL-2.1-or-later
// What the commands that change one person share.
#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "base/expected.hpp"
#include "config/people_policy.hpp"
#include "people_site.hpp"
#include "tombstone/lifecycle.hpp"

namespace columbarium::tools {

struct ChangeRequest {
    SiteOptions site;
    std::string user;
    std::string reason = "help desk";
};

// Adds USER and the options of such a command.
void add_change_options(CLI::App& command, ChangeRequest& request);

using ChangeRule =
    std::function<Expected<tombstone::Step>(const tombstone::Person& person, const config::PeoplePolicy&)>;

// Changes the person as `rule` says and prints what was changed. Returns the exit status.
int change_one(const ChangeRequest& request, const ChangeRule& rule);

} // namespace columbarium::tools
