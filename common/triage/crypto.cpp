// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/crypto.hpp"

namespace columbarium::triage {

Expected<Cryptography> read_cryptography(mail::Message&, const config::TriagePolicy&) {
    return Cryptography();
}

} // namespace columbarium::triage
