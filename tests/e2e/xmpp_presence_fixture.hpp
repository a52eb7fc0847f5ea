// SPDX-License-Identifier: LGPL-2.1-or-later
// A Dovecot with the service, a real XMPP server beside it, and people with
// XMPP clients who get mail.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "rig/prosody.hpp"
#include "rig/xmpp_client.hpp"
#include "service_fixture.hpp"

namespace columbarium::e2e {

// The service logs in as bot@example.com. Users of the mail server are users of
// the XMPP server: alice gets mail as alice@example.org and is
// alice@example.com there. The service finds a dead session within seconds.
class PresenceOverXmpp : public ServiceTest {
  protected:
    PresenceOverXmpp();

    // A client of this user on the XMPP server, available without <show/>.
    [[nodiscard]] std::unique_ptr<rig::XmppClient>
    log_in(const std::string& user, const std::string& resource = "phone", bool approves = true);

    // What the service's map "presence" says of a user: the value, "NOTFOUND", or
    // why there is no answer.
    [[nodiscard]] std::string seen(const std::string& user);

    // Whether the service's answer came to hold these words before the deadline.
    [[nodiscard]] bool comes_to_be_seen(const std::string& user, std::string_view words);

    // Delivers a message from a sender to a user.
    void mail(const std::string& from, const std::string& to, const std::string& subject = "hello");

    rig::Prosody prosody;

  private:
    int mails_ = 0;
};

} // namespace columbarium::e2e
