// SPDX-License-Identifier: LGPL-2.1-or-later
// XMPP addresses: local@domain/resource (RFC 6122). Parts are prepared with the profiles of stringprep that
// the RFC names (Nodeprep, Nameprep, Resourceprep; libidn has them), so that equal addresses are equal
// octets.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"

namespace columbarium::xmpp {

// Octets of one part at most (RFC 6122, 2.1).
inline constexpr std::size_t longest_jid_part = 1023;

// An address that is valid and prepared. The domain is there always, in Unicode; local part and resource may
// be empty.
class Jid {
  public:
    // Reads UTF-8. A permanent failure says what is wrong with it.
    [[nodiscard]] static COLUMBARIUM_API Expected<Jid> parse(std::string_view text);

    // The same from parts that are already apart (a part may hold what separates parts in a text).
    [[nodiscard]] static COLUMBARIUM_API Expected<Jid> make(std::string_view local, std::string_view domain,
                                                            std::string_view resource);

    [[nodiscard]] const std::string& local() const { return local_; }
    [[nodiscard]] const std::string& domain() const { return domain_; }
    [[nodiscard]] const std::string& resource() const { return resource_; }
    [[nodiscard]] bool is_bare() const { return resource_.empty(); }

    // The address without its resource.
    [[nodiscard]] COLUMBARIUM_API Jid bare() const;

    // "local@domain/resource" in UTF-8, as it goes into stanzas.
    [[nodiscard]] COLUMBARIUM_API std::string text() const;

    friend auto operator<=>(const Jid&, const Jid&) = default; // NOLINT(modernize-use-nullptr)

  private:
    Jid() = default;

    std::string local_;
    std::string domain_;
    std::string resource_;
};

} // namespace columbarium::xmpp
