// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>
#include <utility>

#include "tables/table_writer.hpp"

namespace columbarium::tables {

namespace {

constexpr std::array<std::pair<Format, std::string_view>, 4> names{{
    {Format::postfix_texthash, "postfix-texthash"},
    {Format::postfix_cdb, "postfix-cdb"},
    {Format::exim_lsearch, "exim-lsearch"},
    {Format::exim_cdb, "exim-cdb"},
}};

} // namespace

std::string_view name_of(Format format) {
    return std::find_if(names.begin(), names.end(), [&](const auto& pair) { return pair.first == format; })
        ->second;
}

std::optional<Format> format_of_name(std::string_view name) {
    const auto* const found =
        std::find_if(names.begin(), names.end(), [&](const auto& pair) { return pair.second == name; });
    if (found == names.end())
        return std::nullopt;
    return found->first;
}

} // namespace columbarium::tables
