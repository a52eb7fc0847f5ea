// SPDX-License-Identifier: LGPL-2.1-or-later
// doveadm columbarium members LIST: the members, one a row.
#include <cstddef>

#include "command.hpp"
#include "commands.hpp"

namespace columbarium::doveadm {

namespace {

constexpr std::size_t printed_members_limit = 1'000'000;

void init_members(doveadm_mail_cmd_context*, const char* const* arguments) {
    if (count_arguments(arguments) != 1)
        doveadm_mail_help_name("columbarium members");
    doveadm_print_header_simple("value");
    doveadm_print_header_simple("name");
}

void print_members(Run& run) {
    const auto catalog = run.open_catalog();
    if (catalog == nullptr)
        return;
    const auto source = run.resolve(*catalog, run.argument(0));
    if (source == nullptr)
        return;
    const auto members = source->members(printed_members_limit);
    if (!members)
        return run.report(members.error());
    for (const lists::Member& member : *members) {
        print(member.value);
        print(member.display_name);
    }
}

constexpr doveadm_cmd_param parameters[] = {all_users_parameter, socket_path_parameter, user_parameter,
                                            user_file_parameter, argument("list"),      end_of_parameters};

} // namespace

doveadm_cmd_ver2 members_command = {.mail_cmd = allocate<init_members, print_members>,
                                    .name = "columbarium members",
                                    .usage = DOVEADM_CMD_MAIL_USAGE_PREFIX "<list>",
                                    .parameters = parameters};

} // namespace columbarium::doveadm
