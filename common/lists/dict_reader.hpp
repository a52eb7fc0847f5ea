// SPDX-License-Identifier: LGPL-2.1-or-later
// What lists need of a key-value store of the host, such as Dovecot's dicts. Adapters bring it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/expected.hpp"

namespace columbarium::lists {

// One open store. All failures to answer are temporary, but that it cannot enumerate, which is permanent.
class DictReader {
  public:
    DictReader() = default;
    DictReader(const DictReader&) = delete; // owns a handle
    DictReader& operator=(const DictReader&) = delete;
    virtual ~DictReader() = default;

    // The value under `prefix` followed by `name`, or nothing. The adapter escapes the name as the store
    // wants it.
    [[nodiscard]] virtual Expected<std::optional<std::string>> look_up(const std::string& prefix,
                                                                       const std::string& name) = 0;

    // The names under `prefix`, unescaped, with their values: at most `limit`; stops reading there.
    [[nodiscard]] virtual Expected<std::vector<std::pair<std::string, std::string>>>
    enumerate(const std::string& prefix, std::size_t limit) = 0;
};

// Opens the store that a URI names ("redis:host=127.0.0.1", "proxy::contacts").
using DictOpener = std::function<Expected<std::unique_ptr<DictReader>>(const std::string& uri)>;

} // namespace columbarium::lists
