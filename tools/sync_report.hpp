// SPDX-License-Identifier: LGPL-2.1-or-later
// What a sync plans and what it has done, for a person and for programs.
#pragma once

#include "feed/synchronise.hpp"

namespace columbarium::tools {

// On standard output: the plan, grouped by kind of change; as JSON a line for each change.
void print_plan(const feed::SyncReport& report, bool json);

// On standard output: the numbers; as JSON one line, with all that went wrong.
void print_report(const feed::SyncReport& report, const feed::SyncOptions& options, bool json);

// On standard error: what needs a person.
void complain_about(const feed::SyncReport& report);

} // namespace columbarium::tools
