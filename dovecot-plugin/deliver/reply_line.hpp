// SPDX-License-Identifier: LGPL-2.1-or-later
// SMTP replies as one line of text, and what the host says of mail that it has sent. Pure.
#pragma once

#include <string>
#include <string_view>

#include "tombstone/notice.hpp"

namespace columbarium::deliver {

// A reply in its parts.
struct ReplyLine {
    unsigned code = 451;
    std::string enhanced = "4.3.0"; // RFC 3463; always there
    std::string text;               // printable ASCII, one line
};

// Reads "550 5.1.6 Words". Where the enhanced code is missing, or is none that goes with the code, it is the
// code's class with ".0.0". What begins with no code of 4xx or 5xx is a 451 4.3.0 with no words.
[[nodiscard]] ReplyLine read_reply_line(std::string_view line);

// What became of mail that was given to the host to be sent.
struct Sent {
    tombstone::Handed handed = tombstone::Handed::not_now;
    std::string said; // "" for over; else one line, with the server's reply where there was one
};

// Reads what smtp_submit_run() answered: its status (1 sent, 0 refused for good, -1 all else) and error.
// Where the data was on its way and no reply to it came, nobody knows.
[[nodiscard]] Sent read_submission(int status, std::string_view error);

// Whether the server took the mail, or said why not. False: it could not be reached, or fell silent.
[[nodiscard]] bool was_answered(const Sent& sent);

// The reply to a recipient whose mail could not be sent on: the server's own where it said one; 451 4.4.0 for
// what may go better later (also where nobody knows: twice is better than never), 554 5.4.0 for the rest.
[[nodiscard]] ReplyLine refusal_of(const Sent& sent);

} // namespace columbarium::deliver
