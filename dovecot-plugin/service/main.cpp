// SPDX-License-Identifier: LGPL-2.1-or-later
// The service `columbarium`, started by Dovecot's master (service columbarium { ... }).
//
// It goes when Dovecot stops or reloads: at once, whether clients are connected or not (they come again, and
// find the next process). Without a session it also goes when Dovecot has seen it idle for idle_kill.
#include <cerrno>
#include <memory>

#include "engine.hpp"
#include "forgetting.hpp"
#include "guarded.hpp"
#include "owners.hpp"
#include "people.hpp"
#include "server.hpp"
#include "service_settings.hpp"
#include "settings.hpp"

#include "service_headers.hpp"

namespace {

namespace host = columbarium::host;
namespace service = columbarium::service;

struct Running {
    explicit Running(service::Settings settings)
        : people(settings), owners(settings.userdb_socket, settings.mail_uid), engine(std::move(settings)),
          forgetting(people), server({engine, people, owners}) {}

    service::People people;
    service::Owners owners;
    service::Engine engine;
    service::Forgetting forgetting;
    service::Server server; // ends first
};

// The host's callbacks have no context.
Running* running = nullptr;

void client_connected(master_service_connection* connection) {
    host::guarded("new client", [connection] { running->server.take(connection); });
}

// Whether the process ends for want of work, which Dovecot suggests when nobody was connected for a while.
bool may_end() {
    return running->engine.is_idle();
}

host::ServiceSettings host_settings_or_end() {
    auto settings = host::read_service_settings(master_service);
    if (!settings)
        i_fatal("Error reading configuration: %s", settings.error().text.c_str());
    return *std::move(settings);
}

void drop_privileges() {
    restrict_access_by_env(RESTRICT_ACCESS_FLAG_ALLOW_ROOT, nullptr);
    if (::getuid() == 0 || ::geteuid() == 0)
        i_fatal("This process must not run as root: set service %s { user = ... } to an account of its own",
                master_service_get_configured_name(master_service));
}

// False where it could not begin; that is logged.
bool begin(const host::ServiceSettings& settings) {
    return host::guarded("start of the service", false, [&settings] {
        running = new Running(service::read_settings(settings));
        return true;
    });
}

} // namespace

int main(int argc, char* argv[]) {
    // No TLS of Dovecot's: the session brings its own.
    constexpr auto flags = static_cast<master_service_flags>(MASTER_SERVICE_FLAG_NO_SSL_INIT |
                                                             MASTER_SERVICE_FLAG_DISABLE_SSL_SET |
                                                             MASTER_SERVICE_FLAG_UPDATE_PROCTITLE);
    master_service = master_service_init("columbarium", flags, &argc, &argv, "");
    if (master_getopt(master_service) > 0)
        return FATAL_DEFAULT;
    {
        const host::ServiceSettings settings = host_settings_or_end();
        master_service_init_log(master_service);
        drop_privileges();
        if (!begin(settings))
            i_fatal("The service cannot begin");
    }
    master_service_set_die_with_master(master_service, true);
    master_service_set_idle_die_callback(master_service, may_end);
    master_service_init_finish(master_service);
    master_service_run(master_service, client_connected);
    delete running;
    master_service_deinit(&master_service);
    return 0;
}
