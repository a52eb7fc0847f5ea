// SPDX-License-Identifier: LGPL-2.1-or-later
// Apart, so that only services want its symbols of the host.
#include "service_settings.hpp"

#include "service_headers.hpp"

namespace columbarium::host {

namespace {

struct PluginTable {
    // Name, value, name, value ...
    ARRAY_TYPE(const_string) plugin;
};

const setting_define plugin_defines[] = {
    {SET_STRLIST, {}, "plugin", offsetof(PluginTable, plugin), nullptr},
    {SET_BOOL, {}, nullptr, 0, nullptr}, // SETTING_DEFINE_LIST_END, which is no C++
};

const PluginTable no_plugins{};

// The configuration process gives out plugin {} with the settings of mail users only, so that is what we ask
// for; all but plugin {} is skipped.
const char* const module_with_plugins = "mail";

setting_parser_info plugin_parser() {
    setting_parser_info parser{};
    parser.module_name = module_with_plugins;
    parser.defines = plugin_defines;
    parser.defaults = &no_plugins;
    parser.type_offset = SIZE_MAX;
    parser.struct_size = sizeof(PluginTable);
    parser.parent_offset = SIZE_MAX;
    return parser;
}

} // namespace

Expected<PluginSettings> read_plugin_settings(struct master_service* service) {
#ifdef COLUMBARIUM_USER_SETTING_GET
    // The host keeps the address.
    static const setting_parser_info parser = plugin_parser();
    static const setting_parser_info* const roots[] = {&parser, nullptr};
    master_service_settings_input input{};
    input.roots = roots;
    input.module = module_with_plugins;
    input.service = master_service_get_name(service);
    master_service_settings_output output{};
    const char* error = nullptr;
    if (master_service_settings_read(service, &input, &output, &error) < 0)
        return temporary_failure(error);

    PluginSettings settings;
    const auto* table = static_cast<const PluginTable*>(master_service_settings_get_others(service)[0]);
    if (!array_is_created(&table->plugin))
        return settings;
    const auto* words = static_cast<const char* const*>(table->plugin.arr.buffer->data);
    const unsigned int count = array_count(&table->plugin);
    for (unsigned int i = 0; i + 1 < count; i += 2)
        settings[words[i]] = words[i + 1];
    return settings;
#else
#error "This host has no plugin {} settings: declare a setting_parser_info and read it here."
#endif
}

} // namespace columbarium::host
