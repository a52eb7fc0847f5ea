// SPDX-License-Identifier: LGPL-2.1-or-later
// Carries out what tombstone/notice decides of a whole message: asks the store, sends the reply, and says
// what the MTA is to do.
#pragma once

#include <string>
#include <vector>

#include "mail/source.hpp"
#include "milter/resources.hpp"
#include "tombstone/notice.hpp"

namespace columbarium::milter {

struct Ending {
    enum class Kind { accept, discard, refuse, defer };
    Kind kind = Kind::accept;
    std::string reply;               // of refuse and defer: "550 5.1.6 ..."
    std::vector<std::string> remove; // recipients to be taken off: addresses of the transaction
    std::vector<std::string> add;    // recipients to be added
    std::vector<std::string> marks;  // fields to be put on top, with CRLF, see tombstone::forwarded_mark()
};

// `reported`: addresses of recipients of whose failure the client wants to hear (RFC 3461 section 4.1); no
// report tells of others. `name`: of the message, for the log. A report is claimed for each person that it
// tells of: who was reported within the hour is left out, and where the store does not grant it now (a cap is
// reached, or somebody else is reporting) the message is deferred. A message that is forwarded gets its mark
// only where it has no other recipient, who could read it. Everything that was begun for a message is done
// when this returns: the reply is handed over and its claim settled, the report is handed over.
[[nodiscard]] Ending end_of_message(const tombstone::Transaction& transaction,
                                    const std::vector<std::string>& reported, mail::Source& text,
                                    const std::string& name, Resources& resources);

} // namespace columbarium::milter
