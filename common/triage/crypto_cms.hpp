// SPDX-License-Identifier: LGPL-2.1-or-later
// The head of a CMS object (RFC 5652), which S/MIME carries (RFC 8551): what it is, and to whom it is
// encrypted. The head alone: the recipients stand in front, and what is encrypted may be large. OpenSSL reads
// each recipient.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace columbarium::triage {

enum class CmsContent {
    nothing,      // no CMS, or none of these
    signed_data,  // with the text inside
    certificates, // certificates alone (RFC 8551 section 3.8)
    enveloped,    // encrypted to recipients: EnvelopedData, AuthEnvelopedData
    encrypted,    // with a key that both sides have: EncryptedData
    compressed,
};

// What `octets` hold (BER, cut anywhere).
[[nodiscard]] CmsContent cms_content(std::string_view octets);

struct CmsRecipients {
    // "issuer;serial number" or a subject key id, as Cryptography::recipients says; at most
    // key_recipient_limit.
    std::vector<std::string> recipients;
    bool has_ours = false; // one of the certificates is a recipient's
    bool has_others =
        false; // recipients that name no key pair: a password, a shared key; what cannot be read
    bool is_complete = false; // whether the end of the list was seen
};

// The recipients of enveloped content. `certificates`: paths, as TriagePolicy::smime_certificates holds them.
// A temporary failure where one cannot be read or holds no certificate.
[[nodiscard]] Expected<CmsRecipients> cms_recipients(std::string_view octets,
                                                     std::span<const std::string> certificates);

} // namespace columbarium::triage
