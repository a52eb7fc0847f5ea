// SPDX-License-Identifier: LGPL-2.1-or-later
// What the commands share: one run for one user, its output and its exit status.
//
// A command may run in doveadm-server as well as on the command line: output goes through doveadm_print,
// messages through the host's log. No value of a list goes into a message.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/expected.hpp"
#include "host/user_presence.hpp"
#include "lists/catalog.hpp"

#include "guarded.hpp"

#include "doveadm_headers.hpp"

namespace columbarium::doveadm {

// False in doveadm-server, which works for a doveadm elsewhere.
[[nodiscard]] bool is_command_line(const doveadm_mail_cmd_context* context);

// How many arguments the command was given.
[[nodiscard]] int count_arguments(const char* const* arguments);

// A command at work for one user.
class Run {
  public:
    Run(doveadm_mail_cmd_context* context, mail_user* user) : context_(context), user_(user) {}

    // The argument of this number; the command's init has seen to it that it is there.
    [[nodiscard]] std::string argument(int number) const { return context_->args[number]; }

    [[nodiscard]] int argument_count() const { return count_arguments(context_->args); }

    // True where a person may be watching.
    [[nodiscard]] bool on_command_line() const { return is_command_line(context_); }

    // The user's lists, or nullptr after the failure was reported.
    [[nodiscard]] std::unique_ptr<lists::Catalog> open_catalog();

    // The user's presence, as his scripts would have it; `service`: see host::UserPresenceInput.
    [[nodiscard]] std::unique_ptr<host::UserPresence> open_presence(std::shared_ptr<wire::Client> service);

    // What allocate() made, for a command that keeps something for all users.
    [[nodiscard]] doveadm_mail_cmd_context* context() const { return context_; }

    // The list of this name, or nullptr after the failure was reported; an unknown name is wrong usage.
    [[nodiscard]] std::shared_ptr<lists::Source> resolve(lists::Catalog& catalog, const std::string& name);

    // Writes the failure to the log, and counts it.
    void report(const Error& error);

    // Counts a failure: its exit status, 75 before all others, else the first.
    void fail(int exit_status);
    void fail(const Error& error) {
        fail(error.kind == ErrorKind::temporary ? EX_TEMPFAIL : DOVEADM_EX_NOTPOSSIBLE);
    }

    [[nodiscard]] bool failed() const { return failed_; }

  private:
    doveadm_mail_cmd_context* context_;
    mail_user* user_;
    bool failed_ = false;
};

// One line of a warning into the host's log.
void warn(const std::string& text);

// Prints one value of a row; control characters of lists reach no terminal.
void print(const std::string& value);
void print(std::uint64_t value);

// A callback of the host around `body`: exceptions stop here, and a failure without an exit status becomes
// a temporary one.
template <void (*body)(Run&)>
int run_for_user(doveadm_mail_cmd_context* context, mail_user* user) {
    const int result = host::guarded("doveadm columbarium", -1, [&] {
        Run run(context, user);
        body(run);
        return run.failed() ? -1 : 0;
    });
    if (result < 0 && context->exit_code == 0)
        context->exit_code = EX_TEMPFAIL;
    return result;
}

// Fills a context for a command that prints a table, unless the caller of doveadm chose another format.
// `deinit` ends what `init` began, where there is something.
template <void (*init)(doveadm_mail_cmd_context*, const char* const*), void (*body)(Run&)>
doveadm_mail_cmd_context* prepare(doveadm_mail_cmd_context* context,
                                  void (*deinit)(doveadm_mail_cmd_context*) = nullptr) {
    context->v.init = init;
    context->v.run = run_for_user<body>;
    context->v.deinit = deinit;
    doveadm_print_init(DOVEADM_PRINT_TYPE_TABLE);
    return context;
}

// The same for a command that needs no more than the host's context.
template <void (*init)(doveadm_mail_cmd_context*, const char* const*), void (*body)(Run&)>
doveadm_mail_cmd_context* allocate() {
    doveadm_mail_cmd_context* context = doveadm_mail_cmd_alloc(doveadm_mail_cmd_context);
    return prepare<init, body>(context);
}

// The parameters that all commands have. The host's macros for them are C only.
inline constexpr doveadm_cmd_param all_users_parameter{
    .short_opt = 'A', .name = "all-users", .type = CMD_PARAM_BOOL};
inline constexpr doveadm_cmd_param socket_path_parameter{
    .short_opt = 'S', .name = "socket-path", .type = CMD_PARAM_STR};
inline constexpr doveadm_cmd_param user_parameter{.short_opt = 'u', .name = "user", .type = CMD_PARAM_STR};
inline constexpr doveadm_cmd_param user_file_parameter{
    .short_opt = 'F', .name = "user-file", .type = CMD_PARAM_ISTREAM};
inline constexpr doveadm_cmd_param end_of_parameters{.short_opt = '\0', .name = nullptr};

// An argument of the command itself. Some names mean something to the host: "file", "user", "field", "flag".
[[nodiscard]] constexpr doveadm_cmd_param argument(const char* name) {
    return {.short_opt = '\0', .name = name, .type = CMD_PARAM_STR, .flags = CMD_PARAM_FLAG_POSITIONAL};
}

} // namespace columbarium::doveadm
