// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium people ...: one file a command, people_*.cpp.
#pragma once

#include <CLI/CLI.hpp>

namespace columbarium::tools {

// Adds `people` with all its commands. The callback of each sets `status` to its exit status: success where
// all is as it was asked for; failure where something failed or was stopped.
void add_people(CLI::App& app, int& status);

// Each of them, to `people`.
void add_people_sync(CLI::App& people, int& status);
void add_people_show(CLI::App& people, int& status);
void add_people_set_forwarding(CLI::App& people, int& status);
void add_people_set_tombstone(CLI::App& people, int& status);
void add_people_set_disclosure(CLI::App& people, int& status);
void add_people_cancel(CLI::App& people, int& status);
void add_people_restore(CLI::App& people, int& status);
void add_people_history(CLI::App& people, int& status);
void add_people_rename(CLI::App& people, int& status);

} // namespace columbarium::tools
