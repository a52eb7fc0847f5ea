// SPDX-License-Identifier: LGPL-2.1-or-later
// Why a delivery failed, in a small vocabulary, from what servers say in codes and in words.
#pragma once

#include <string>
#include <string_view>

namespace columbarium::triage {

// A reason and how it was found.
struct FailureReason {
    std::string_view reason; // a word of the vocabulary below; "" where nothing tells
    std::string_view status; // the RFC 3463 code for this reason, class 5 or, where it passes, 4
    std::string_view rule;   // the phrase's name, for traces
};

// The vocabulary, as docs/facts.md lists it for script authors:
//   user-unknown, mailbox-full, mailbox-disabled, moved, host-unknown, too-large, spam, virus, content,
//   blocked, authentication, policy, relay-denied, rate-limited, rejected, expired, loop, network-error,
//   system-error, syntax-error, other.

// The reason that a text of a server or gateway gives: the most telling phrase it holds.
[[nodiscard]] FailureReason reason_in_text(std::string_view text);

// The reason that an enhanced status code stands for (RFC 3463, RFC 7505, RFC 7372 and the IANA registry);
// "" for codes that tell nothing.
[[nodiscard]] FailureReason reason_of_status(std::string_view status);

} // namespace columbarium::triage
