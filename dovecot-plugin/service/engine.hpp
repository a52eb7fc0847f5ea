// SPDX-License-Identifier: LGPL-2.1-or-later
// What the maps of the service ask: the XMPP session, what is known by it, and the queue of notifications. It
// lives in Dovecot's ioloop; what to do is decided by session::Desk.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "notify/notification.hpp"
#include "presence/presence.hpp"
#include "session/desk.hpp"
#include "session/session.hpp"
#include "settings.hpp"
#include "xmpp/jid.hpp"

struct io;
struct timeout;

namespace columbarium::service {

class Engine {
  public:
    // Starts the session where there is one to start, and takes what the process before has left: its queue,
    // and of a component the people whom it knew.
    // What cannot be is logged, and is the answer to those who ask.
    explicit Engine(Settings settings);
    Engine(const Engine&) = delete; // the ioloop holds its address
    Engine& operator=(const Engine&) = delete;
    // Leaves the queue to the next process, and ends the session: within two seconds.
    ~Engine();

    // Why nothing can be answered, "" where all is well; and whether the site has XMPP.
    [[nodiscard]] const std::string& trouble() const { return settings_.configuration_error; }
    [[nodiscard]] bool has_xmpp() const { return kind() != config::XmppAccount::Kind::none; }
    [[nodiscard]] config::XmppAccount::Kind kind() const { return settings_.site.xmpp.kind; }
    [[nodiscard]] const std::string& address() const { return settings_.site.xmpp.address; }

    // The presence of a JID; nothing where it is not known at all. As long as nobody can tell who is known,
    // without a session and without its roster, it is unknown.
    [[nodiscard]] std::optional<presence::Presence> look_up(const xmpp::Jid& jid);

    // As notify::Outbox::add(). Due ones are sent at once.
    [[nodiscard]] Expected<bool> add(notify::Notification notification);

    [[nodiscard]] session::DeskStatus status() const;
    [[nodiscard]] std::int64_t uptime() const; // seconds

    // Whether the process may end for want of work: it holds no session, and nothing waits.
    [[nodiscard]] bool is_idle() const;

  private:
    // Called by the ioloop.
    static void on_events(void* context);
    static void on_due(void* context);
    static void on_late_state(void* context);

    void start_session();
    [[nodiscard]] bool knows_people() const;
    void take_events();
    void carry_out(std::vector<session::Command> orders);
    void send_due();
    void wait_for_answers();
    void take_state();
    void leave_queue();
    void leave_people();

    Settings settings_;
    std::int64_t started_;
    session::Desk desk_;
    std::unique_ptr<session::Session> session_;
    bool is_ending_ = false;
    io* events_ = nullptr;
    timeout* due_ = nullptr;
    timeout* late_state_ = nullptr;
};

} // namespace columbarium::service
