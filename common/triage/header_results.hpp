// SPDX-License-Identifier: LGPL-2.1-or-later
// What systems in front of us wrote into the header: the facts "authenticated", "authenticated.domain",
// "authenticated.from" and "spam".
#pragma once

#include <vector>

#include "config/triage_policy.hpp"
#include "mail/header_fields.hpp"
#include "triage/finding.hpp"

namespace columbarium::triage {

struct Authentication {
    // The methods that passed by the fields of the policy's authserv-ids (RFC 8601): "spf", "dkim", "dmarc";
    // each once.
    std::vector<Finding> methods;
    // The domains that they prove: smtp.mailfrom, header.d, header.from; lower case, in A-labels, each once.
    std::vector<Finding> domains;
    // Whether From, where it is one mailbox by mail::sole_mailbox(), is of a proved domain: "yes" by dmarc,
    // or by a dkim or spf domain that is From's or one above it (relaxed alignment), but no public suffix
    // such as "com" or "co.uk"; else "no". "no" as well where one of those who are trusted says that dmarc
    // failed for From, whatever else passed. None without an authserv-id in the policy.
    std::vector<Finding> from;
};

[[nodiscard]] Authentication read_authentication(const mail::HeaderFields& header,
                                                 const config::TriagePolicy& policy);

// "yes" or "no"; none where the policy has no fields.
[[nodiscard]] std::vector<Finding> read_spam(const mail::HeaderFields& header,
                                             const config::TriagePolicy& policy);

} // namespace columbarium::triage
