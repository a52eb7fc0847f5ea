// SPDX-License-Identifier: LGPL-2.1-or-later
#include "people.hpp"

namespace columbarium::tools {

void add_people(CLI::App& app, int& status) {
    CLI::App* people = app.add_subcommand("people", "Who is here, who has left, and where they are now");
    people->require_subcommand(1);
    add_people_sync(*people, status);
    add_people_show(*people, status);
    add_people_set_forwarding(*people, status);
    add_people_set_tombstone(*people, status);
    add_people_set_disclosure(*people, status);
    add_people_cancel(*people, status);
    add_people_restore(*people, status);
    add_people_history(*people, status);
    add_people_rename(*people, status);
}

} // namespace columbarium::tools
