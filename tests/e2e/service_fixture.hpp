// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of the service: a Dovecot with its block, and questions to its socket.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "rig/mail_test.hpp"
#include "rig/socket.hpp"
#include "wire/socketmap.hpp"

namespace columbarium::e2e {

class ServiceTest : public rig::MailTest {
  protected:
    // Without an [xmpp] table.
    ServiceTest();

    // The site has XMPP by a component on this port of 127.0.0.1; before the server starts.
    void use_component(std::uint16_t port);

    // The server, with the secret in its place.
    rig::Dovecot& server();

    // "@directory@/run/columbarium".
    [[nodiscard]] std::string socket_path();

    // A connection to the service, which starts it where it does not run.
    [[nodiscard]] rig::Connection connect();

    // One question on a connection of its own. Fails the test where there is no reply.
    [[nodiscard]] wire::Reply ask(const std::string& map, const std::string& key);

    // The value of the map `service`, key `status`.
    [[nodiscard]] nlohmann::json status();

    // The service's processes, as Dovecot's master has them.
    [[nodiscard]] std::vector<pid_t> processes();
    [[nodiscard]] bool runs(pid_t pid);

    // "doveadm reload".
    void reload();

    [[nodiscard]] std::filesystem::path saved_queue() {
        return server().directory() / "service" / "notifications";
    }

    std::string secret = "secret\n"; // "": no file
};

// A connection to a socket on the file system. Throws std::runtime_error.
[[nodiscard]] rig::Connection connect_to(const std::string& socket_path);

// The next reply of a connection.
[[nodiscard]] wire::Reply next_reply(rig::Connection& connection);

// A notification for the map `notify`.
[[nodiscard]] std::string notification_value(const std::string& id,
                                             const std::string& to = "alice@example.org");

// A port of 127.0.0.1 where nobody listens.
[[nodiscard]] std::uint16_t closed_port();

} // namespace columbarium::e2e
