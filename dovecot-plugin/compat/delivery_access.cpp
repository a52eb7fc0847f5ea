// SPDX-License-Identifier: LGPL-2.1-or-later
#include "delivery_access.hpp"

namespace columbarium::host {

#ifdef COLUMBARIUM_USER_SETTING_GET
const char* plugin_setting(const mail_user_settings* settings, const char* name) {
    return mail_user_set_plugin_getenv(settings, name);
}
#else
#error "This host has no plugin {} settings: declare a setting_parser_info and read it here."
#endif

#ifdef COLUMBARIUM_STORAGE_READS_SETTINGS
namespace {

// Where the host puts the settings of the programs that deliver, among those of the storage: as its own
// LMTP and LDA have it.
constexpr std::size_t index_of_submit_settings = 1;

} // namespace

const smtp_submit_settings* submit_settings(const char* service, const client& connection, pool_t pool,
                                            const char** error) {
    mail_storage_service_ctx* storage = mail_storage_service_get_global();
    mail_storage_service_input input{};
    input.module = service;
    input.service = service;
    input.username = "";
    input.local_ip = connection.local_ip;
    input.remote_ip = connection.remote_ip;
    input.local_port = connection.local_port;
    input.remote_port = connection.remote_port;
    const setting_parser_info* user_info = nullptr;
    const setting_parser_context* parser = nullptr;
    if (mail_storage_service_read_settings(storage, &input, pool, &user_info, &parser, error) < 0)
        return nullptr;
    void** sets = master_service_settings_parser_get_others(master_service, parser);
    auto* settings = static_cast<smtp_submit_settings*>(
        settings_dup(&smtp_submit_setting_parser_info, sets[index_of_submit_settings], pool));
    const var_expand_table* variables = mail_storage_service_get_var_expand_table(storage, &input);
    if (settings_var_expand(&smtp_submit_setting_parser_info, settings, pool, variables, error) <= 0)
        return nullptr;
    return settings;
}
#else
#error "This host has no settings by the storage's service: ask settings_get() here."
#endif

std::span<smtp_server_recipient* const> recipients_of(const smtp_server_transaction& transaction) {
    if (!array_is_created(&transaction.rcpt_to))
        return {};
    unsigned count = 0;
    // What the host's macro does, which is no C++.
    const void* first = array_get_i(&transaction.rcpt_to.arr, &count);
    return {static_cast<smtp_server_recipient* const*>(first), count};
}

void fill_tls_settings(ssl_iostream_settings* settings) {
    *settings = {};
    master_service_ssl_client_settings_to_iostream_set(master_service_ssl_settings_get(master_service),
                                                       pool_datastack_create(), settings);
}

} // namespace columbarium::host
