// SPDX-License-Identifier: LGPL-2.1-or-later
// What lies between the session's thread and its owner: events one way, orders the other. The only thing
// that both touch.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "session/session.hpp"

namespace columbarium::session {

class Mailbox {
  public:
    // Beyond that many events that the owner has not taken, the thread reads nothing more from the server.
    static constexpr std::size_t most_events = 50'000;
    // Orders beyond that are dropped; the owner's queues are shorter.
    static constexpr std::size_t most_orders = 200'000;

    Mailbox();
    Mailbox(const Mailbox&) = delete; // owns descriptors
    Mailbox& operator=(const Mailbox&) = delete;
    ~Mailbox();

    // Whether the kernel gave us the descriptors.
    [[nodiscard]] bool is_open() const;

    // The owner's side.
    [[nodiscard]] int event_descriptor() const { return events_ready_; }
    [[nodiscard]] std::vector<Event> take_events();
    // An order is for the session of which the owner knows by the events that it has taken; it is dropped
    // where that one has ended.
    void order(Command command);
    void request_stop();
    // Whether the thread has ended in time.
    [[nodiscard]] bool wait_for_end(std::chrono::milliseconds time);

    // The thread's side. Its descriptors are readable while there are orders, and from request_stop() on.
    [[nodiscard]] int order_descriptor() const { return orders_ready_; }
    [[nodiscard]] int stop_descriptor() const { return stop_; }
    void tell(Event event);
    [[nodiscard]] std::vector<Command> take_orders();
    [[nodiscard]] bool is_full();
    [[nodiscard]] bool is_stopping();
    void end();

  private:
    using Number = std::uint64_t; // of a session

    std::mutex mutex_;
    std::condition_variable ended_changed_;
    std::vector<Event> events_;
    std::vector<std::pair<Number, Command>> orders_;
    Number sessions_ = 0;           // that have begun
    std::optional<Number> current_; // the one that stands
    std::optional<Number> known_;   // the same as the owner knows it
    bool stopping_ = false;
    bool ended_ = false;
    int events_ready_ = -1;
    int orders_ready_ = -1;
    int stop_ = -1;
};

} // namespace columbarium::session
