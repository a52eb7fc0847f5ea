// SPDX-License-Identifier: LGPL-2.1-or-later
// The commands, one in each file cmd_*.cpp.
//
// Exit status of all of them: 0 success; 64 (EX_USAGE) wrong arguments, among them a name of a list that is
// malformed or unknown, or a JID that is none; 65 (EX_DATAERR) a failure that trying again does not mend; 67
// (EX_NOUSER) no such user; 75 (EX_TEMPFAIL) a failure that may pass. lookup also: 68 (DOVEADM_EX_NOTFOUND)
// the value is no member. Of several failures 75 wins, else the first one. Presence that nobody knows is no
// failure: the row says why.
#pragma once

#include "doveadm_headers.hpp"

namespace columbarium::doveadm {

extern doveadm_cmd_ver2 lists_command;    // [-u USER|-A]
extern doveadm_cmd_ver2 lookup_command;   // [-u USER|-A] LIST VALUE
extern doveadm_cmd_ver2 members_command;  // [-u USER|-A] LIST
extern doveadm_cmd_ver2 sync_command;     // [-u USER|-A]
extern doveadm_cmd_ver2 import_command;   // [-u USER|-A] FILE
extern doveadm_cmd_ver2 presence_command; // [-u USER|-A] [JID ...]

} // namespace columbarium::doveadm
