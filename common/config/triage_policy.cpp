// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/desk_tables.hpp"

namespace columbarium::config {

Expected<TriagePolicy> read_triage(const toml::table&, std::string_view, toml::source_index) {
    return TriagePolicy();
}

} // namespace columbarium::config
