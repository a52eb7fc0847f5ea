// SPDX-License-Identifier: LGPL-2.1-or-later
// The packets in front of an OpenPGP message (RFC 9580 section 10.3): what it is, and to whom it is
// encrypted.
//
// Read here and not by a library: those that are there want a whole message and their own idea of a key ring,
// and cost each delivery process some milliseconds and megabytes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace columbarium::triage {

// A key that a message is encrypted to, as far as the message tells. Upper case hexadecimal digits.
struct OpenPgpKey {
    std::string id;          // 16 digits; zeros for one that is hidden (RFC 9580 section 5.1.8)
    std::string fingerprint; // 40 or 64 digits, or "": packets of version 6 tell it
};

struct OpenPgpMessage {
    enum class Content {
        nothing,     // no OpenPGP message
        encrypted,   //
        only_signed, // with a signature, in front or around
        compressed,  // signed in next to all cases: compressed before it is armoured
        literal,     // neither
    };
    Content content = Content::nothing;
    std::vector<OpenPgpKey> recipients; // at most key_recipient_limit
    bool has_password = false;          // whoever knows a password can read it, too
    bool is_complete = false; // whether all recipients are known: the encrypted data was seen behind them
};

// Reads the packets up to the first that holds data. `octets` may be cut anywhere.
[[nodiscard]] OpenPgpMessage read_openpgp(std::string_view octets);

// Whether the key is one of these, as TriagePolicy::openpgp_keys holds them.
[[nodiscard]] bool is_one_of(const OpenPgpKey& key, std::span<const std::string> openpgp_keys);

// Whether the key is hidden.
[[nodiscard]] bool is_hidden(const OpenPgpKey& key);

} // namespace columbarium::triage
