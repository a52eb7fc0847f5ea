// SPDX-License-Identifier: LGPL-2.1-or-later
// The clients of the service: takes connections from Dovecot's master_service, and counts them there.
#pragma once

#include <cstdint>
#include <optional>

#include "client.hpp"
#include "maps.hpp"

struct master_service_connection;

namespace columbarium::service {

class Server final : public ClientHolder {
  public:
    explicit Server(Rooms rooms);
    // Answers what clients have asked already, and closes all connections.
    ~Server() override;

    // Takes the connection. Where it is the last that Dovecot's client_limit allows, the client goes that was
    // silent for the longest time: it can come again.
    void take(master_service_connection* connection);

    void is_active(Clients::iterator place) override;
    void has_ended(Clients::iterator place) override;

  private:
    void limit_uid(std::optional<std::uint32_t> uid);

    Rooms rooms_;
    Clients clients_; // silent ones first
};

} // namespace columbarium::service
