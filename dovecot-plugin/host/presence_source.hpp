// SPDX-License-Identifier: LGPL-2.1-or-later
// Where presence comes from, as the settings columbarium_presence, columbarium_presence2 ... name it.
// Private to host/user_presence.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/expected.hpp"
#include "host/host_dict.hpp"
#include "presence/presence.hpp"
#include "wire/client.hpp"
#include "xmpp/jid.hpp"

namespace columbarium::host {

// What a source says of a JID. Where it does not know: why.
struct SourceAnswer {
    presence::Presence presence;
    std::string reason;
};

class PresenceSource {
  public:
    PresenceSource() = default;
    PresenceSource(const PresenceSource&) = delete; // owns what it asks
    PresenceSource& operator=(const PresenceSource&) = delete;
    virtual ~PresenceSource() = default;

    // As people are told: "xmpp", "dict:redis:host=127.0.0.1", without passwords.
    [[nodiscard]] virtual const std::string& name() const = 0;

    // Takes no longer than `time`. A failure is one that an administrator should hear of.
    [[nodiscard]] virtual Expected<SourceAnswer> ask(const xmpp::Jid& jid,
                                                     std::chrono::milliseconds time) = 0;
};

// Makes the source that a setting's value names: "xmpp", or "dict:" and the URI of a dict. Anything else is a
// permanent failure. `service` is the socket of the service, `connection` one to it that is used where it is
// there. Else nothing stays open between two questions: the process may be one of thousands that wait for
// their clients.
[[nodiscard]] Expected<std::unique_ptr<PresenceSource>>
make_presence_source(const std::string& value, const std::string& service,
                     std::shared_ptr<wire::Client> connection, const DictUser& user);

// The text of a reply that is none of success.
[[nodiscard]] std::string failure_text(const wire::Reply& reply);

} // namespace columbarium::host
