// SPDX-License-Identifier: LGPL-2.1-or-later
// A filter that does nothing: it is told everything, and lets it pass. What columbarium-milter is measured
// against.
//   null_milter SOCKET
#include <cstdlib>

#include <libmilter/mfapi.h>

namespace {

sfsistat take_connection(SMFICTX*, char*, sockaddr*) {
    return SMFIS_CONTINUE;
}
sfsistat take_text(SMFICTX*, char*) {
    return SMFIS_CONTINUE;
}
sfsistat take_arguments(SMFICTX*, char**) {
    return SMFIS_CONTINUE;
}
sfsistat take_field(SMFICTX*, char*, char*) {
    return SMFIS_CONTINUE;
}
sfsistat take_body(SMFICTX*, unsigned char*, std::size_t) {
    return SMFIS_CONTINUE;
}
sfsistat take_event(SMFICTX*) {
    return SMFIS_CONTINUE;
}

} // namespace

int main(int count, char** arguments) {
    char name[] = "null";
    smfiDesc filter{};
    filter.xxfi_name = name;
    filter.xxfi_version = SMFI_VERSION;
    filter.xxfi_connect = take_connection;
    filter.xxfi_helo = take_text;
    filter.xxfi_envfrom = take_arguments;
    filter.xxfi_envrcpt = take_arguments;
    filter.xxfi_data = take_event;
    filter.xxfi_header = take_field;
    filter.xxfi_eoh = take_event;
    filter.xxfi_body = take_body;
    filter.xxfi_eom = take_event;
    filter.xxfi_abort = take_event;
    filter.xxfi_close = take_event;
    const bool good = count == 2 && smfi_setconn(arguments[1]) == MI_SUCCESS &&
                      smfi_register(filter) == MI_SUCCESS && smfi_main() == MI_SUCCESS;
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
