// SPDX-License-Identifier: LGPL-2.1-or-later
// A filter that does nothing: it lets everything pass. What columbarium-milter is measured against.
//   null_milter SOCKET        is told everything, and answers each step: libmilter's defaults
//   null_milter SOCKET quiet  negotiates what columbarium-milter does: connections and greetings are not
//   told,
//                             senders and headers not answered
#include <cstdlib>
#include <string_view>

#include <libmilter/mfapi.h>

namespace {

bool is_quiet = false;

// Of steps that a quiet one does not answer.
sfsistat pass() {
    return is_quiet ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

sfsistat take_connection(SMFICTX*, char*, sockaddr*) {
    return SMFIS_CONTINUE;
}
sfsistat take_text(SMFICTX*, char*) {
    return SMFIS_CONTINUE;
}
sfsistat take_sender(SMFICTX*, char**) {
    return pass();
}
sfsistat take_recipient(SMFICTX*, char**) {
    return SMFIS_CONTINUE;
}
sfsistat take_field(SMFICTX*, char*, char*) {
    return pass();
}
sfsistat take_end_of_header(SMFICTX*) {
    return pass();
}
sfsistat take_body(SMFICTX*, unsigned char*, std::size_t) {
    return SMFIS_CONTINUE;
}
sfsistat take_event(SMFICTX*) {
    return SMFIS_CONTINUE;
}
// Postfix offers all of these.
sfsistat negotiate(SMFICTX*, unsigned long actions, unsigned long steps, unsigned long, unsigned long,
                   unsigned long* wanted_actions, unsigned long* wanted_steps, unsigned long* unused,
                   unsigned long* unused_too) {
    constexpr unsigned long wanted = SMFIP_NOCONNECT | SMFIP_NOHELO | SMFIP_NOUNKNOWN | SMFIP_SKIP |
                                     SMFIP_NR_MAIL | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_HDR_LEADSPC;
    if ((steps & wanted) != wanted)
        return SMFIS_REJECT;
    *wanted_actions = actions & (SMFIF_ADDHDRS | SMFIF_ADDRCPT | SMFIF_DELRCPT);
    *wanted_steps = wanted;
    *unused = 0;
    *unused_too = 0;
    return SMFIS_CONTINUE;
}

} // namespace

int main(int count, char** arguments) {
    is_quiet = count == 3 && std::string_view(arguments[2]) == "quiet";
    char name[] = "null";
    smfiDesc filter{};
    filter.xxfi_name = name;
    filter.xxfi_version = SMFI_VERSION;
    if (is_quiet) {
        filter.xxfi_flags = SMFIF_ADDHDRS | SMFIF_ADDRCPT | SMFIF_DELRCPT;
        filter.xxfi_negotiate = negotiate;
    } else {
        filter.xxfi_connect = take_connection;
        filter.xxfi_helo = take_text;
    }
    filter.xxfi_envfrom = take_sender;
    filter.xxfi_envrcpt = take_recipient;
    filter.xxfi_data = take_event;
    filter.xxfi_header = take_field;
    filter.xxfi_eoh = take_end_of_header;
    filter.xxfi_body = take_body;
    filter.xxfi_eom = take_event;
    filter.xxfi_abort = take_event;
    filter.xxfi_close = take_event;
    const bool good = (count == 2 || is_quiet) && smfi_setconn(arguments[1]) == MI_SUCCESS &&
                      smfi_register(filter) == MI_SUCCESS && smfi_main() == MI_SUCCESS;
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
