// SPDX-License-Identifier: LGPL-2.1-or-later
// What the files of the extension vnd.columbarium.triage share. Include this last (host_headers.hpp).
//
// A callback that runs code of ours goes through host::guarded(); one that only calls the host cannot throw.
#pragma once

#include "compat.hpp"

namespace columbarium::sieve {

// The codes of the operations in a compiled script. They stand in .svbin files: add at the end only, and
// raise the extension's version when operands change.
enum OperationCode : unsigned {
    operation_triage,
    operation_route,
};

extern const sieve_extension_def triage_extension;

extern const sieve_command_def tst_triage;
extern const sieve_operation_def tst_triage_operation;

extern const sieve_command_def cmd_route;
extern const sieve_operation_def cmd_route_operation;

} // namespace columbarium::sieve
