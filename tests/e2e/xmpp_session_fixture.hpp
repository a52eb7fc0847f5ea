// SPDX-License-Identifier: LGPL-2.1-or-later
// An XMPP session of ours, and what it has told so far.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <poll.h>

#include "rig/eventually.hpp"
#include "rig/prosody.hpp"
#include "rig/xmpp_client.hpp"
#include "rig/xmpp_component_server.hpp"
#include "session/session.hpp"

namespace columbarium::test {

[[nodiscard]] inline config::XmppAccount client_account(const rig::Prosody& server) {
    config::XmppAccount account;
    account.kind = config::XmppAccount::Kind::client;
    account.address = server.jid("bot");
    account.secret_file = server.password_file("bot").string();
    account.host = "127.0.0.1";
    account.port = server.port();
    account.ca_file = server.ca_file().string();
    account.domains = {server.domain()};
    account.reconnect_seconds = 1;
    account.reconnect_limit_seconds = 60;
    return account;
}

[[nodiscard]] inline config::XmppAccount component_account(const std::string& address, std::uint16_t port) {
    config::XmppAccount account;
    account.kind = config::XmppAccount::Kind::component;
    account.address = address;
    account.secret_file = "/etc/dovecot/component.secret";
    account.host = "127.0.0.1";
    account.port = port;
    account.domains = {"example.com"};
    account.reconnect_seconds = 1;
    account.reconnect_limit_seconds = 60;
    return account;
}

[[nodiscard]] inline rig::XmppClientOptions person(const rig::Prosody& server, const std::string& user,
                                                   const std::string& resource) {
    rig::XmppClientOptions options;
    options.jid = server.jid(user);
    options.password = server.password(user);
    options.resource = resource;
    options.port = server.port();
    options.ca_file = server.ca_file();
    return options;
}

[[nodiscard]] inline xmpp::Jid jid(const std::string& text) {
    auto parsed = xmpp::Jid::parse(text);
    if (!parsed)
        throw std::runtime_error(text + ": " + parsed.error().text);
    return *parsed;
}

[[nodiscard]] inline notify::Notification notification(const std::string& id, const std::string& to,
                                                       const std::string& body) {
    notify::Notification made{id, "alice", jid(to), false, "", body, "", "", "", 0};
    made.created = 1'700'000'000;
    return made;
}

class Talk {
  public:
    Talk(const config::XmppAccount& account, const std::string& secret) {
        auto started = session::Session::start(account, secret);
        if (!started)
            throw std::runtime_error(started.error().text);
        session_ = std::move(*started);
    }

    void order(session::Command command) { session_->order(std::move(command)); }

    // The next event of this kind that fits, beginning behind the last one that was found; nothing where none
    // came in time.
    template <class Kind>
    [[nodiscard]] std::optional<Kind> next(
        const std::function<bool(const Kind&)>& fits = [](const Kind&) { return true; },
        rig::Milliseconds deadline = rig::default_deadline) {
        const auto end = std::chrono::steady_clock::now() + deadline;
        for (;;) {
            for (; position_ < events_.size(); ++position_) {
                const Kind* const event = std::get_if<Kind>(&events_[position_]);
                if (event != nullptr && fits(*event)) {
                    ++position_;
                    return *event;
                }
            }
            const auto left =
                std::chrono::ceil<rig::Milliseconds>(end - std::chrono::steady_clock::now()).count();
            pollfd watched{session_->event_descriptor(), POLLIN, 0};
            if (left <= 0 || ::poll(&watched, 1, static_cast<int>(left)) <= 0)
                return std::nullopt;
            for (session::Event& event : session_->take_events())
                events_.push_back(std::move(event));
        }
    }

    // How many of this kind have come so far.
    template <class Kind>
    [[nodiscard]] std::size_t count() {
        for (session::Event& event : session_->take_events())
            events_.push_back(std::move(event));
        std::size_t found = 0;
        for (const session::Event& event : events_)
            found += std::holds_alternative<Kind>(event) ? 1 : 0;
        return found;
    }

    [[nodiscard]] const std::vector<session::Event>& events() const { return events_; }

    [[nodiscard]] std::optional<session::PresenceHeard>
    next_presence(const std::string& from, std::optional<bool> available = std::nullopt) {
        return next<session::PresenceHeard>([&](const session::PresenceHeard& heard) {
            return heard.stanza.from.text() == from && (!available || heard.stanza.available == *available);
        });
    }

  private:
    std::unique_ptr<session::Session> session_;
    std::vector<session::Event> events_;
    std::size_t position_ = 0;
};

} // namespace columbarium::test
