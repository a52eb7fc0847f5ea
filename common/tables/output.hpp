// SPDX-License-Identifier: LGPL-2.1-or-later
// How the formats write their records. Private to this room.
#pragma once

#include <memory>
#include <string_view>

#include "base/regular_file.hpp"
#include "tables/table_writer.hpp"

namespace columbarium::tables {

class Output {
  public:
    Output() = default;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    virtual ~Output() = default;

    // What keeps a record from being written in this format, nullptr for nothing. Neither text is empty, and
    // both are without blanks, control characters, quotes and backslashes.
    [[nodiscard]] virtual const char* fault(std::string_view key, std::string_view value) const = 0;

    // Each returns an error number, or 0.
    [[nodiscard]] virtual int add(std::string_view key, std::string_view value) = 0;
    [[nodiscard]] virtual int finish() = 0;
};

// Writes to an empty file; the descriptor has to outlive it.
[[nodiscard]] std::unique_ptr<Output> open_text(const Descriptor& descriptor, Format format);
[[nodiscard]] std::unique_ptr<Output> open_database(const Descriptor& descriptor);

} // namespace columbarium::tables
