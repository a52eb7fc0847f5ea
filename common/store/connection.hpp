// SPDX-License-Identifier: LGPL-2.1-or-later
// A connection that is made when it is needed, and the border where exceptions become values. Private to
// common/store.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/expected.hpp"
#include "store/backend.hpp"
#include "store/claim_statements.hpp"
#include "store/soci.hpp"
#include "store/statements.hpp"

namespace columbarium::store {

// How far a call has come, which says what a connection means that is lost then.
enum class Progress {
    preparing,  // nothing has happened: the call can be repeated
    begun,      // what was done is undone
    committing, // nobody knows whether it was done
};

// From its construction to commit(), or else to its destruction, which undoes all of it.
class Transaction {
  public:
    enum class Kind { reading, claiming, writing, migration };
    // Keeps `progress` up to date. For claiming and writing: throws Failed where another program has brought
    // the store to a newer version meanwhile.
    Transaction(soci::session& session, Backend& backend, Kind kind, Progress* progress = nullptr);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

  private:
    void clean_up() noexcept;
    soci::session& session_;
    const Dialect& dialect_;
    Kind kind_;
    Progress* progress_;
    bool is_open_ = true;
};

// A session with its prepared statements.
struct Session {
    soci::session sql;
    // Made at their first use; they go before the session does.
    std::optional<FindPerson> find;
    std::optional<ClaimStatements> claims;
};

class Connection {
  public:
    explicit Connection(std::unique_ptr<Backend> backend) : backend_(std::move(backend)) {}

    // Runs `body(Session&)` and returns what it returns, or the failure. Behind a failure the connection is
    // closed, which undoes what was not committed; the next call makes a new one. Where a connection that was
    // made earlier turns out to be lost before the body has begun a transaction, it is made anew and the
    // body runs a second time. `what`: "cannot look up a person".
    template <class Body>
    [[nodiscard]] auto call(std::string_view what, Body&& body)
        -> Expected<std::invoke_result_t<Body&, Session&>> {
        using Result = Expected<std::invoke_result_t<Body&, Session&>>;
        const bool was_open = session_ != nullptr;
        progress_ = Progress::preparing;
        for (bool is_first = true;; is_first = false) {
            try {
                Session& session = open();
                if constexpr (std::is_void_v<typename Result::value_type>) {
                    body(session);
                    return {};
                } else {
                    return body(session);
                }
            } catch (const soci::soci_error& error) {
                const Trouble trouble = end(error);
                const bool is_lost = trouble == Trouble::lost;
                if (!(is_lost && was_open && is_first && progress_ == Progress::preparing))
                    return tl::make_unexpected(describe(*backend_, what, trouble, error,
                                                        is_lost && progress_ == Progress::committing));
            } catch (const Failed& failed) {
                session_.reset();
                return tl::make_unexpected(failed.error);
            } catch (...) {
                session_.reset();
                throw;
            }
        }
    }

    // For bodies. From here on the body cannot be repeated.
    [[nodiscard]] Transaction begin(Session& session, Transaction::Kind kind);

    // The session where there is one now, else nullptr.
    [[nodiscard]] Session* session() { return session_.get(); }

    [[nodiscard]] Backend& backend() { return *backend_; }

  private:
    Session& open();
    // Closes the session that an error came from.
    Trouble end(const soci::soci_error& error);

    std::unique_ptr<Backend> backend_;
    std::unique_ptr<Session> session_;
    Progress progress_ = Progress::preparing;
};

} // namespace columbarium::store
