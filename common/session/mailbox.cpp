// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/mailbox.hpp"

#include <cstdint>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

namespace columbarium::session {

namespace {

[[nodiscard]] int make_event_descriptor() {
    return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void make_readable(int descriptor) {
    const std::uint64_t one = 1;
    static_cast<void>(::write(descriptor, &one, sizeof one));
}

void make_unreadable(int descriptor) {
    std::uint64_t count = 0;
    static_cast<void>(::read(descriptor, &count, sizeof count));
}

} // namespace

Mailbox::Mailbox()
    : events_ready_(make_event_descriptor()), orders_ready_(make_event_descriptor()),
      stop_(make_event_descriptor()) {}

Mailbox::~Mailbox() {
    for (const int descriptor : {events_ready_, orders_ready_, stop_})
        if (descriptor >= 0)
            ::close(descriptor);
}

bool Mailbox::is_open() const {
    return events_ready_ >= 0 && orders_ready_ >= 0 && stop_ >= 0;
}

std::vector<Event> Mailbox::take_events() {
    const std::lock_guard lock(mutex_);
    // The thread waits for room, see is_full().
    if (events_.size() >= most_events)
        make_readable(orders_ready_);
    make_unreadable(events_ready_);
    known_ = current_;
    return std::exchange(events_, {});
}

void Mailbox::tell(Event event) {
    const std::lock_guard lock(mutex_);
    if (events_.empty())
        make_readable(events_ready_);
    if (std::holds_alternative<Connected>(event))
        current_ = ++sessions_;
    else if (std::holds_alternative<Disconnected>(event))
        current_.reset();
    events_.push_back(std::move(event));
}

void Mailbox::order(Command command) {
    const std::lock_guard lock(mutex_);
    if (!known_ || known_ != current_ || orders_.size() >= most_orders)
        return;
    if (orders_.empty())
        make_readable(orders_ready_);
    orders_.emplace_back(*known_, std::move(command));
}

std::vector<Command> Mailbox::take_orders() {
    const std::lock_guard lock(mutex_);
    make_unreadable(orders_ready_);
    std::vector<Command> wanted;
    for (auto& [session, command] : std::exchange(orders_, {}))
        if (current_ == session)
            wanted.push_back(std::move(command));
    return wanted;
}

bool Mailbox::is_full() {
    const std::lock_guard lock(mutex_);
    return events_.size() >= most_events;
}

void Mailbox::request_stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    make_readable(stop_);
}

bool Mailbox::is_stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

void Mailbox::end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    ended_changed_.notify_all();
}

bool Mailbox::wait_for_end(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return ended_changed_.wait_for(lock, time, [this] { return ended_; });
}

} // namespace columbarium::session
