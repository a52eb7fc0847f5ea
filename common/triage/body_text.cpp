// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/body_text.hpp"

namespace columbarium::triage {

Expected<BodyText> read_body_text(mail::Message&) {
    return BodyText();
}

} // namespace columbarium::triage
