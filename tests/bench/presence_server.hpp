// SPDX-License-Identifier: LGPL-2.1-or-later
// A Dovecot with the service, which knows many people from an XMPP server: all
// are "xa", "On a trip".
#pragma once

#include <cstddef>
#include <string>

#include "rig/dovecot.hpp"
#include "rig/xmpp_component_server.hpp"

namespace columbarium::bench {

// They are person-0@example.com and so on; users of the mail server are named
// person-0 and so on. Throws std::runtime_error where the service does not come
// to know them.
class PresenceServer {
  public:
    // `addition` is added to columbarium.toml.
    explicit PresenceServer(std::size_t people, const std::string& addition = {});

    [[nodiscard]] const rig::Dovecot& dovecot() const { return dovecot_; }
    [[nodiscard]] std::string socket() const;

  private:
    rig::XmppComponentServer xmpp_;
    rig::Dovecot dovecot_;
};

// The options of such a server.
[[nodiscard]] rig::DovecotOptions presence_options(const rig::XmppComponentServer& xmpp,
                                                   const std::string& addition = {});

// The secret that such options name. Before the service starts.
void write_secret(const rig::Dovecot& dovecot);

} // namespace columbarium::bench
