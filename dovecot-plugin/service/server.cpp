// SPDX-License-Identifier: LGPL-2.1-or-later
#include "server.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "service_headers.hpp"

namespace columbarium::service {

namespace {

// Of all clients together, when the service ends.
constexpr std::chrono::milliseconds time_to_finish{200};

// Of the limit, how many connections are left free for those who come.
constexpr std::size_t most_clients(unsigned limit) {
    return limit > 1 ? limit - 1 : 1;
}

// Anybody on the host may come by the listener of settings: he must not drive MTAs and deliveries out. All
// mail processes may have one uid; each asks, and goes.
constexpr std::size_t most_of_one_uid = 50;

} // namespace

Server::Server(Rooms rooms) : rooms_(rooms) {}

Server::~Server() {
    const auto deadline = std::chrono::steady_clock::now() + time_to_finish;
    while (!clients_.empty()) {
        clients_.front()->finish(deadline);
        has_ended(clients_.begin());
    }
}

void Server::take(struct master_service_connection* connection) {
    const auto place = clients_.insert(clients_.end(), nullptr);
    try {
        *place = std::make_unique<Client>(*this, rooms_, listener_of(connection->name), connection->fd);
    } catch (...) {
        clients_.erase(place);
        throw;
    }
    (*place)->set_place(place);
    master_service_client_connection_accept(connection);
    if ((*place)->peer().listener == Listener::settings)
        limit_uid((*place)->peer().uid);
    while (clients_.size() > most_clients(master_service_get_client_limit(master_service)))
        has_ended(clients_.begin());
}

// Ends one who was served and is silent since, else the one who was silent for the longest time: who still
// waits would come again, and push others out.
void Server::limit_uid(std::optional<std::uint32_t> uid) {
    const auto is_his = [uid](const auto& client) {
        return client->peer().listener == Listener::settings && client->peer().uid == uid;
    };
    if (static_cast<std::size_t>(std::ranges::count_if(clients_, is_his)) <= most_of_one_uid)
        return;
    const auto served = std::ranges::find_if(
        clients_, [&](const auto& client) { return is_his(client) && client->is_served(); });
    has_ended(served != clients_.end() ? served : std::ranges::find_if(clients_, is_his));
}

void Server::is_active(Clients::iterator place) {
    clients_.splice(clients_.end(), clients_, place);
}

void Server::has_ended(Clients::iterator place) {
    clients_.erase(place);
    master_service_client_connection_destroyed(master_service);
}

} // namespace columbarium::service
