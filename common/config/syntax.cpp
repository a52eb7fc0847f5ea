// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/syntax.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/uri.hpp"

namespace columbarium::config {

namespace {

// What Nodeprep forbids in ASCII (RFC 6122, A.5).
bool is_local_char(char c) {
    return !is_control(c) && std::string_view(" \"&'/:<>@").find(c) == std::string_view::npos;
}

} // namespace

std::string_view bare_jid_fault(std::string_view text) {
    constexpr std::size_t longest = 1023; // octets of a part, RFC 6122 section 2.3
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos || at == 0)
        return "must have a local part, as in \"bot@example.com\"";
    const std::string_view local = text.substr(0, at);
    const std::string_view domain = text.substr(at + 1);
    if (domain.find('/') != std::string_view::npos)
        return "must be bare: without \"/\" and a resource";
    if (local.size() > longest || !std::all_of(local.begin(), local.end(), is_local_char))
        return "has a local part that no JID has";
    return is_domain(domain) ? std::string_view() : "has a domain that is no host name";
}

std::string_view file_name_fault(std::string_view text) {
    if (!text.starts_with('/'))
        return "must be absolute";
    return has_control(text) ? "must not hold control characters" : std::string_view();
}

} // namespace columbarium::config
