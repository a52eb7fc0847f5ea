// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium people restore USER
#include <memory>

#include "people.hpp"
#include "people_change.hpp"

namespace columbarium::tools {

void add_people_restore(CLI::App& people, int& status) {
    const auto request = std::make_shared<ChangeRequest>();
    CLI::App* command = people.add_subcommand(
        "restore", "Restore somebody who was cancelled, whatever the feed says, until it says the same");
    add_change_options(*command, *request);
    command->callback([request, &status] {
        status = change_one(*request, [&](const auto& person, const auto& policy) {
            return tombstone::restore(person, today(), request->reason, policy);
        });
    });
}

} // namespace columbarium::tools
