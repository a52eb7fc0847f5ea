// SPDX-License-Identifier: LGPL-2.1-or-later
// The notifications that wait to be sent, and when each is tried again (RFC 5437, 4.10). Times are seconds
// since 1970 and come from the caller; where the clock is set back, no pause and no notification's life gets
// longer than it would be from then on.
//
// A notification that was handed to the session counts as sent when the server has answered a ping behind it
// (accepted()). Where the session ends before that, it is sent again, with the same id: at once, but from the
// fourth time on after a pause, as it may be what ends the sessions. The pause before a next try is one
// minute, then two, four ... at most an hour.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/notify_policy.hpp"
#include "notify/notification.hpp"

namespace columbarium::notify {

class Outbox {
  public:
    // How long (from their hand-over on), and how many, notifications are remembered behind accepted(): an
    // error may still come, or the same one again.
    static constexpr std::int64_t remembered_seconds = 600;
    static constexpr std::size_t most_remembered = 1'000;

    COLUMBARIUM_API explicit Outbox(const config::NotifyPolicy& policy);
    Outbox(const Outbox&) = delete; // one queue
    Outbox& operator=(const Outbox&) = delete;
    COLUMBARIUM_API ~Outbox();

    // Takes a notification, or drops it silently where its owner has sent too many within an hour (EN-9):
    // false then. One whose id is here already, or was accepted a while ago (below), is taken for the same,
    // and is not sent twice: who did not get the answer asks again. A temporary failure where the queue is
    // full.
    [[nodiscard]] COLUMBARIUM_API Expected<bool> add(Notification notification, std::int64_t now);

    // Those that are due, oldest first; they count as handed over from now on. Too old ones are dropped. Not
    // more than `most`, nor more than so many octets_of() together: it ends before the one that is too much.
    [[nodiscard]] COLUMBARIUM_API std::vector<Notification>
    take_due(std::int64_t now, std::size_t most = SIZE_MAX, std::size_t most_octets = SIZE_MAX);

    // Of the texts of a notification.
    [[nodiscard]] static COLUMBARIUM_API std::size_t octets_of(const Notification& notification);

    // The server has taken all that were handed over up to this one (a session's stream keeps the order, so
    // it may be told of each, or of the last one). An id that is unknown, was accepted before, or waits again
    // does nothing.
    COLUMBARIUM_API void accepted(std::string_view id);

    // An error stanza for this id (RFC 6120, 8.3.2): "auth", "cancel" and "modify" end it, "wait" and what is
    // unknown are tried again, up to the site's number of tries. It may come before or after accepted().
    COLUMBARIUM_API void refused(std::string_view id, std::string_view error_type, std::string_view condition,
                                 std::int64_t now);

    // The session ended: what was handed over and not accepted is due again.
    COLUMBARIUM_API void disconnected(std::int64_t now);

    // Seconds until the next one is due; -1 for never.
    [[nodiscard]] COLUMBARIUM_API std::int64_t seconds_to_next(std::int64_t now) const;

    [[nodiscard]] COLUMBARIUM_API std::size_t waiting() const; // not accepted yet
    [[nodiscard]] COLUMBARIUM_API std::size_t sent() const;    // accepted and not refused, since the start
    [[nodiscard]] COLUMBARIUM_API std::size_t dropped() const; // refused, too old, too many
    [[nodiscard]] COLUMBARIUM_API const std::string& last_error() const; // "" for none; no text of one

    // All that wait, one JSON object a line (that of notification.hpp, with "tries" and "due"), for the file
    // that outlives the process; and the way back (lines that are wrong, or too many, are counted in
    // dropped()).
    [[nodiscard]] COLUMBARIUM_API std::string save() const;
    COLUMBARIUM_API void load(std::string_view lines, std::int64_t now);

  private:
    using Number = std::uint64_t; // of entries in the order in which they came; of hand-overs in theirs
    enum class State { waiting, handed_over, accepted };
    struct Entry {
        Notification notification;
        State state = State::waiting;
        std::size_t tries = 0;       // hand-overs that were refused
        std::size_t disconnects = 0; // hand-overs that the end of the session cut off
        std::int64_t due = 0;        // where it waits
        std::int64_t handed_at = 0;  // where it does not
        Number hand_over = 0;        // where it is handed over
    };

    [[nodiscard]] std::int64_t expiry_of(const Entry& entry) const;
    [[nodiscard]] bool has_room_for(const std::string& owner, std::int64_t now);
    void insert(Entry entry);
    void wait(Number number, std::int64_t due);
    void leave_state(Number number);
    void erase(Number number);
    void drop(Number number, std::string_view why);
    void drop_old(std::int64_t now);
    void heed_clock(std::int64_t now);
    void forget_accepted(std::int64_t now);
    void forget_owners(std::int64_t now);

    config::NotifyPolicy policy_;
    std::map<Number, Entry> entries_;
    std::unordered_map<std::string, Number> by_id_;
    std::set<std::pair<std::int64_t, Number>> due_;    // of those that wait
    std::set<std::pair<std::int64_t, Number>> expiry_; // of those that wait
    std::map<Number, Number> handed_over_;             // hand-over to entry
    std::deque<Number> accepted_;                      // oldest first
    std::map<std::string, std::deque<std::int64_t>, std::less<>>
        of_owner_; // when they sent, of the last hour
    std::size_t owners_to_look_at_ = 1'024;
    Number next_entry_ = 1;
    Number next_hand_over_ = 1;
    std::size_t sent_ = 0;
    std::size_t dropped_ = 0;
    std::string last_error_;
};

} // namespace columbarium::notify
