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
// code's class with ".0.0". A code that has no place after DATA becomes 451 or 554: the host would end the
// connection at a 421, and not live through a 571. What begins with no code of 4xx or 5xx is a 451 4.3.0 with
// no words.
[[nodiscard]] ReplyLine read_reply_line(std::string_view line);

// What became of mail that was given to the host to be sent.
struct Sent {
    tombstone::Handed handed = tombstone::Handed::not_now;
    std::string said;             // "" for over; else one line, with the server's reply where there was one
    bool is_ours_to_mend = false; // see as_forward()
};

// Reads what smtp_submit_run() answered: its status (1 sent, 0 refused for good, -1 all else) and error.
// Where the data was on its way and no reply to it came, nobody knows.
[[nodiscard]] Sent read_submission(int status, std::string_view error);

// Whether the server could not be reached, or fell silent: the next mail would wait for it, too.
[[nodiscard]] bool is_unreachable(const Sent& sent);

// The same for mail that is sent on, whose sender would be told of a refusal. Final is what is said of the
// mail and its addresses: 550, 551, 553, 554 5.1.x and 556, after the data 550 to 554, and before them
// nothing with 5.7.x. The rest is said of who hands it over (he has to log in, he may not relay), or of the
// connection: it becomes not_now, and is_ours_to_mend is set, as it is for 421 and 454: for the log, where it
// is an error.
[[nodiscard]] Sent as_forward(Sent sent);

// Whether the server refused this recipient for good: 550 to 553 with 5.1.x.
[[nodiscard]] bool is_refusal_of_recipient(const Sent& sent);

// The reply to a recipient whose mail could not be sent on: the server's own where it said one; 451 4.4.0 for
// what may go better later (also where nobody knows: twice is better than never), 554 5.4.0 for the rest.
[[nodiscard]] ReplyLine refusal_of(const Sent& sent);

} // namespace columbarium::deliver
