// SPDX-License-Identifier: LGPL-2.1-or-later
// One client of the service's socket. It may send many requests at once and gets the replies in their order.
// What it makes us hold is bounded: while it does not read its replies, its requests are not read.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "maps.hpp"
#include "wire/request_parser.hpp"

struct io;
struct timeout;

namespace columbarium::service {

class Client;
using Clients = std::list<std::unique_ptr<Client>>;

// What a client has to tell the one who holds it.
class ClientHolder {
  public:
    ClientHolder() = default;
    ClientHolder(const ClientHolder&) = delete; // clients hold its address
    ClientHolder& operator=(const ClientHolder&) = delete;
    virtual ~ClientHolder() = default;

    // It has asked something.
    virtual void is_active(Clients::iterator place) = 0;
    // It has gone, or has to. The client is destroyed in it.
    virtual void has_ended(Clients::iterator place) = 0;
};

class Client {
  public:
    static constexpr unsigned idle_milliseconds = 5 * 60 * 1'000;
    static constexpr std::size_t most_output = std::size_t{64} * 1024; // octets, and one reply

    // Owns the descriptor, which does not block.
    Client(ClientHolder& holder, Rooms rooms, Listener listener, int descriptor);
    Client(const Client&) = delete; // the ioloop holds its address
    Client& operator=(const Client&) = delete;
    ~Client();

    // Where it is in the holder's list; to be said before the ioloop runs.
    void set_place(Clients::iterator place) { place_ = place; }

    // The service ends: answers what has come already. Who has just connected, and asked nothing yet, is
    // waited for until `deadline`: he cannot know, and would not ask again.
    void finish(std::chrono::steady_clock::time_point deadline);

    [[nodiscard]] const Peer& peer() const { return peer_; }

    // Whether he has got the answers to all that has been read of him.
    [[nodiscard]] bool is_served() const { return has_asked_ && all_answered_ && output_.empty(); }

  private:
    // Called by the ioloop.
    static void on_input(void* context);
    static void on_output(void* context);
    static void on_idle(void* context);
    void run(const char* where, const std::function<bool()>& body);

    // These are false where the connection has to be closed.
    [[nodiscard]] bool read();
    [[nodiscard]] bool serve();
    [[nodiscard]] bool answer_some();
    [[nodiscard]] bool write();

    // Whether others have a turn after each question: who may be anybody on the host, and whose questions
    // may take long.
    [[nodiscard]] bool takes_turns() const { return peer_.listener == Listener::settings; }

    void complain(const std::string& what) const;

    ClientHolder& holder_;
    Rooms rooms_;
    int descriptor_;
    Peer peer_;
    Clients::iterator place_;
    wire::RequestParser parser_;
    std::string output_;
    bool has_asked_ = false;
    bool all_answered_ = true; // all that was read
    io* input_watch_ = nullptr;
    io* output_watch_ = nullptr;
    timeout* idle_ = nullptr;
};

} // namespace columbarium::service
