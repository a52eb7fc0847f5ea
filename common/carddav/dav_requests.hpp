// SPDX-License-Identifier: LGPL-2.1-or-later
// The XML that is sent to servers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace columbarium::carddav {

// What a resource is, which reports it understands, and where to look on (PROPFIND, RFC 6352 section 7.1).
[[nodiscard]] std::string discovery_request();

// The states of all members of a collection (PROPFIND with Depth: 1).
[[nodiscard]] std::string listing_request();

// What changed since `token`; everything where it is "" (RFC 6578 section 3.2, sent with Depth: 0).
[[nodiscard]] std::string sync_request(std::string_view token);

// The cards with these hrefs (RFC 6352 section 8.7, sent with Depth: 0): only the properties that lists need,
// no photographs (VC-12), and no version of our own, so that every server can answer (CD-7).
[[nodiscard]] std::string cards_request(const std::vector<std::string>& hrefs);

// A text as XML holds it.
[[nodiscard]] std::string xml_escaped(std::string_view text);

} // namespace columbarium::carddav
