// SPDX-License-Identifier: LGPL-2.1-or-later
// The list :addrbook:myself: the addresses under which the user receives mail. Private to common/lists.
#pragma once

#include <string>
#include <vector>

#include "lists/source.hpp"

namespace columbarium::lists {

class OwnAddresses : public Source {
  public:
    // Texts that are no addresses, such as a login name without a domain, are left out; so are repetitions.
    explicit OwnAddresses(const std::vector<std::string>& addresses);

    [[nodiscard]] Expected<std::optional<Member>> find(const LookupKeys& keys) override;
    [[nodiscard]] Expected<std::vector<Member>> members(std::size_t limit) override;
    [[nodiscard]] SourceDescription description() const override { return {"own addresses", ""}; }
    [[nodiscard]] Expected<SourceStatus> status() override;

  private:
    struct Address {
        std::string folded;
        std::string written;
    };
    std::vector<Address> addresses_;
};

} // namespace columbarium::lists
