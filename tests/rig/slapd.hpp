// SPDX-License-Identifier: LGPL-2.1-or-later
// A private directory (OpenLDAP's slapd) on 127.0.0.1.
//
//     Slapd directory;
//     directory.add_person("abc1", {{"cn", "A. B. Cee"}, {"sn", "Cee"}});
//     directory.values("abc1", "mail");
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "directory.hpp"
#include "process.hpp"
#include "test_authority.hpp"

namespace columbarium::rig {

struct SlapdOptions {
    // StartTLS, and ldaps_url(). Without it plain LDAP only.
    bool encrypted = false;
    // What the certificate is good for.
    std::string names = "DNS:localhost,IP:127.0.0.1";
    // Lines of slapd.conf (slapd.conf(5)): of the server, and of the database. ACLs of the database come
    // before ours, which lets the reader write all.
    std::string global = {};
    std::string database = {};
    // People that are there from the beginning: much faster than adding each.
    std::vector<std::string> usernames = {};
};

// Everything lives in one temporary directory. Works for root, who starts it as server_account(), and for
// others. Failures are thrown as std::runtime_error with slapd's log.
class Slapd {
  public:
    using Attributes = std::vector<std::pair<std::string, std::string>>;

    // Returns when it answers. The base with the people is there, and the account of the reader.
    explicit Slapd(SlapdOptions options = {});
    Slapd(const Slapd&) = delete;
    Slapd& operator=(const Slapd&) = delete;
    ~Slapd();

    // "ldap://127.0.0.1:PORT", "ldaps://127.0.0.1:PORT". For "localhost" libldap would want a certificate of
    // this machine's own name.
    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::string ldaps_url() const;
    [[nodiscard]] static std::string base() { return "ou=people,dc=example,dc=org"; }
    [[nodiscard]] static std::string bind_dn() { return "cn=columbarium,dc=example,dc=org"; }
    [[nodiscard]] static std::string password() { return "the reader's secret"; }
    [[nodiscard]] std::filesystem::path password_file() const; // the password on one line
    [[nodiscard]] std::filesystem::path ca_file() const;       // what clients have to trust

    [[nodiscard]] static std::string name_of(const std::string& username);

    // An inetOrgPerson below base(), who may have forwardingAddress and tombstoneAddress (one value each) and
    // forwardingAddresses (many). uid is added; cn and sn where they are missing.
    void add_person(const std::string& username, const Attributes& attributes = {}) const;
    void remove_person(const std::string& username) const;
    // Takes all values of an attribute away, and gives it others.
    void set(const std::string& username, const std::string& attribute,
             const std::vector<std::string>& values) const;
    [[nodiscard]] std::vector<std::string> values(const std::string& username,
                                                  const std::string& attribute) const;

    // Any change, as ldapmodify(1) reads it.
    void apply(const std::string& ldif) const;

    // The log so far: connections and operations ("MOD dn=...").
    [[nodiscard]] std::string log() const;

    void stop();   // as it stops itself; the second call does nothing
    void kill();   // as a machine that loses its power
    void freeze(); // it does not answer any more, its connections stay
    void thaw();
    void start(); // again, with what it held, on the same ports

  private:
    void write_files() const;
    void load_first_entries() const;
    [[nodiscard]] bool try_to_start();
    void end(int signal);

    SlapdOptions options_;
    TemporaryDirectory directory_;
    std::optional<TestAuthority> authority_;
    std::uint16_t port_ = 0;
    std::uint16_t ldaps_port_ = 0;
    pid_t pid_ = -1;
};

} // namespace columbarium::rig
