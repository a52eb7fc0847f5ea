// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/desk_tables.hpp"

namespace columbarium::config {

Expected<DeskPolicy> read_desk(const toml::table&, std::string_view, toml::source_index) {
    return DeskPolicy();
}

Expected<std::vector<DeskAnswer>> read_answers(const toml::table&, std::string_view, toml::source_index) {
    return std::vector<DeskAnswer>();
}

} // namespace columbarium::config
