// SPDX-License-Identifier: LGPL-2.1-or-later
// The notifications that wait to be sent, and when each is tried again (RFC 5437, 4.10). Times are seconds
// since 1970 and come from the caller.
//
// A notification that was handed to the session counts as sent when the server has answered a ping behind it
// (accepted()). Where the session ends before that, it is sent again, with the same id.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "config/notify_policy.hpp"
#include "notify/notification.hpp"

namespace columbarium::notify {

class Outbox {
  public:
    COLUMBARIUM_API explicit Outbox(const config::NotifyPolicy& policy);
    Outbox(const Outbox&) = delete; // one queue
    Outbox& operator=(const Outbox&) = delete;
    COLUMBARIUM_API ~Outbox();

    // Takes a notification, or drops it silently where its owner has sent too many within an hour (EN-9):
    // false then. A temporary failure where the queue is full.
    [[nodiscard]] COLUMBARIUM_API Expected<bool> add(Notification notification, std::int64_t now);

    // Those that are due, oldest first; they count as handed over from now on. Too old ones are dropped.
    [[nodiscard]] COLUMBARIUM_API std::vector<Notification> take_due(std::int64_t now);

    // The server has taken all that were handed over up to this one.
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
    [[nodiscard]] COLUMBARIUM_API const std::string& last_error() const; // "" for none; names the id, no text

    // All that wait, one JSON object a line, for the file that outlives the process; and the way back (lines
    // that are wrong are counted in dropped()).
    [[nodiscard]] COLUMBARIUM_API std::string save() const;
    COLUMBARIUM_API void load(std::string_view lines, std::int64_t now);

  private:
    struct Entry;
    config::NotifyPolicy policy_;
    std::deque<Entry> entries_;
    std::map<std::string, std::deque<std::int64_t>> of_owner_; // when they sent, within the last hour
    std::size_t sent_ = 0;
    std::size_t dropped_ = 0;
    std::string last_error_;
};

} // namespace columbarium::notify
