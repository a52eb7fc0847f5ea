// SPDX-License-Identifier: LGPL-2.1-or-later
// lib95_managesieve_columbarium_plugin.so: the capability EXTLISTS in ManageSieve (RFC 6134 section 2.8).
//
// Pigeonhole 0.5 knows the capabilities of extensions, but prints NOTIFY only. This module adds the line to
// the answer to CAPABILITY after login, where the user's scripts may use extlists; the value is the
// extension's. Before login another program answers, which loads no modules: there the line is missing
// (RFC 6134 wants it there as well).
//
//   protocol sieve { mail_plugins = $mail_plugins managesieve_columbarium }
#include <cstddef>
#include <string>
#include <string_view>

#include "guarded.hpp"

#include "managesieve_headers.hpp"

using namespace columbarium;

#define COLUMBARIUM_ENTRY __attribute__((visibility("default")))

namespace {

constexpr const char* capability_command = "CAPABILITY";

// The host's own answer.
command_func_t* answer_of_host = nullptr;

// True where the rest of the command is there, and there is no argument: then the host is going to answer
// with capabilities. Otherwise it waits, and calls the command again, or refuses it.
bool is_complete(client* session) {
    std::size_t size = 0;
    const auto* data = i_stream_get_data(session->input, &size);
    std::string_view rest(static_cast<const char*>(static_cast<const void*>(data)), size);
    if (rest.starts_with('\r'))
        rest.remove_prefix(1);
    return rest.starts_with('\n');
}

void send_external_lists(client* session) {
    const char* schemes = sieve_get_capabilities(session->svinst, "extlists");
    if (schemes == nullptr || *schemes == '\0' || !is_complete(session))
        return;
    const std::string line = std::string("\"EXTLISTS\" \"") + schemes + "\"";
    o_stream_cork(session->output); // until the host has written its own lines
    client_send_line(session, line.c_str());
}

bool answer_capability(client_command_context* command) {
    host::guarded("ManageSieve capability", [&] { send_external_lists(command->client); });
    return answer_of_host(command);
}

} // namespace

extern "C" {

// Compared with the host's own before anything is called. A pointer, as the host reads it.
extern COLUMBARIUM_ENTRY const char* const managesieve_columbarium_plugin_version;
const char* const managesieve_columbarium_plugin_version = DOVECOT_ABI_VERSION;

// The one program that has the symbols.
extern COLUMBARIUM_ENTRY const char managesieve_columbarium_plugin_binary_dependency[];
const char managesieve_columbarium_plugin_binary_dependency[] = "managesieve";

COLUMBARIUM_ENTRY void managesieve_columbarium_plugin_init();
COLUMBARIUM_ENTRY void managesieve_columbarium_plugin_deinit();

void managesieve_columbarium_plugin_init() {
    if (command* found = command_find(capability_command); found != nullptr) {
        answer_of_host = found->func;
        found->func = answer_capability;
    }
}

void managesieve_columbarium_plugin_deinit() {
    command* found = command_find(capability_command);
    if (found != nullptr && found->func == answer_capability)
        found->func = answer_of_host;
}
}
