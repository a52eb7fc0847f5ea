// SPDX-License-Identifier: LGPL-2.1-or-later
// What modules need that are loaded where no Sieve is: apart, so that they want no symbol of it.
#include "compat.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wold-style-cast"
extern "C" {
#include "dict-private.h"
}
#pragma GCC diagnostic pop

namespace columbarium::host {

const char* plugin_setting(mail_user* user, const char* name) {
#ifdef COLUMBARIUM_USER_SETTING_GET
    return mail_user_plugin_getenv(user, name);
#else
#error "This host has no plugin {} settings: declare a setting_parser_info and read it here."
#endif
}

int open_dict(const char* uri, const char* base_dir, dict** opened, const char** error) {
#ifdef COLUMBARIUM_DICT_INIT_BY_URI
    dict_settings settings{};
    settings.base_dir = base_dir;
    return dict_init(uri, &settings, opened, error);
#else
#error "This host opens dicts by the name of a settings block: look it up here."
#endif
}

void close_dict_at_once(dict* opened) {
    if (opened->refcount == 1) {
        dict_deinit(&opened);
        return;
    }
    // Each question holds a reference, and gives it back when its callback was called. The driver's own end
    // calls them all; what dict_deinit() would do then is left to be done here.
    struct event* event = opened->event;
    opened->v.deinit(opened);
    event_unref(&event);
}

} // namespace columbarium::host
