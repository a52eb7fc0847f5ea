// SPDX-License-Identifier: LGPL-2.1-or-later
// Mail that asks for a certificate: the fact "certificate-request".
#pragma once

#include <vector>

#include "base/expected.hpp"
#include "mail/message.hpp"
#include "triage/body_text.hpp"
#include "triage/finding.hpp"

namespace columbarium::triage {

// "pkcs10" where the message holds a certification request (RFC 2986): as a part of its media types, as a
// file of its names that holds one, or in the text as PEM; "keychain-assistant" where the text is the one of
// Apple's keychain assistant. A temporary failure where the message could not be read.
[[nodiscard]] Expected<std::vector<Finding>> certificate_requests(mail::Message& message,
                                                                  const BodyText& body);

} // namespace columbarium::triage
