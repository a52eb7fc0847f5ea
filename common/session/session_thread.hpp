// SPDX-License-Identifier: LGPL-2.1-or-later
// What the session's thread does: connect, talk, pause, again.
#pragma once

#include <memory>
#include <string>

#include "config/xmpp_account.hpp"
#include "session/mailbox.hpp"

namespace columbarium::session {

// Returns after mailbox->request_stop(), and calls mailbox->end() then. It owns what it is given: where a
// name server keeps it waiting, it outlives its owner.
void run_session(const std::shared_ptr<Mailbox>& mailbox, const config::XmppAccount& account,
                 const std::string& secret);

} // namespace columbarium::session
