// SPDX-License-Identifier: LGPL-2.1-or-later
// What the values of several tables look like. The checks are simple ones, for typing mistakes: who uses a
// value prepares it by the rules of its protocol. Private to common/config.
#pragma once

#include <string>
#include <string_view>

namespace columbarium::config {

// What is wrong with a bare JID with a local part (RFC 6122, 2.1), "" for nothing.
[[nodiscard]] std::string_view bare_jid_fault(std::string_view text);

// What is wrong with the name of a file, "" for nothing. It has to be absolute.
[[nodiscard]] std::string_view file_name_fault(std::string_view text);

// Whether it is an IPv6 address, without brackets.
[[nodiscard]] bool is_ipv6(const std::string& host);

// Whether a host, without brackets and port, is this machine: "localhost", 127.0.0.0/8 or ::1.
[[nodiscard]] bool is_loopback(const std::string& host);

// What is wrong with a domain of mail addresses, "" for nothing: it has to have a dot. On success `domain` is
// in lower case and made of A-labels.
[[nodiscard]] std::string_view prepare_mail_domain(std::string& domain);

// What is wrong with the name of who writes Authentication-Results (RFC 8601 section 2.5), "" for nothing. On
// success it is in lower case.
[[nodiscard]] std::string_view prepare_authserv_id(std::string& id);

} // namespace columbarium::config
