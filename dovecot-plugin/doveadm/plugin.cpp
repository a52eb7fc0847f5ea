// SPDX-License-Identifier: LGPL-2.1-or-later
// The entry points of lib10_doveadm_columbarium_plugin.so. doveadm finds them by name.
#include <initializer_list>

#include "commands.hpp"

using namespace columbarium;

#define COLUMBARIUM_ENTRY __attribute__((visibility("default")))

extern "C" {

// Compared with the host's own before anything is called. A pointer, as the host reads it.
extern COLUMBARIUM_ENTRY const char* const doveadm_columbarium_plugin_version;
const char* const doveadm_columbarium_plugin_version = DOVECOT_ABI_VERSION;

COLUMBARIUM_ENTRY void doveadm_columbarium_plugin_init();
COLUMBARIUM_ENTRY void doveadm_columbarium_plugin_deinit();

void doveadm_columbarium_plugin_init() {
    for (doveadm_cmd_ver2* command :
         {&doveadm::lists_command, &doveadm::lookup_command, &doveadm::members_command,
          &doveadm::sync_command, &doveadm::import_command, &doveadm::presence_command})
        doveadm_cmd_register_ver2(command);
}

// The host forgets all commands by itself.
void doveadm_columbarium_plugin_deinit() {}
}
