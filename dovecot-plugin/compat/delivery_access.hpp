// SPDX-License-Identifier: LGPL-2.1-or-later
// What delivery modules need of the host that is not the same in all its versions. Include this last: see
// host_headers.hpp.
#pragma once

#include <span>

#include "delivery_headers.hpp"

namespace columbarium::host {

// The value of a setting of plugin {} before there is a user, or nullptr where it is not set. Lives as long
// as `settings`.
const char* plugin_setting(const mail_user_settings* settings, const char* name);

// How this service sends mail (submission_host and its friends) for this connection, whose addresses settings
// may depend on (local, remote), with its variables filled in; it lives in `pool`. nullptr where that cannot
// be read, with a text on the host's data stack.
const smtp_submit_settings* submit_settings(const char* service, const client& connection, pool_t pool,
                                            const char** error);

// The recipients of a transaction that were accepted, in their order.
std::span<smtp_server_recipient* const> recipients_of(const smtp_server_transaction& transaction);

// The site's TLS settings for connections that we make; their texts live as long as the service.
void fill_tls_settings(ssl_iostream_settings* settings);

} // namespace columbarium::host
