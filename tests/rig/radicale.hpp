// SPDX-License-Identifier: LGPL-2.1-or-later
// A private Radicale (CardDAV) on 127.0.0.1, over TLS with an authority of its own.
//
//     Radicale radicale({.users = {{"alice", "secret"}}});
//     radicale.create_book("alice", "contacts");
//     radicale.put_card("alice", "contacts", "fred.vcf", vcard);
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include <sys/types.h>

#include "directory.hpp"
#include "test_authority.hpp"

namespace columbarium::rig {

struct RadicaleOptions {
    std::map<std::string, std::string> users = {{"alice", "alice's secret"}}; // passwords
    // What the certificate is good for.
    std::string names = "DNS:localhost,IP:127.0.0.1";
    // TLS; without it plain HTTP.
    bool encrypted = true;
};

// Everything lives in one temporary directory. Works for root, who starts it as server_account(), and for
// others. Failures are thrown as std::runtime_error with Radicale's log.
class Radicale {
  public:
    explicit Radicale(RadicaleOptions options = {});
    Radicale(const Radicale&) = delete;
    Radicale& operator=(const Radicale&) = delete;
    ~Radicale();

    // "https://localhost:PORT/", or of a user's book "https://localhost:PORT/alice/contacts/".
    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::string url(const std::string& user, const std::string& book) const;

    [[nodiscard]] std::string password(const std::string& user) const { return options_.users.at(user); }

    // Files that everybody may read: what clients have to trust, and a user's password on one line.
    [[nodiscard]] std::filesystem::path ca_file() const;
    [[nodiscard]] std::filesystem::path password_file(const std::string& user) const;

    // As a client of the user does it: MKCOL, PUT, DELETE.
    void create_book(const std::string& user, const std::string& book) const;
    void delete_book(const std::string& user, const std::string& book) const;
    void put_card(const std::string& user, const std::string& book, const std::string& name,
                  const std::string& vcard) const;
    void delete_card(const std::string& user, const std::string& book, const std::string& name) const;

    // What an administrator does who cleans Radicale's cache: it knows no sync-token of the book any more.
    void forget_tokens(const std::string& user, const std::string& book) const;

    // The log so far; at level "debug" it names each request ("REPORT request for '/alice/contacts/' ...").
    [[nodiscard]] std::string log() const;

    // Ends it, as a machine that is switched off. The destructor does it, too.
    void stop();

  private:
    void write_files() const;
    // False where somebody took the port.
    [[nodiscard]] bool start();
    [[nodiscard]] bool has_ended();
    void request(const std::string& method, const std::string& user, const std::string& path,
                 const std::string& body, const std::string& type) const;

    RadicaleOptions options_;
    TemporaryDirectory directory_;
    std::optional<TestAuthority> authority_;
    std::uint16_t port_ = 0;
    pid_t pid_ = -1;
};

} // namespace columbarium::rig
