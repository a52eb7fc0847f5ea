// SPDX-License-Identifier: LGPL-2.1-or-later
// doveadm columbarium lookup LIST VALUE: is the value a member, as a script would find?
#include <array>

#include "lists/list_query.hpp"

#include "command.hpp"
#include "commands.hpp"

namespace columbarium::doveadm {

namespace {

void init_lookup(doveadm_mail_cmd_context*, const char* const* arguments) {
    if (count_arguments(arguments) != 2)
        doveadm_mail_help_name("columbarium lookup");
    doveadm_print_header_simple("value");
    doveadm_print_header_simple("name");
    doveadm_print_header_simple("list");
}

void look_up(Run& run) {
    const auto catalog = run.open_catalog();
    if (catalog == nullptr)
        return;
    const std::array names{run.argument(0)};
    // The site may want unknown lists to match nothing; here they are always a mistake.
    if (run.resolve(*catalog, names.front()) == nullptr)
        return;
    auto query = lists::ListQuery::open(*catalog, names);
    if (!query)
        return run.report(query.error());
    if (const auto match = query->find(run.argument(1))) {
        print(match->member.value);
        print(match->member.display_name);
        print(match->list);
    } else if (!query->outcome()) {
        run.report(query->outcome().error());
    } else {
        run.fail(DOVEADM_EX_NOTFOUND);
    }
}

constexpr doveadm_cmd_param parameters[] = {all_users_parameter, socket_path_parameter, user_parameter,
                                            user_file_parameter, argument("list"),      argument("value"),
                                            end_of_parameters};

} // namespace

doveadm_cmd_ver2 lookup_command = {.mail_cmd = allocate<init_lookup, look_up>,
                                   .name = "columbarium lookup",
                                   .usage = DOVEADM_CMD_MAIL_USAGE_PREFIX "<list> <value>",
                                   .parameters = parameters};

} // namespace columbarium::doveadm
