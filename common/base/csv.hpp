// SPDX-License-Identifier: LGPL-2.1-or-later
// Tables of comma-separated values (RFC 4180), for other programs and for spreadsheets.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/export.hpp"

namespace columbarium {

// One row, ended by CRLF. Cells that hold a comma, a quote or a line end are quoted. A cell that begins with
// "=", "+", "-", "@", a tab or a line end is a formula for spreadsheets: it gets an apostrophe in front,
// which makes it a text.
[[nodiscard]] COLUMBARIUM_API std::string csv_row(std::initializer_list<std::string_view> cells);

} // namespace columbarium
