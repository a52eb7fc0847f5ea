// SPDX-License-Identifier: LGPL-2.1-or-later
// doveadm columbarium import FILE: the cards of a file into the user's address book.
//
// The file is read with the rights of the mail user, whose book it goes to: where doveadm runs as root, it
// has given them up by then. A file that only root may read has to be made readable first. Where
// doveadm-server does the work, the file is on its machine, and has to be named absolutely.
#include <string>

#include "lists/vdir.hpp"

#include "command.hpp"
#include "commands.hpp"

namespace columbarium::doveadm {

namespace {

void init_import(doveadm_mail_cmd_context* context, const char* const* arguments) {
    if (count_arguments(arguments) != 1)
        doveadm_mail_help_name("columbarium import");
    // The host changes to the user's home before the command runs. What the path of another process was
    // relative to, doveadm-server does not know.
    if (arguments[0][0] != '/' && is_command_line(context)) {
        const char* path = nullptr;
        const char* error = nullptr;
        if (t_abspath(arguments[0], &path, &error) < 0)
            i_fatal_status(EX_USAGE, "columbarium: write an absolute path: %s", error);
        auto** absolute = p_new(context->pool, const char*, 2);
        absolute[0] = p_strdup(context->pool, path);
        context->args = absolute;
    }
    for (const char* title : {"added", "replaced", "unreadable"})
        doveadm_print_header(title, title,
                             static_cast<doveadm_print_header_flags>(DOVEADM_PRINT_HEADER_FLAG_RIGHT_JUSTIFY |
                                                                     DOVEADM_PRINT_HEADER_FLAG_NUMBER));
}

void import_file(Run& run) {
    if (!run.argument(0).starts_with('/')) {
        i_error("columbarium: the file is read on the server: give its absolute path there");
        return run.fail(EX_USAGE);
    }
    const auto catalog = run.open_catalog();
    if (catalog == nullptr)
        return;
    const auto folder = catalog->import_folder();
    if (!folder)
        return run.report(folder.error());
    const auto imported = lists::import_vcards(run.argument(0), *folder, warn);
    if (!imported)
        return run.report(imported.error());
    print(imported->added);
    print(imported->replaced);
    print(imported->unreadable);
    if (imported->unreadable > 0)
        run.fail(DOVEADM_EX_NOTPOSSIBLE); // the other cards are in the book
}

constexpr doveadm_cmd_param parameters[] = {all_users_parameter, socket_path_parameter, user_parameter,
                                            user_file_parameter, argument("cards"),     end_of_parameters};

} // namespace

doveadm_cmd_ver2 import_command = {.mail_cmd = allocate<init_import, import_file>,
                                   .name = "columbarium import",
                                   .usage = DOVEADM_CMD_MAIL_USAGE_PREFIX "<file>",
                                   .parameters = parameters};

} // namespace columbarium::doveadm
