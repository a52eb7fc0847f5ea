// SPDX-License-Identifier: LGPL-2.1-or-later
// What the service says to a user who asks for one of his addresses, or sets it; in words for him.
#pragma once

#include <string>

#include "tombstone/own_settings.hpp"

namespace columbarium::metadata {

struct Answer {
    enum class Kind {
        value,       // `text` is the address, "" where none is set
        nobody,      // the user is no person of the site
        refused,     // `text` says why
        unavailable, // nobody can answer now
    };
    Kind kind = Kind::unavailable;
    std::string text;   // may be shown to the user: ASCII, one line
    std::string reason; // of unavailable: for the log
};

// Asks the service below Dovecot's base_dir. Takes five seconds at most; a service that is being replaced is
// waited for.
[[nodiscard]] Answer ask_service(const std::string& base_dir, const tombstone::OwnRequest& request);

} // namespace columbarium::metadata
