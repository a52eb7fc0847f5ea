// SPDX-License-Identifier: LGPL-2.1-or-later
// PostgreSQL: for several hosts.
#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "store/backend.hpp"

// Behind our header of SOCI.
#include <soci/postgresql/soci-postgresql.h>

namespace columbarium::store {

namespace {

// Whoever migrates holds this lock: any number that nobody else uses.
constexpr long long migration_lock = 0x636f6c756d62LL; // "columb"
// Whoever runs a sync holds this one, for the time of his session.
constexpr long long run_lock = 0x636f6c756d73LL; // "colums"

// How long one statement may take, and how long a server may be silent: a program that waits for it does
// nothing else. Longer than it waits for locks, so that these have their own failure.
std::chrono::seconds patience(Waiting waiting) {
    constexpr int factor = 6;
    return std::chrono::ceil<std::chrono::seconds>(
        std::max<std::chrono::milliseconds>(waiting.lock, std::chrono::seconds(1)) * factor);
}

Dialect words() {
    return {
        .octet_order = "COLLATE \"C\"",
        .clustered = "",
        .free_rows = "FOR UPDATE SKIP LOCKED",
        .lock_claims = "LOCK TABLE suppression IN SHARE ROW EXCLUSIVE MODE",
        .begin_reading = {"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
        // A claim that a power cut undoes is one reply more. People are not to be lost.
        .begin_claiming = {"BEGIN ISOLATION LEVEL READ COMMITTED",
                           fmt::format("SELECT pg_advisory_xact_lock_shared({})", migration_lock)},
        // Writers share what whoever migrates has alone: none writes to tables that change under him.
        .begin_writing = {"BEGIN ISOLATION LEVEL READ COMMITTED", "SET LOCAL synchronous_commit = on",
                          fmt::format("SELECT pg_advisory_xact_lock_shared({})", migration_lock)},
        .begin_migration = {"BEGIN ISOLATION LEVEL READ COMMITTED", "SET LOCAL synchronous_commit = on",
                            "SET LOCAL statement_timeout = 0",
                            fmt::format("SELECT pg_advisory_xact_lock({})", migration_lock)},
        .after_writing = {},
    };
}

// What PostgreSQL is told of a connection: the keywords of libpq's connection strings.
using Parameters = std::map<std::string, std::string>;

// Reads a connection string as libpq does.
Expected<Parameters> read_parameters(const std::string& connection) {
    char* fault = nullptr;
    const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
        PQconninfoParse(connection.c_str(), &fault), PQconninfoFree);
    if (!options) {
        const std::string text = fault == nullptr ? "out of memory" : fault;
        PQfreemem(fault);
        return temporary_failure("store PostgreSQL: " + without_secrets(trim(text)) +
                                 "; correct [store] postgresql in columbarium.toml");
    }
    Parameters parameters;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option)
        if (option->val != nullptr)
            parameters[option->keyword] = option->val;
    return parameters;
}

// As a URI: SOCI 4.0 takes blanks and quotes out of the values of a connection string.
std::string to_uri(const Parameters& parameters) {
    std::string uri = "postgresql://";
    char before = '?';
    const auto encode = [&uri](std::string_view text) {
        for (const char c : text)
            if (is_unreserved(c))
                uri += c;
            else
                uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    };
    for (const auto& [keyword, value] : parameters) {
        uri += std::exchange(before, '&');
        encode(keyword);
        uri += '=';
        encode(value);
    }
    return uri;
}

// For messages.
std::string to_text(const Parameters& parameters) {
    std::string text;
    for (const auto& [keyword, value] : parameters)
        if (keyword.find("password") == std::string::npos)
            text += " " + keyword + "=" + value;
    return text;
}

class Postgresql final : public Backend {
  public:
    Postgresql(const std::string& connection, const std::string& password, Waiting waiting)
        : parameters_(read_parameters(connection)), waiting_(waiting) {
        if (!parameters_)
            return;
        name_ += to_text(*parameters_);
        if (!password.empty())
            (*parameters_)["password"] = password;
        (*parameters_)["client_encoding"] = "UTF8";
        // What the administrator says of these counts.
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(waiting.lock).count();
        parameters_->emplace("connect_timeout", std::to_string(std::max<long long>(seconds, 2)));
        // A server that has gone without a word: octets that it does not confirm, and no answer at all.
        const auto silence = patience(waiting).count();
        const auto probes = std::max<long long>(silence / 6, 1);
        parameters_->emplace("tcp_user_timeout", std::to_string(silence * 1'000));
        parameters_->emplace("keepalives", "1");
        parameters_->emplace("keepalives_idle", std::to_string(std::max<long long>(silence / 2, 1)));
        parameters_->emplace("keepalives_interval", std::to_string(probes));
        parameters_->emplace("keepalives_count", "3");
        parameters_->emplace("application_name", "columbarium");
    }

    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] const Dialect& dialect() const override { return dialect_; }

    void connect(soci::session& session) override {
        if (!parameters_)
            throw Failed{parameters_.error()};
        session.open(soci::postgresql, to_uri(*parameters_));
        session << fmt::format("SET lock_timeout = {}", std::max<long long>(waiting_.lock.count(), 1));
        session << fmt::format("SET statement_timeout = '{}s'", patience(waiting_).count());
        session << "SET synchronous_commit = off";
        session << "SET default_transaction_isolation = 'read committed'";
        session << "SET client_min_messages = warning";
    }

    [[nodiscard]] bool has_tables(soci::session& session) override {
        int ours = 0;
        session << "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('store_property')",
            soci::into(ours);
        return ours > 0;
    }

    [[nodiscard]] bool lock_run(soci::session& session) override {
        int is_taken = 0;
        session << fmt::format("SELECT CASE WHEN pg_try_advisory_lock({}) THEN 1 ELSE 0 END", run_lock),
            soci::into(is_taken);
        return is_taken != 0;
    }

    // Asks the server: the lock goes with the session that took it.
    [[nodiscard]] bool has_run_lock(soci::session& session) override {
        int locks = 0;
        session << fmt::format("SELECT count(*) FROM pg_catalog.pg_locks WHERE locktype = 'advisory' "
                               "AND pid = pg_backend_pid() AND granted AND objsubid = 1 "
                               "AND (classid::bigint << 32 | objid::bigint) = {}",
                               run_lock),
            soci::into(locks);
        return locks > 0;
    }

    void unlock_run(soci::session* session) override {
        if (session != nullptr && has_run_lock(*session))
            *session << fmt::format("SELECT pg_advisory_unlock({})", run_lock);
    }

    // Classes of SQLSTATE: appendix A of PostgreSQL's manual.
    [[nodiscard]] Trouble trouble_of(const soci::soci_error& error, soci::session& session) const override {
        if (!is_connected(session))
            return session.get_backend() == nullptr ? Trouble::unreachable : Trouble::lost;
        const auto* own = dynamic_cast<const soci::postgresql_soci_error*>(&error);
        const std::string state = own == nullptr ? "" : own->sqlstate();
        if (state == "55P03" || state == "40P01" || state == "40001")
            return Trouble::locked;
        if (state == "25006")
            return Trouble::read_only;
        if (state == "53100")
            return Trouble::full;
        if (state == "53200")
            return Trouble::no_memory;
        if (state == "57014")
            return Trouble::too_slow;
        if (state == "42501" || state.starts_with("28"))
            return Trouble::not_allowed;
        if (state.starts_with("08") || state.starts_with("57P"))
            return Trouble::lost;
        if (state == "XX001" || state == "XX002") // not XX000: a fault of the server, or of an extension
            return Trouble::damaged;
        return Trouble::other;
    }

  private:
    static bool is_connected(soci::session& session) {
        try {
            return session.is_connected();
        } catch (const soci::soci_error&) {
            return false;
        }
    }

    Expected<Parameters> parameters_;
    std::string name_ = "store PostgreSQL";
    Waiting waiting_;
    Dialect dialect_ = words();
};

} // namespace

std::unique_ptr<Backend> make_postgresql(const std::string& connection, const std::string& password,
                                         Waiting waiting) {
    return std::make_unique<Postgresql>(connection, password, waiting);
}

} // namespace columbarium::store
