// SPDX-License-Identifier: LGPL-2.1-or-later
// doveadm columbarium presence: what a user's script would be told of somebody's presence, and from where.
#include <chrono>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "command.hpp"
#include "commands.hpp"
#include "presence/items.hpp"
#include "wire/client.hpp"

namespace columbarium::doveadm {

namespace {

constexpr const char* items[] = {"online", "busy", "show", "status"};

// The command's context for all its users. Memory of the host, which knows the first member.
struct PresenceCommand {
    doveadm_mail_cmd_context context;
    std::shared_ptr<wire::Client>* service; // ours to delete; nullptr before init
};
static_assert(std::is_standard_layout_v<PresenceCommand>);

PresenceCommand* command_of(doveadm_mail_cmd_context* context) {
    return reinterpret_cast<PresenceCommand*>(context);
}

// How long a service is waited for that its first client starts.
constexpr std::chrono::seconds time_to_start{1};

// Before the host becomes the first user, who has no right to connect. What goes wrong here goes wrong again
// when a user is asked for, and stands in his row.
std::shared_ptr<wire::Client> connect_to_service(const std::string& base_dir) {
    auto service = std::make_shared<wire::Client>(host::service_socket(base_dir));
    const auto deadline = wire::Clock::now() + time_to_start;
    // One that hangs has lost the connection with this question.
    if (!service->ask({"service", "status"}, deadline))
        static_cast<void>(service->connect(deadline + time_to_start));
    return service;
}

void init_presence(doveadm_mail_cmd_context* context, const char* const* arguments) {
    for (; *arguments != nullptr; ++arguments) {
        const auto jid = xmpp::Jid::parse(*arguments);
        if (jid)
            continue;
        i_error("columbarium: \"%s\" is no JID: %s", str_sanitize(*arguments, 100),
                str_sanitize(jid.error().text.c_str(), 512));
        context->exit_code = EX_USAGE;
    }
    if (context->exit_code != 0)
        doveadm_mail_help_name("columbarium presence");
    doveadm_print_header_simple("jid");
    for (const char* item : items)
        doveadm_print_header_simple(item);
    for (const char* title : {"source", "reason", "since"})
        doveadm_print_header_simple(title);
    host::guarded("doveadm columbarium presence", [context] {
        command_of(context)->service =
            new std::shared_ptr<wire::Client>(connect_to_service(context->set->base_dir));
    });
}

void end_presence(doveadm_mail_cmd_context* context) {
    delete std::exchange(command_of(context)->service, nullptr);
}

// The JIDs of the command line, else the user's own.
std::vector<xmpp::Jid> jids_of(const Run& run, host::UserPresence& user) {
    if (run.argument_count() == 0) {
        if (user.own_jids().empty())
            warn("the user has no JID: set columbarium_jid, or log in with an address");
        return user.own_jids();
    }
    std::vector<xmpp::Jid> jids;
    for (int number = 0; number < run.argument_count(); ++number)
        if (const auto jid = xmpp::Jid::parse(run.argument(number)))
            jids.push_back(*jid);
    return jids;
}

void print_presence(Run& run) {
    const auto* service = command_of(run.context())->service;
    const auto user = run.open_presence(service == nullptr ? nullptr : *service);
    for (const xmpp::Jid& jid : jids_of(run, *user)) {
        const host::PresenceAnswer& answer = user->look_up(jid);
        print(jid.text());
        for (const char* item : items)
            print(presence::item_value(item, answer.presence, user->site().presence).value_or(""));
        print(answer.source.empty() ? "-" : answer.source);
        print(answer.reason.empty() ? "-" : answer.reason);
        const std::time_t since = answer.presence.since;
        print(since == 0 ? "-" : fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(since)));
    }
}

doveadm_mail_cmd_context* allocate_presence() {
    PresenceCommand* command = command_of(doveadm_mail_cmd_alloc_size(sizeof(PresenceCommand)));
    return prepare<init_presence, print_presence>(&command->context, end_presence);
}

constexpr doveadm_cmd_param parameters[] = {
    all_users_parameter,
    socket_path_parameter,
    user_parameter,
    user_file_parameter,
    {.short_opt = '\0', .name = "jid", .type = CMD_PARAM_ARRAY, .flags = CMD_PARAM_FLAG_POSITIONAL},
    end_of_parameters};

} // namespace

doveadm_cmd_ver2 presence_command = {.mail_cmd = allocate_presence,
                                     .name = "columbarium presence",
                                     .usage = DOVEADM_CMD_MAIL_USAGE_PREFIX "[<jid> ...]",
                                     .parameters = parameters};

} // namespace columbarium::doveadm
