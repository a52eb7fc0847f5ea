// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/syntax.hpp"

#include <algorithm>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "mail/address.hpp"

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

bool is_ipv6(const std::string& host) {
    in6_addr address{};
    return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool is_loopback(const std::string& host) {
    in_addr ipv4{};
    if (inet_pton(AF_INET, host.c_str(), &ipv4) == 1)
        return ntohl(ipv4.s_addr) >> 24 == 127;
    in6_addr ipv6{};
    if (inet_pton(AF_INET6, host.c_str(), &ipv6) == 1)
        return IN6_IS_ADDR_LOOPBACK(&ipv6); // NOLINT: the macro has casts
    return equals_ignoring_case(host, "localhost");
}

std::string_view prepare_mail_domain(std::string& domain) {
    if (!is_domain(domain))
        return "is no domain";
    const std::string folded = mail::fold_address("a@" + domain);
    if (folded.empty() || !is_ascii(folded))
        return "is no domain";
    domain = folded.substr(2);
    return domain.find('.') == std::string::npos ? "must have a dot, as in \"example.org\"" : "";
}

// A name like that of a host; blanks and ";" would need quotes there.
std::string_view prepare_authserv_id(std::string& id) {
    const auto is_sound = [](char c) {
        return c > ' ' && c < 0x7f && std::string_view("()<>@,;\\\"/[]?=").find(c) == std::string_view::npos;
    };
    id = to_lower(id);
    return !id.empty() && std::ranges::all_of(id, is_sound)
               ? std::string_view()
               : "is no name of who writes Authentication-Results, as in \"mx.example.org\"";
}

} // namespace columbarium::config
