// SPDX-License-Identifier: LGPL-2.1-or-later
// Dead addresses and domains, for a person and for programs. All rows go to standard output.
#pragma once

#include <string>

#include "desk/bounce_summary.hpp"

namespace columbarium::tools {

enum class BounceFormat { text, json, csv };

// What stands above the rows, "" for nothing.
[[nodiscard]] std::string heading(BounceFormat format);

[[nodiscard]] std::string row_of(const std::string& domain, const desk::DomainSummary& summary,
                                 BounceFormat format);
// As text it has a second line: the desk where `names_desk`, and the mail and the diagnostic of the last
// failure where they are known.
[[nodiscard]] std::string row_of(const desk::AddressSummary& address, desk::AddressState state,
                                 BounceFormat format, bool names_desk);

} // namespace columbarium::tools
