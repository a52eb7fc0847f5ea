// SPDX-License-Identifier: LGPL-2.1-or-later
// Look-up tables for MTAs that want files: the old one stays until the new one is whole, then a rename puts
// it in place.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"

namespace columbarium::tables {

enum class Format {
    postfix_texthash, // "KEY VALUE" lines: texthash:, or the source of postmap
    postfix_cdb,      // cdb: of Postfix
    exim_lsearch,     // "KEY: VALUE" lines: lsearch
    exim_cdb,         // cdb of Exim
};

// "postfix-texthash", "postfix-cdb", "exim-lsearch", "exim-cdb".
[[nodiscard]] COLUMBARIUM_API std::string_view name_of(Format format);
[[nodiscard]] COLUMBARIUM_API std::optional<Format> format_of_name(std::string_view name);

class TableWriter {
  public:
    // Begins a new file beside `path`. When it is done, it has the owner and the group of the old one, whose
    // place it takes. `mode`: its permissions; without one, those of the old file, or 0640: addresses that
    // people forward to are nobody's business.
    [[nodiscard]] COLUMBARIUM_API static Expected<TableWriter> create(const std::string& path, Format format,
                                                                      std::optional<unsigned> mode = {});
    COLUMBARIUM_API TableWriter(TableWriter&& other) noexcept;
    TableWriter& operator=(TableWriter&&) = delete;
    COLUMBARIUM_API ~TableWriter(); // takes an unfinished file away

    // An address and what it stands for. Keys and values are addresses as tombstone::prepare_address() makes
    // them; what a line of the format cannot hold is a permanent failure. A key may come once only.
    [[nodiscard]] COLUMBARIUM_API Expected<void> add(std::string_view key, std::string_view value);

    // Waits until it is on disk and puts it in place. Failures name the path and the system's reason; the old
    // file is there still.
    [[nodiscard]] COLUMBARIUM_API Expected<void> finish();

  private:
    class Private;
    explicit TableWriter(std::unique_ptr<Private> inner);
    std::unique_ptr<Private> inner_;
};

} // namespace columbarium::tables
