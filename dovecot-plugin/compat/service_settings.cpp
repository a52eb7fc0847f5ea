// SPDX-License-Identifier: LGPL-2.1-or-later
// Apart, so that only services want its symbols of the host.
#include "service_settings.hpp"

#include "service_headers.hpp"

namespace columbarium::host {

namespace {

struct MailTable {
    // Name, value, name, value ...
    ARRAY_TYPE(const_string) plugin;
    const char* mail_uid;
};

const setting_define mail_defines[] = {
    {SET_STRLIST, {}, "plugin", offsetof(MailTable, plugin), nullptr},
    {SET_STR, {}, "mail_uid", offsetof(MailTable, mail_uid), nullptr},
    {SET_BOOL, {}, nullptr, 0, nullptr}, // SETTING_DEFINE_LIST_END, which is no C++
};

const MailTable mail_defaults{{}, ""};

// The configuration process gives out plugin {} with the settings of mail users only, so that is what we ask
// for; all that is not in the table is skipped.
const char* const module_with_plugins = "mail";

setting_parser_info mail_parser() {
    setting_parser_info parser{};
    parser.module_name = module_with_plugins;
    parser.defines = mail_defines;
    parser.defaults = &mail_defaults;
    parser.type_offset = SIZE_MAX;
    parser.struct_size = sizeof(MailTable);
    parser.parent_offset = SIZE_MAX;
    return parser;
}

} // namespace

Expected<ServiceSettings> read_service_settings(struct master_service* service) {
#ifdef COLUMBARIUM_USER_SETTING_GET
    // The host keeps the address.
    static const setting_parser_info parser = mail_parser();
    static const setting_parser_info* const roots[] = {&parser, nullptr};
    master_service_settings_input input{};
    input.roots = roots;
    input.module = module_with_plugins;
    input.service = master_service_get_name(service);
    master_service_settings_output output{};
    const char* error = nullptr;
    if (master_service_settings_read(service, &input, &output, &error) < 0)
        return temporary_failure(error);

    ServiceSettings settings;
    settings.base_dir = master_service_settings_get(service)->base_dir;
    const auto* table = static_cast<const MailTable*>(master_service_settings_get_others(service)[0]);
    settings.mail_uid = table->mail_uid;
    if (!array_is_created(&table->plugin))
        return settings;
    const auto* words = static_cast<const char* const*>(table->plugin.arr.buffer->data);
    const unsigned int count = array_count(&table->plugin);
    for (unsigned int i = 0; i + 1 < count; i += 2)
        settings.plugin[words[i]] = words[i + 1];
    return settings;
#else
#error "This host has no plugin {} settings: declare a setting_parser_info and read it here."
#endif
}

} // namespace columbarium::host
