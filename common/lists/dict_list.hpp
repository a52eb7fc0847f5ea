// SPDX-License-Identifier: LGPL-2.1-or-later
// A list that is a key-value store of the host. Private to common/lists.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "lists/dict_reader.hpp"
#include "lists/source.hpp"

namespace columbarium::lists {

// What stands before each member's name, as in Pigeonhole's own lists.
inline constexpr const char* dict_prefix = "priv/sieve/extlists/";

// The members are the names under dict_prefix; what the store holds under a name is the member's display
// name. A value is asked in its folded forms first (of an address its folded address, of others the text in
// lower case), then exactly as it is. The store is opened at the first question; that it cannot be is a
// temporary failure, whatever the host calls it.
class DictList : public Source {
  public:
    DictList(std::string uri, DictOpener open) : uri_(std::move(uri)), open_(std::move(open)) {}

    [[nodiscard]] Expected<std::optional<Member>> find(const LookupKeys& keys) override;
    [[nodiscard]] Expected<std::vector<Member>> members(std::size_t limit) override;
    [[nodiscard]] SourceDescription description() const override;
    // Asks for a name that is nobody's: opening a store often connects to nothing.
    [[nodiscard]] Expected<SourceStatus> status() override;

  private:
    [[nodiscard]] Expected<DictReader*> reader();

    std::string uri_;
    DictOpener open_;
    std::optional<Expected<std::unique_ptr<DictReader>>> reader_;
};

} // namespace columbarium::lists
