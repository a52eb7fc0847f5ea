// SPDX-License-Identifier: LGPL-2.1-or-later
// A connection to a directory (LDAP version 3, RFC 4511) through libldap. Private to common/feed.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <ldap.h>
#include <sys/time.h>

#include "base/expected.hpp"
#include "config/feed_source.hpp"
#include "feed/ldap_deadline.hpp"

namespace columbarium::feed {

// Gives libldap's memory back.
struct LdapFree {
    void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
    void operator()(LDAPControl* control) const { ldap_control_free(control); }
    void operator()(LDAPControl** controls) const { ldap_controls_free(controls); }
    void operator()(BerElement* element) const { ber_free(element, 0); }
    void operator()(char* text) const { ldap_memfree(text); }
};
template <class T>
using LdapPointer = std::unique_ptr<T, LdapFree>;

// An entry of a search: its name, and the values of attributes.
class LdapEntry {
  public:
    LdapEntry(LDAP* handle, LDAPMessage* entry) : handle_(handle), entry_(entry) {}

    [[nodiscard]] std::string name() const; // "" where it cannot be read
    // The values of an attribute in the directory's order; none where `attribute` is "".
    [[nodiscard]] std::vector<std::string> values(const std::string& attribute) const;
    // The value of an attribute in the first part of the entry's name, "" where that has none.
    [[nodiscard]] std::string value_in_name(const std::string& attribute) const;

  private:
    LDAP* handle_;
    LDAPMessage* entry_;
};

// The names of attributes as libldap wants them: each once, those that are "" left out.
class LdapAttributes {
  public:
    explicit LdapAttributes(std::initializer_list<std::string> names);
    LdapAttributes(const LdapAttributes&) = delete; // holds pointers into itself
    LdapAttributes& operator=(const LdapAttributes&) = delete;
    ~LdapAttributes() = default;

    // Ends with a null pointer.
    [[nodiscard]] char** get() { return pointers_.data(); }

  private:
    std::vector<std::string> names_;
    std::vector<char*> pointers_;
};

class LdapConnection {
  public:
    // `password`: of bind_dn.
    LdapConnection(const config::FeedSource& source, std::string password);
    LdapConnection(const LdapConnection&) = delete; // owns the handle
    LdapConnection& operator=(const LdapConnection&) = delete;
    ~LdapConnection();

    // Connects, encrypts and binds, where that is not done yet. The certificate has to be good for the URL's
    // host, which is this machine's own name where the URL says "localhost" (libldap replaces it). Each step
    // takes answer_seconds at most.
    [[nodiscard]] Expected<void> open();
    void close();

    [[nodiscard]] bool is_open() const { return handle_ != nullptr; }
    [[nodiscard]] LDAP* handle() const { return handle_; }
    [[nodiscard]] timeval answer_time() const { return time_; }

    // A failure with the directory's URL, what failed, its answer and its own words. Temporary where it was
    // not reached, or is busy; permanent where it refuses.
    [[nodiscard]] tl::unexpected<Error> failure(std::string_view what, int code,
                                                std::string_view words = {}) const;

  private:
    [[nodiscard]] Expected<void> prepare();
    [[nodiscard]] Expected<void> encrypt();
    [[nodiscard]] Expected<void> bind();

    config::FeedSource source_;
    std::string password_;
    timeval time_;
    LdapDeadline deadline_;
    LDAP* handle_ = nullptr;
};

// Whether nobody knows what became of the request: the connection has ended or the answer did not come.
[[nodiscard]] bool is_lost(int code);

// A value as a search filter has it (RFC 4515 section 3).
[[nodiscard]] std::string filter_value(std::string_view value);

} // namespace columbarium::feed
