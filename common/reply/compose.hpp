// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes automatic replies (RFC 3834 section 3.1) and reports that a recipient was refused (RFC 3464), with
// GMime.
//
// Whatever names, addresses and texts hold, a message of ours has the header fields that are named here and
// no others, and no recipient but the one that the caller has.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "mail/message.hpp"

namespace columbarium::reply {

// Octets of a whole reply at most (AR-32).
inline constexpr std::size_t longest_reply = 32 * 1024;

struct From {
    std::string name; // UTF-8, "" for none
    std::string address;
};

// A mailbox as a configuration has it: "Change of address <moved@example.org>" or the bare address. Of what
// is no mailbox the address is "".
[[nodiscard]] COLUMBARIUM_API From from_of(std::string_view mailbox);

// A text in one language.
struct Text {
    std::string language; // BCP 47; "" for none
    std::string text;     // UTF-8, line ends LF
};

struct Reply {
    From from;
    std::string to;      // the envelope sender of the message that is answered (AR-13, AR-22)
    std::string subject; // decoded
    // One: text/plain. Several: multipart/alternative (AR-18). The first is the main one, so it is the last
    // part (RFC 2046 section 5.1.4).
    std::vector<Text> texts;
    std::chrono::sys_seconds date;
    std::string message_id_domain; // of our own Message-ID
};

// Subject of the message that is answered, as a template may show it: decoded, one line, without control
// characters, at most 200 characters (never cut inside one); "" where there is none.
[[nodiscard]] COLUMBARIUM_API Expected<std::string> subject_of(mail::Message& message);

// The reply as it goes over the wire (CRLF; 7bit, quoted-printable or base64): From, To, Date, Subject,
// Message-ID, In-Reply-To and References where the message has a Message-ID (AR-16, RFC 5322 section 3.6.4;
// References at most the last 20, each once), "Auto-Submitted: auto-replied" (AR-17),
// X-Auto-Response-Suppress: All, Content-Language. Nothing of the original beyond these. A permanent failure
// where it would be longer than longest_reply, or where `to` or `from` is no address.
[[nodiscard]] COLUMBARIUM_API Expected<std::string> compose(const Reply& reply, mail::Message& message);

// A recipient that was refused after the message was taken for others.
struct Refused {
    std::string address;
    std::string status;     // "5.1.6"
    std::string diagnostic; // "550 5.1.6 ..."
};

// A delivery status notification, failed (RFC 3464; RJ-5, AR-29), with the header of the message only: `to`
// is the reverse-path, which must not be the null one. `reporting_mta` is a host's name. Auto-Submitted:
// auto-replied. It lists at most 100 recipients, and says how many more there are; the header is cut at 16
// KiB.
[[nodiscard]] COLUMBARIUM_API Expected<std::string>
compose_report(const From& from, std::string_view to, const std::vector<Refused>& refused,
               std::string_view reporting_mta, std::chrono::sys_seconds date, mail::Message& message);

} // namespace columbarium::reply
