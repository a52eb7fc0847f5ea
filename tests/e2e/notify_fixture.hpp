// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of `notify "xmpp:..."`: a stand-in for the service takes what scripts send.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "presence_fixture.hpp"

namespace columbarium::e2e {

class NotifyTest : public PresenceTest {
  protected:
    // Starts the stand-in; it answers every notification so.
    void take_notifications(const std::string& reply = "OK queued");

    // Delivers a message to a script with these commands, and returns what was sent because of it.
    std::vector<nlohmann::json> notifications_of(const std::string& commands,
                                                 const std::string& message = mail_to_user(),
                                                 const rig::Envelope& envelope = {});

    // The same for a script that sends one: an empty object where it does not.
    nlohmann::json notification_of(const std::string& commands, const std::string& message = mail_to_user());

    // All that has been sent so far.
    [[nodiscard]] std::vector<nlohmann::json> notifications() const;

    // A script with these commands and what they may need.
    [[nodiscard]] static std::string script(const std::string& commands);

  private:
    rig::SocketmapServer* service_ = nullptr;
};

} // namespace columbarium::e2e
