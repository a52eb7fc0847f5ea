// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/csv.hpp"

namespace columbarium {

namespace {

void add_cell(std::string& row, std::string_view cell) {
    const bool is_formula =
        !cell.empty() && std::string_view("=+-@\t\r\n").find(cell.front()) != std::string_view::npos;
    const bool is_quoted = cell.find_first_of(",\"\r\n") != std::string_view::npos;
    if (is_quoted)
        row += '"';
    if (is_formula)
        row += '\'';
    for (const char c : cell) {
        if (c == '"')
            row += '"';
        row += c;
    }
    if (is_quoted)
        row += '"';
}

} // namespace

std::string csv_row(std::initializer_list<std::string_view> cells) {
    std::string row;
    bool is_first = true;
    for (const std::string_view cell : cells) {
        if (!is_first)
            row += ',';
        is_first = false;
        add_cell(row, cell);
    }
    return row += "\r\n";
}

} // namespace columbarium
