// SPDX-License-Identifier: LGPL-2.1-or-later
// doveadm columbarium lists: which lists resolve for a user, and whether they can be asked now.
#include <chrono>
#include <string>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "command.hpp"
#include "commands.hpp"

namespace columbarium::doveadm {

namespace {

using std::chrono::system_clock;

void init_lists(doveadm_mail_cmd_context*, const char* const* arguments) {
    if (count_arguments(arguments) != 0)
        doveadm_mail_help_name("columbarium lists");
    for (const char* title : {"name", "kind", "place"})
        doveadm_print_header_simple(title);
    doveadm_print_header("members", "members", DOVEADM_PRINT_HEADER_FLAG_RIGHT_JUSTIFY);
    for (const char* title : {"changed", "age", "state"})
        doveadm_print_header_simple(title);
}

// "2026-11-22T08:30:00Z".
std::string time_text(system_clock::time_point time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(system_clock::to_time_t(time)));
}

// In the largest unit that is not zero: "4d", "3h", "12m", "5s".
std::string age_text(system_clock::duration age) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
    if (seconds >= 24 * 60 * 60)
        return fmt::format("{}d", seconds / (24 * 60 * 60));
    if (seconds >= 60 * 60)
        return fmt::format("{}h", seconds / (60 * 60));
    if (seconds >= 60)
        return fmt::format("{}m", seconds / 60);
    return fmt::format("{}s", seconds > 0 ? seconds : 0);
}

void print_lists(Run& run) {
    const auto catalog = run.open_catalog();
    if (catalog == nullptr)
        return;
    for (const lists::CatalogEntry& entry : catalog->entries()) {
        const lists::SourceDescription description = entry.source->description();
        const auto status = entry.source->status();
        print(entry.name);
        print(description.kind);
        print(description.place);
        print(status && status->members ? std::to_string(*status->members) : "-");
        const bool has_time = status && status->changed;
        print(has_time ? time_text(*status->changed) : "-");
        print(has_time ? age_text(system_clock::now() - *status->changed) : "-");
        print(status ? "ok" : status.error().text);
        if (!status)
            run.fail(status.error());
    }
}

constexpr doveadm_cmd_param parameters[] = {all_users_parameter, socket_path_parameter, user_parameter,
                                            user_file_parameter, end_of_parameters};

} // namespace

doveadm_cmd_ver2 lists_command = {.mail_cmd = allocate<init_lists, print_lists>,
                                  .name = "columbarium lists",
                                  .usage = DOVEADM_CMD_MAIL_USAGE_PREFIX,
                                  .parameters = parameters};

} // namespace columbarium::doveadm
