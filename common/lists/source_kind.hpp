// SPDX-License-Identifier: LGPL-2.1-or-later
// The names of the kinds of sources, as people and file names know them. Private to common/lists.
#pragma once

#include "config/list_policy.hpp"

namespace columbarium::lists {

[[nodiscard]] constexpr const char* source_kind(config::ListKind kind) {
    switch (kind) {
    case config::ListKind::vdir:
        return "vdir";
    case config::ListKind::carddav:
        return "carddav";
    case config::ListKind::dict:
        return "dict";
    case config::ListKind::file:
        return "file";
    }
    return "";
}

} // namespace columbarium::lists
