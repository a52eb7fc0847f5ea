// SPDX-License-Identifier: LGPL-2.1-or-later
// The one long-lived XMPP session, with libstrophe, in a thread of its own: resolving names and the TLS
// handshake block inside the library. The thread and its owner exchange values only. libstrophe is used
// nowhere else.
//
// As a client: TLS with a verified certificate always, SCRAM (PLAIN only under TLS), roster, initial presence
// with priority -1 (XP-6), then what the owner asks for. Chat that comes in is ignored (XN-20). As a
// component (XEP-0114): no roster; `subscribe` and `probe` with the component's address. It reconnects by
// itself, after a random part of a pause that doubles (XP-3), and pings the server: a server that does not
// answer is a disconnect.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/expected.hpp"
#include "config/xmpp_account.hpp"
#include "notify/notification.hpp"
#include "presence/presence_table.hpp"
#include "xmpp/jid.hpp"

namespace columbarium::session {

// What the session tells its owner, in the order in which it happened.
struct Connected {
    std::string jid; // the bound JID, or the component's address
};
struct Disconnected {
    std::string reason;             // for a person: what failed, where; never a secret
    std::int64_t retry_seconds = 0; // when it tries again
};
// A line of the roster, or a push of the own server (XP-7). A component has no roster: `to` where somebody
// says "subscribed" (XP-24), be he asked or not.
struct RosterItem {
    xmpp::Jid jid;
    presence::Subscription subscription = presence::Subscription::none;
};
struct RosterComplete {}; // the roster's lines of this session were all told; never of a component
struct PresenceHeard {
    presence::PresenceStanza stanza;
};
struct SubscriptionRequest { // <presence type="subscribe"/>
    xmpp::Jid from;
};
struct PresenceForbidden { // "unsubscribed", or an error for a presence
    xmpp::Jid from;
    bool is_error = false; // which may be of a server on the way, and says nothing of his permission
};
struct NotificationAccepted { // the server has taken it; told of each that was not refused before
    std::string id;
};
struct NotificationRefused { // an error stanza for it
    std::string id;
    std::string error_type; // "cancel", "wait" ...
    std::string condition;  // "service-unavailable" ...
};
using Event = std::variant<Connected, Disconnected, RosterItem, RosterComplete, PresenceHeard,
                           SubscriptionRequest, PresenceForbidden, NotificationAccepted, NotificationRefused>;

// What the owner wants. Send is answered by NotificationAccepted, NotificationRefused or Disconnected.
struct Send {
    notify::Notification notification;
};
struct Subscribe { // asks for permission to see the presence of this bare JID
    xmpp::Jid jid;
};
struct Approve { // lets this bare JID see ours: <presence type="subscribed"/>
    xmpp::Jid jid;
};
struct Decline { // <presence type="unsubscribed"/>
    xmpp::Jid jid;
};
struct Probe { // of a component: asks for the presence of this bare JID
    xmpp::Jid jid;
};
using Command = std::variant<Send, Subscribe, Approve, Decline, Probe>;

class Session {
  public:
    // Starts the thread; `secret` is the password, already read. Signals are blocked in the thread. Where no
    // thread can be had: a temporary failure. A permanent one where the domain of a client has characters
    // beyond ASCII: libstrophe neither finds such a name nor checks its certificate.
    [[nodiscard]] static Expected<std::unique_ptr<Session>> start(const config::XmppAccount& account,
                                                                  std::string secret);
    Session(const Session&) = delete; // one thread
    Session& operator=(const Session&) = delete;
    // Says goodbye (closes the stream), waits one second for that at most, and ends the thread.
    ~Session();

    // Readable while there are events: for the owner's loop.
    [[nodiscard]] int event_descriptor() const;

    // All events so far; empty where there are none.
    [[nodiscard]] std::vector<Event> take_events();

    // Never waits. The order is for the session whose Connected was taken last, and is forgotten where that
    // one has ended, or where there is none.
    void order(Command command);

  private:
    Session();
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

} // namespace columbarium::session
