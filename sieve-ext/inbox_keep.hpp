// SPDX-License-Identifier: LGPL-2.1-or-later
// What the host is about to store into INBOX, beside the forwards of a message. Include this last.
#pragma once

#include "compat.hpp"

namespace columbarium::sieve {

// The store action into the default mailbox that was executed and is not committed yet: that of a keep, the
// implicit one too, or of a fileinto. nullptr for none that is known. In the pool of the result: plain memory
// of the host.
struct InboxKeep {
    act_store_transaction* store;
};

// From now on fills `keep`, which lives as long as the result. The store of an explicit keep that has side
// effects of its own and comes before this stays unknown.
void watch_inbox(const sieve_runtime_env* renv, InboxKeep* keep);

// Commits that store now, and not when the host comes to it. False where that fails, with the reason logged;
// the host can then still do nothing at all with the message.
[[nodiscard]] bool commit_now(const sieve_action_exec_env* aenv, InboxKeep* keep);

} // namespace columbarium::sieve
