// SPDX-License-Identifier: LGPL-2.1-or-later
// URIs of the scheme xmpp (RFC 5122), as the notification method takes them (RFC 5437, 2.1 and 2.2).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "xmpp/jid.hpp"

namespace columbarium::xmpp {

// Octets of a URI at most; enough for the longest body with every octet encoded.
inline constexpr std::size_t longest_xmpp_uri = 256 * 1024;

struct XmppUri {
    Jid target; // an authority part is never used: nobody logs in as somebody else (RFC 5122, 2.8)
    // Of the query "?message;body=...;subject=...": what stands there, decoded, valid UTF-8 without NUL; of a
    // repeated key the first. Unknown actions and keys count as absent (RFC 5437, 4.7).
    std::optional<std::string> body;
    std::optional<std::string> subject;
};

// Reads a whole URI; the scheme in any case. Line breaks in it are taken out first, with the blanks that
// follow them: scripts fold long URIs as RFC 5437 prints them. A fragment is ignored where its syntax is
// right: RFC 5437 says "SHOULD NOT", no more. Values of the query may hold all that RFC 3986 lets a query
// hold; only ";" separates, and "+" is a plus sign. A permanent failure says what is wrong: another scheme,
// octets that no URI holds, a wrong percent-encoding, no target, a part that is no part of a JID.
[[nodiscard]] COLUMBARIUM_API Expected<XmppUri> parse_xmpp_uri(std::string_view uri);

} // namespace columbarium::xmpp
