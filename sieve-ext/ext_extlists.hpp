// SPDX-License-Identifier: LGPL-2.1-or-later
// What the files of the extension extlists (RFC 6134) share. Include this last (host_headers.hpp).
//
// The match type :list is there for each test that takes match types: address, envelope, header and string,
// as the RFC wants it; date and currentdate, header and address with :mime, as its examples use it; and
// hasflag, body, environment, spamtest, virustest, metadata, servermetadata, notify_method_capability and
// triage, beside deleteheader and denotify. All ask the values that they would compare.
//
// A callback that runs code of ours goes through host::guarded(); one that only calls the host cannot throw.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "list_context.hpp"

#include "compat.hpp"

namespace columbarium::sieve {

// The codes of the operations in a compiled script. They stand in .svbin files: add at the end only, and
// raise the extension's version when operands change.
enum ListOperationCode : unsigned {
    operation_valid_ext_list,
    operation_redirect_list,
};

extern const sieve_extension_def extlists_extension;

extern const sieve_match_type_def list_match_type;
extern const sieve_operand_def list_match_type_operand;

extern const sieve_command_def tst_valid_ext_list;
extern const sieve_operation_def tst_valid_ext_list_operation;

extern const sieve_command_def cmd_redirect_or_list;
extern const sieve_operation_def cmd_redirect_list_operation;

// The lists of an instance of the extension.
[[nodiscard]] inline ListContext& lists_of(const sieve_extension* ext) {
    return *static_cast<ListContext*>(ext->context);
}

// Reads names of lists, which may come from variables. SIEVE_EXEC_OK, or the status of what failed.
[[nodiscard]] int read_list_names(sieve_stringlist* list, std::vector<std::string>& names);

// Tells a failure of lists: a temporary one to the administrator, a permanent one to the author of the
// script. Returns the status for it. `where` is "redirect action", ":list match".
int list_failure(const sieve_runtime_env* renv, const char* where, const Error& error);

// The warning for a literal name in a script that is being written (EL-33), nothing where there is none: the
// name resolves, or nobody knows now. Lists can be made later, so it is no error.
[[nodiscard]] std::optional<std::string> name_warning(sieve_validator* valdtr, const sieve_extension* ext,
                                                      std::string_view name);

} // namespace columbarium::sieve
