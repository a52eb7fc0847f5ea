// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/language.hpp"

namespace columbarium::triage {

Language read_language(const BodyText&, std::string_view) {
    return {};
}

} // namespace columbarium::triage
