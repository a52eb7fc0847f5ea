// SPDX-License-Identifier: LGPL-2.1-or-later
// The stories of RFC 6133: a user with one of the scripts of conf.d/sieve, his address book, his presence,
// and the mail that is sent for him. His presence comes from a dict, or from a real XMPP server where he has
// a client.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "presence_fixture.hpp"
#include "rig/prosody.hpp"
#include "rig/xmpp_client.hpp"

namespace columbarium::e2e {

enum class PresenceOrigin { dict, xmpp };

class Rfc6133Story : public PresenceTest {
  protected:
    explicit Rfc6133Story(PresenceOrigin origin);

    // A shipped script, made the user's own as its comments say, with an address book: friend, mother,
    // colleague, customer, staff and assistant.
    void use_template(const std::string& name);

    // The user is this from now on, and scripts can know it: "xa", or {"show": "xa", "status": "On a trip"};
    // or "offline".
    void be(const std::string& presence);

    // Nobody knows about him any more; with XMPP he logs out.
    void vanish();

    // Delivers a message and returns what was sent because of it: `expected` messages.
    std::vector<rig::SentMessage> sent_for(const std::string& sender, std::size_t expected,
                                           const std::string& subject = "Hello");

  private:
    void log_in();
    // Whether the service came to tell this.
    [[nodiscard]] bool is_told(const std::string& show, const std::string& status);

    PresenceOrigin origin_;
    std::unique_ptr<rig::Prosody> prosody_;
    std::unique_ptr<rig::XmppClient> client_;
    int last_id_ = 0; // of a message
};

} // namespace columbarium::e2e
