// SPDX-License-Identifier: LGPL-2.1-or-later
#include "notify/outbox.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/json_object.hpp"
#include "base/utf8.hpp"

namespace columbarium::notify {

namespace {

constexpr std::int64_t hour = 3'600;
constexpr std::int64_t first_pause = 60;
constexpr std::int64_t longest_pause = hour;
constexpr std::size_t disconnects_without_pause = 3;

// Before the next try, when there were so many, at least one.
std::int64_t pause_after(std::size_t tries) {
    std::int64_t pause = first_pause;
    while (--tries > 0 && pause < longest_pause)
        pause *= 2;
    return std::min(pause, longest_pause);
}

bool ends_it(std::string_view error_type) {
    return error_type == "auth" || error_type == "cancel" || error_type == "modify";
}

} // namespace

Outbox::Outbox(const config::NotifyPolicy& policy) : policy_(policy) {}

Outbox::~Outbox() = default;

Expected<bool> Outbox::add(Notification notification, std::int64_t now) {
    heed_clock(now);
    forget_accepted(now);
    if (by_id_.contains(notification.id))
        return true;
    drop_old(now);
    if (waiting() >= policy_.queue_limit)
        return temporary_failure(fmt::format(
            "{} notifications wait already; raise queue_limit of [notify] where they are wanted", waiting()));
    if (!has_room_for(notification.owner, now)) {
        ++dropped_;
        // The same for everybody: each different text is a line of the log.
        last_error_ =
            fmt::format("somebody has sent more than {} notifications within an hour", policy_.most_per_hour);
        return false;
    }
    of_owner_[notification.owner].push_back(now);
    // A clock that is ahead makes nothing younger than new.
    notification.created = std::min(notification.created, now);
    insert({.notification = std::move(notification), .due = now});
    return true;
}

std::vector<Notification> Outbox::take_due(std::int64_t now, std::size_t most, std::size_t most_octets) {
    heed_clock(now);
    forget_accepted(now);
    drop_old(now);
    std::vector<Number> numbers;
    for (const auto& [due, number] : due_) {
        if (due > now)
            break;
        numbers.push_back(number);
    }
    std::ranges::sort(numbers);
    std::vector<Notification> taken;
    taken.reserve(std::min(most, numbers.size()));
    std::size_t octets = 0;
    for (const Number number : numbers) {
        Entry& entry = entries_.at(number);
        octets += octets_of(entry.notification);
        if (taken.size() == most || octets > most_octets)
            break;
        leave_state(number);
        entry.state = State::handed_over;
        entry.handed_at = now;
        entry.hand_over = next_hand_over_++;
        handed_over_.emplace(entry.hand_over, number);
        taken.push_back(entry.notification);
    }
    return taken;
}

std::size_t Outbox::octets_of(const Notification& notification) {
    return notification.subject.size() + notification.body.size() + notification.url.size() +
           notification.resent_from.size();
}

void Outbox::accepted(std::string_view id) {
    const auto known = by_id_.find(std::string(id));
    if (known == by_id_.end() || entries_.at(known->second).state != State::handed_over)
        return;
    const Number last = entries_.at(known->second).hand_over;
    while (!handed_over_.empty() && handed_over_.begin()->first <= last) {
        const Number number = handed_over_.begin()->second;
        leave_state(number);
        entries_.at(number).state = State::accepted;
        accepted_.push_back(number);
        ++sent_;
    }
    while (accepted_.size() > most_remembered) {
        erase(accepted_.front());
        accepted_.pop_front();
    }
}

void Outbox::refused(std::string_view id, std::string_view error_type, std::string_view condition,
                     std::int64_t now) {
    const auto known = by_id_.find(std::string(id));
    if (known == by_id_.end())
        return;
    const Number number = known->second;
    Entry& entry = entries_.at(number);
    const std::string why = fmt::format("{} ({})", printable(condition), printable(error_type));
    if (ends_it(error_type)) {
        drop(number, why);
        return;
    }
    if (entry.state == State::waiting)
        return; // of a hand-over that counts no more
    if (++entry.tries >= policy_.tries) {
        drop(number, fmt::format("{}, after {} tries", why, entry.tries));
        return;
    }
    last_error_ = fmt::format("notification {}: {}", entry.notification.id, why);
    leave_state(number);
    wait(number, now + pause_after(entry.tries));
}

void Outbox::disconnected(std::int64_t now) {
    while (!handed_over_.empty()) {
        const Number number = handed_over_.begin()->second;
        leave_state(number);
        const std::size_t disconnects = ++entries_.at(number).disconnects;
        wait(number, disconnects <= disconnects_without_pause
                         ? now
                         : now + pause_after(disconnects - disconnects_without_pause));
    }
}

std::int64_t Outbox::seconds_to_next(std::int64_t now) const {
    return due_.empty() ? -1 : std::clamp<std::int64_t>(due_.begin()->first - now, 0, longest_pause);
}

std::size_t Outbox::waiting() const {
    return due_.size() + handed_over_.size();
}

std::size_t Outbox::sent() const {
    return sent_;
}

std::size_t Outbox::dropped() const {
    return dropped_;
}

const std::string& Outbox::last_error() const {
    return last_error_;
}

std::string Outbox::save() const {
    std::string lines;
    for (const auto& [number, entry] : entries_) {
        if (entry.state == State::accepted)
            continue;
        const std::string value = to_value(entry.notification);
        lines += fmt::format("{{\"tries\":{},\"due\":{},{}\n", entry.tries, entry.due,
                             std::string_view(value).substr(1));
    }
    return lines;
}

void Outbox::load(std::string_view lines, std::int64_t now) {
    while (!lines.empty()) {
        const std::string_view line = take_line(lines);
        if (line.empty())
            continue;
        // A little longer than a notification: two numbers stand beside it.
        auto state = JsonReader::parse(line, longest_notification_value + 100);
        const std::int64_t tries = state ? state->number("tries") : 0;
        const std::int64_t due = state ? state->number("due") : 0;
        auto notification = from_value(line);
        if (!state || !notification || tries < 0 || tries >= static_cast<std::int64_t>(policy_.tries) ||
            waiting() >= policy_.queue_limit) {
            ++dropped_;
            continue;
        }
        if (by_id_.contains(notification->id))
            continue;
        notification->created = std::min(notification->created, now);
        insert({.notification = *std::move(notification),
                .tries = static_cast<std::size_t>(tries),
                .due = std::clamp(due, now, now + longest_pause)});
    }
}

std::int64_t Outbox::expiry_of(const Entry& entry) const {
    return entry.notification.created + static_cast<std::int64_t>(policy_.queue_hours) * hour;
}

bool Outbox::has_room_for(const std::string& owner, std::int64_t now) {
    if (of_owner_.size() >= owners_to_look_at_)
        forget_owners(now);
    const auto found = of_owner_.find(owner);
    if (found == of_owner_.end())
        return true;
    std::deque<std::int64_t>& times = found->second;
    while (!times.empty() && times.front() <= now - hour)
        times.pop_front();
    while (!times.empty() && times.back() > now)
        times.pop_back();
    return times.size() < policy_.most_per_hour;
}

void Outbox::forget_owners(std::int64_t now) {
    std::erase_if(of_owner_, [now](const auto& owner) {
        return owner.second.empty() || owner.second.back() <= now - hour || owner.second.front() > now;
    });
    // Looked at again only when there are twice as many: so each costs the same, however many there are.
    owners_to_look_at_ = std::max(owners_to_look_at_, 2 * of_owner_.size());
}

void Outbox::insert(Entry entry) {
    const Number number = next_entry_++;
    const std::int64_t due = entry.due;
    by_id_.emplace(entry.notification.id, number);
    entries_.emplace(number, std::move(entry));
    wait(number, due);
}

void Outbox::wait(Number number, std::int64_t due) {
    Entry& entry = entries_.at(number);
    entry.state = State::waiting;
    entry.due = due;
    due_.emplace(due, number);
    expiry_.emplace(expiry_of(entry), number);
}

// Takes an entry out of what its state has put it into.
void Outbox::leave_state(Number number) {
    const Entry& entry = entries_.at(number);
    switch (entry.state) {
    case State::waiting:
        due_.erase({entry.due, number});
        expiry_.erase({expiry_of(entry), number});
        break;
    case State::handed_over:
        handed_over_.erase(entry.hand_over);
        break;
    case State::accepted:
        std::erase(accepted_, number);
        --sent_;
        break;
    }
}

void Outbox::erase(Number number) {
    const auto found = entries_.find(number);
    if (found == entries_.end())
        return;
    by_id_.erase(found->second.notification.id);
    entries_.erase(found);
}

void Outbox::drop(Number number, std::string_view why) {
    leave_state(number);
    ++dropped_;
    last_error_ = fmt::format("notification {}: {}", entries_.at(number).notification.id, why);
    erase(number);
}

void Outbox::drop_old(std::int64_t now) {
    while (!expiry_.empty() && expiry_.begin()->first <= now)
        drop(expiry_.begin()->second, "too old to be sent");
}

// Where the clock was set back, times stand in the future: nothing waits longer for that than the longest
// pause, and nothing is younger than new. They are the last ones of their sets.
void Outbox::heed_clock(std::int64_t now) {
    const auto wait_again = [this, now](Number number) {
        leave_state(number);
        Entry& entry = entries_.at(number);
        entry.notification.created = std::min(entry.notification.created, now);
        wait(number, std::min(entry.due, now + longest_pause));
    };
    while (!due_.empty() && due_.rbegin()->first > now + longest_pause)
        wait_again(due_.rbegin()->second);
    const std::int64_t last_expiry = now + static_cast<std::int64_t>(policy_.queue_hours) * hour;
    while (!expiry_.empty() && expiry_.rbegin()->first > last_expiry)
        wait_again(expiry_.rbegin()->second);
}

void Outbox::forget_accepted(std::int64_t now) {
    while (!accepted_.empty() && entries_.at(accepted_.front()).handed_at <= now - remembered_seconds) {
        erase(accepted_.front());
        accepted_.pop_front();
    }
}

} // namespace columbarium::notify
