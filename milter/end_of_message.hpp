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
    std::vector<std::string> remove; // recipients to be taken off, as RCPT said, without brackets
    std::vector<std::string> add;    // recipients to be added
    std::vector<std::string> marks;  // fields to be put on top, with CRLF, see tombstone::forwarded_mark()
};

// `name`: of the message, for the log. Everything that was begun for a message is done when this returns: the
// reply is handed over and its claim settled, the report is handed over.
[[nodiscard]] Ending end_of_message(const tombstone::Transaction& transaction, mail::Source& text,
                                    const std::string& name, Resources& resources);

} // namespace columbarium::milter
