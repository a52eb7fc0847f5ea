// SPDX-License-Identifier: LGPL-2.1-or-later
// What the service does with what the session tells it and with what scripts ask: events and questions go in,
// orders for the session come out, all as values. Times are seconds since 1970 and come from the caller.
//
// Permission to see somebody's presence (RFC 6121, 3):
//   - Whom a script asks for and nobody knows is asked for it, where the site hosts him: once in a day, and
//     not before the roster is there.
//   - Who asks to see ours gets it where the site hosts him, and is asked in return; others are declined
//     (XP-16). Who asks again and again is answered once in a minute.
//   - A component has no roster (XP-24): who lets it see his presence is probed, once in a day where a script
//     asks, and again in each new session. "subscribed" counts of people whom the site hosts and who were
//     asked.
//
// Notifications are handed to the session a few at a time: a server that reads slowly is not to be left with
// more than it can answer for in time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "config/notify_policy.hpp"
#include "config/xmpp_account.hpp"
#include "notify/notification.hpp"
#include "notify/outbox.hpp"
#include "presence/presence.hpp"
#include "presence/presence_table.hpp"
#include "session/session.hpp"
#include "xmpp/jid.hpp"

namespace columbarium::session {

// What follows from an event.
struct Reaction {
    std::vector<Command> orders;
    // One line for the log where the session began or ended, or cannot begin for a new reason; else "".
    std::string line;
    bool is_trouble = false; // the line is a warning
};

// What follows from a question.
struct Found {
    std::optional<presence::Presence> presence; // nothing where the JID is not known at all
    std::vector<Command> orders;
};

struct DeskStatus {
    bool connected = false;
    std::int64_t age = 0; // seconds of the session; 0 where there is none
    std::size_t known = 0;
    std::size_t available = 0;
    std::string last_error;    // why there was no session the last time; "" for never
    std::int64_t retry_in = 0; // seconds until the next try; 0 where there is a session
    std::size_t waiting = 0;   // of the outbox, here and below
    std::size_t sent = 0;
    std::size_t dropped = 0;
    std::string last_queue_error;
};

class Desk {
  public:
    // How long somebody who was asked is not asked again, and how many of them are remembered. Where that
    // many were asked within that time, nobody else is.
    static constexpr std::int64_t ask_again_seconds = 86'400;
    static constexpr std::size_t most_asked = 20'000;
    // How often the same JID's requests to see our presence are answered, and how many others are within that
    // time.
    static constexpr std::int64_t answer_again_seconds = 60;
    static constexpr std::size_t most_answered = 20'000;
    // Handed over and not yet taken by the server: so many notifications at most, and so many octets of their
    // texts. One alone is handed over however long it is.
    static constexpr std::size_t most_on_the_way = 20;
    static constexpr std::size_t most_octets_on_the_way = 32'768;

    // `languages`: which status is told, best first.
    Desk(config::XmppAccount account, std::vector<std::string> languages, const config::NotifyPolicy& notify);
    Desk(const Desk&) = delete; // large
    Desk& operator=(const Desk&) = delete;

    [[nodiscard]] Reaction take(const Event& event, std::int64_t now);

    // The presence of a JID.
    [[nodiscard]] Found look_up(const xmpp::Jid& jid, std::int64_t now);

    // Puts a notification into the queue; as Outbox::add().
    [[nodiscard]] Expected<bool> add(notify::Notification notification, std::int64_t now);

    // Orders for the notifications that are due. None without a session. Others are due when the server has
    // taken these: it is to be called after each take() of an event.
    [[nodiscard]] std::vector<Command> due(std::int64_t now);

    // Seconds until due() has something; -1 for never, and where an event comes first: while notifications
    // are on the way.
    [[nodiscard]] std::int64_t seconds_to_next(std::int64_t now) const;

    // The queue for the file that outlives the process, and the way back; as Outbox::save() and load().
    [[nodiscard]] std::string save_queue() const;
    void load_queue(std::string_view lines, std::int64_t now);

    // What went wrong with a notification since the last call: one line, without its text; "" for nothing.
    [[nodiscard]] std::string news_of_queue();

    // Of a component: who lets us see his presence, a JID a line, for the next process; and the way back,
    // with what follows from it. Who is not hosted any more is left out.
    [[nodiscard]] std::string save_people() const;
    [[nodiscard]] std::vector<Command> load_people(std::string_view lines, std::int64_t now);

    [[nodiscard]] DeskStatus status(std::int64_t now) const;

  private:
    [[nodiscard]] Reaction on(const Connected& event, std::int64_t now);
    [[nodiscard]] Reaction on(const Disconnected& event, std::int64_t now);
    [[nodiscard]] Reaction on(const RosterItem& event, std::int64_t now);
    [[nodiscard]] Reaction on(const RosterComplete& event, std::int64_t now);
    [[nodiscard]] Reaction on(const PresenceHeard& event, std::int64_t now);
    [[nodiscard]] Reaction on(const SubscriptionRequest& event, std::int64_t now);
    [[nodiscard]] Reaction on(const PresenceForbidden& event, std::int64_t now);
    [[nodiscard]] Reaction on(const NotificationAccepted& event, std::int64_t now);
    [[nodiscard]] Reaction on(const NotificationRefused& event, std::int64_t now);

    [[nodiscard]] bool is_component() const { return account_.kind == config::XmppAccount::Kind::component; }
    void forget_session(std::int64_t now);
    [[nodiscard]] std::size_t octets_on_the_way() const;
    void permit(const xmpp::Jid& bare, presence::Subscription subscription, std::int64_t now);
    [[nodiscard]] bool is_hosted(const xmpp::Jid& jid) const;
    [[nodiscard]] bool is_known(const xmpp::Jid& bare, std::int64_t now) const;
    // False where he was asked within the last day, or too many others were.
    [[nodiscard]] bool may_ask(const xmpp::Jid& bare, std::int64_t now);
    void remember_asking(const xmpp::Jid& bare, std::int64_t now);
    [[nodiscard]] bool may_answer(const xmpp::Jid& bare, std::int64_t now);

    config::XmppAccount account_;
    std::vector<std::string> languages_;
    std::set<std::string> hosted_domains_;
    presence::PresenceTable table_;
    notify::Outbox outbox_;
    std::set<xmpp::Jid> permitting_; // of a component: who lets us see his presence, as far as we know
    std::map<xmpp::Jid, std::int64_t> asked_;                    // when
    std::deque<std::pair<std::int64_t, xmpp::Jid>> asked_order_; // the same, oldest first
    std::set<xmpp::Jid> answered_;                               // since:
    std::int64_t answered_since_ = 0;
    std::map<std::string, std::size_t> on_the_way_; // ids, octets
    std::optional<std::int64_t> connected_since_;
    bool has_roster_ = false; // of this session; a component needs none
    std::int64_t retry_at_ = 0;
    std::string last_error_;
    std::string last_told_error_; // what the log holds already, since there was a session
    std::string last_told_queue_error_;
};

} // namespace columbarium::session
