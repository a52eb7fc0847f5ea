// SPDX-License-Identifier: LGPL-2.1-or-later
// libldap has no deadline for a TLS handshake: with GnuTLS it asks a server that has fallen silent in it
// again and again, for ever, and takes a whole processor for it. This is a layer below TLS that waits for
// octets until a deadline, and then fails. Private to common/feed.
#pragma once

#include <chrono>

#include <ldap.h>

namespace columbarium::feed {

class LdapDeadline {
  public:
    LdapDeadline();
    LdapDeadline(const LdapDeadline&) = delete; // the connection points to it
    LdapDeadline& operator=(const LdapDeadline&) = delete;
    ~LdapDeadline() = default;

    // For all connections that the handle makes from now on. Has to outlive the handle. False where libldap
    // refuses it.
    [[nodiscard]] bool watch(LDAP* handle);

    // While a connection is opened.
    void begin(std::chrono::milliseconds time);
    // From now on libldap's own deadlines do.
    void end() { is_on_ = false; }

    // Waits until the socket is ready. False where the deadline has passed, or there is none.
    [[nodiscard]] bool wait(int socket, short events) const;

  private:
    ldap_conncb callback_{};
    bool is_on_ = false;
    std::chrono::steady_clock::time_point deadline_;
};

} // namespace columbarium::feed
