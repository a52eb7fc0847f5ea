// SPDX-License-Identifier: LGPL-2.1-or-later
// Signed and encrypted mail: the facts "crypto.*". Nothing is decrypted or verified, and there is no private
// key on the server (RFC 6133 section 4): to whom a message is encrypted stands in its recipients' key ids
// (RFC 9580 section 5.1, RFC 5652 section 6.2).
#pragma once

#include <cstddef>
#include <vector>

#include "base/expected.hpp"
#include "config/triage_policy.hpp"
#include "mail/message.hpp"
#include "triage/finding.hpp"

namespace columbarium::triage {

// Octets of an encrypted part that are read: the recipients stand in front. Recipients that are listed.
inline constexpr std::size_t encrypted_head_limit = 64 * 1024;
inline constexpr std::size_t key_recipient_limit = 200;

struct Cryptography {
    // smime-signed (detached and opaque), smime-encrypted, pgp-signed, pgp-encrypted (PGP/MIME and inline);
    // each once.
    std::vector<Finding> kinds;
    // Of encrypted messages, none elsewhere: "yes" where a recipient is one of the policy's keys; "no" where
    // recipients are known and none of them is; "unknown" where it hides them, names none (a password),
    // cannot be read, or the policy lists no key of its kind. Of several encrypted parts: the worst, "no"
    // before "unknown" before "yes".
    std::vector<Finding> readable;
    // Key ids (16 upper case hexadecimal digits; zeros for a hidden one), or for S/MIME issuer and serial
    // number in one line ("CN=x,O=y;1A2B") or the subject key id in hexadecimal.
    std::vector<Finding> recipients;
};

// A temporary failure where the message, or a certificate of the policy, could not be read.
[[nodiscard]] Expected<Cryptography> read_cryptography(mail::Message& message,
                                                       const config::TriagePolicy& policy);

} // namespace columbarium::triage
