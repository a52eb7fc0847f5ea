// SPDX-License-Identifier: LGPL-2.1-or-later
// A private PostgreSQL.
#pragma once

#include <filesystem>
#include <string>

#include <sys/types.h>

#include "directory.hpp"

namespace columbarium::rig {

// A server that listens on a Unix socket in a directory of its own and on no network, from its construction
// to its destruction. The administrator is the role "postgres"; it and every role without a password come in
// as they are. All failures are std::runtime_error; those of starting tell what the server wrote.
class Postgresql {
  public:
    // A role that has to give this password.
    static constexpr const char* careful_role = "careful";
    static constexpr const char* careful_password = "it's a \\ secret";

    // Initialises a cluster, starts the server, and returns when it answers.
    Postgresql();
    Postgresql(const Postgresql&) = delete;
    Postgresql& operator=(const Postgresql&) = delete;
    ~Postgresql();

    // Creates a database that belongs to a role of the same name. Returns libpq's connection string of it.
    std::string create_database(const std::string& name) const;

    // The same for another role.
    [[nodiscard]] std::string connection(const std::string& database, const std::string& role) const;

    // Runs SQL as the administrator. Returns what it prints: a row a line, fields with "|" between them.
    std::string run_sql(const std::string& database, const std::string& sql) const;

    // Ends the server by its pid; sessions are cut off. The second call does nothing.
    void stop();

    // Starts a server that was stopped again, with all that it held.
    void start();

    // What the server has written.
    [[nodiscard]] std::string log() const;

  private:
    [[nodiscard]] std::string program(const std::string& name) const;

    TemporaryDirectory directory_;
    std::filesystem::path programs_;
    pid_t pid_ = -1;
};

} // namespace columbarium::rig
