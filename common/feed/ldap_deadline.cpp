// SPDX-License-Identifier: LGPL-2.1-or-later
#include "feed/ldap_deadline.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include <poll.h>

namespace columbarium::feed {

namespace {

constexpr int level = (LBER_SBIOD_LEVEL_PROVIDER + LBER_SBIOD_LEVEL_TRANSPORT) / 2;

int set_up(Sockbuf_IO_Desc* layer, void* deadline) {
    layer->sbiod_pvt = deadline;
    return 0;
}

int remove(Sockbuf_IO_Desc* /*layer*/) {
    return 0;
}

int control(Sockbuf_IO_Desc* layer, int option, void* argument) {
    return LBER_SBIOD_CTRL_NEXT(layer, option, argument);
}

// Calls `transfer` until it does something, or fails for another reason than that nothing is there.
template <class Transfer>
ber_slen_t patiently(const Sockbuf_IO_Desc* layer, short events, Transfer transfer) {
    for (;;) {
        const ber_slen_t length = transfer();
        if (length >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) // NOLINT: the same number on Linux
            return length;
        int socket = -1;
        ber_sockbuf_ctrl(layer->sbiod_sb, LBER_SB_OPT_GET_FD, &socket);
        const auto* const deadline = static_cast<const LdapDeadline*>(layer->sbiod_pvt);
        if (!deadline->wait(socket, events))
            return length; // with the error number that wait() has left
    }
}

ber_slen_t read(Sockbuf_IO_Desc* layer, void* block, ber_len_t size) {
    return patiently(layer, POLLIN, [&] { return LBER_SBIOD_READ_NEXT(layer, block, size); });
}

ber_slen_t write(Sockbuf_IO_Desc* layer, void* block, ber_len_t size) {
    return patiently(layer, POLLOUT, [&] { return LBER_SBIOD_WRITE_NEXT(layer, block, size); });
}

int close(Sockbuf_IO_Desc* /*layer*/) {
    return 0;
}

int add(LDAP* /*handle*/, Sockbuf* connection, LDAPURLDesc* /*url*/, sockaddr* /*address*/,
        ldap_conncb* callback) {
    // libldap wants it without const, and changes nothing.
    static Sockbuf_IO functions = {set_up, remove, control, read, write, close};
    return ber_sockbuf_add_io(connection, &functions, level, callback->lc_arg);
}

void forget(LDAP* /*handle*/, Sockbuf* /*connection*/, ldap_conncb* /*callback*/) {}

} // namespace

LdapDeadline::LdapDeadline() : callback_{add, forget, this} {}

bool LdapDeadline::watch(LDAP* handle) {
    return ldap_set_option(handle, LDAP_OPT_CONNECT_CB, &callback_) == LDAP_OPT_SUCCESS;
}

void LdapDeadline::begin(std::chrono::milliseconds time) {
    is_on_ = true;
    deadline_ = std::chrono::steady_clock::now() + time;
}

bool LdapDeadline::wait(int socket, short events) const {
    if (!is_on_) {
        errno = EAGAIN;
        return false;
    }
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now())
                .count();
        if (left <= 0) {
            errno = ETIMEDOUT;
            return false;
        }
        pollfd watched{socket, events, 0};
        if (::poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(left, 3'600'000))) > 0)
            return true;
    }
}

} // namespace columbarium::feed
