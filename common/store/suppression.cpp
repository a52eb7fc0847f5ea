// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fmt/format.h>

#include "store/inner.hpp"
#include "store/schema.hpp"

namespace columbarium::store {

namespace {

constexpr std::size_t longest_key = 1'000; // octets

Expected<void> check(std::string_view sender, std::string_view person) {
    if (sender.size() > longest_key || person.size() > longest_key)
        return permanent_failure(
            fmt::format("suppression: an address is longer than {} octets", longest_key));
    if (!can_be_kept({sender, person}))
        return permanent_failure("suppression: an address is not UTF-8, or holds a NUL");
    return {};
}

} // namespace

Expected<bool> Store::claim(std::string_view sender, std::string_view person, std::chrono::sys_seconds now,
                            std::chrono::sys_seconds until) {
    if (auto checked = check(sender, person); !checked)
        return tl::make_unexpected(checked.error());
    if (until > now + longest_claim)
        return permanent_failure(
            fmt::format("suppression: nobody is to be left without an answer for more than {} days",
                        longest_claim.count()));
    Connection& connection = inner_->connection;
    return connection.call("cannot claim a reply", [&](Session& session) {
        if (!session.claim)
            session.claim.emplace(session.sql);
        connection.begin_alone();
        const bool is_claimed = (*session.claim)(sender, person, now, until);
        if (!is_claimed)
            check_version(session.sql, connection.backend());
        return is_claimed;
    });
}

Expected<void> Store::release(std::string_view sender, std::string_view person,
                              std::chrono::sys_seconds until) {
    if (auto checked = check(sender, person); !checked)
        return checked;
    Connection& connection = inner_->connection;
    return connection.call("cannot give a claim back", [&](Session& session) {
        Transaction transaction = connection.begin(session, Transaction::Kind::writing);
        const std::string sender_text(sender);
        const std::string person_text(person);
        const long long expires = until.time_since_epoch().count();
        session.sql << "DELETE FROM suppression WHERE sender = :sender AND person = :person "
                       "AND expires = :expires",
            soci::use(sender_text, "sender"), soci::use(person_text, "person"), soci::use(expires, "expires");
        transaction.commit();
    });
}

Expected<std::size_t> Store::forget_expired(std::chrono::sys_seconds now, std::size_t most) {
    Connection& connection = inner_->connection;
    return connection.call("cannot forget claims", [&](Session& session) {
        Transaction transaction = connection.begin(session, Transaction::Kind::writing);
        const long long time = now.time_since_epoch().count();
        const auto limit = static_cast<long long>(most);
        // The time stands there twice: a claim that is taken anew in between is not to go.
        soci::statement forget =
            (session.sql.prepare << "DELETE FROM suppression WHERE expires <= :now AND (sender, person) IN "
                                    "(SELECT sender, person FROM suppression WHERE expires <= :limit_time "
                                    "ORDER BY expires LIMIT :most)",
             soci::use(time, "now"), soci::use(time, "limit_time"), soci::use(limit, "most"));
        forget.execute(true);
        const auto forgotten = static_cast<std::size_t>(forget.get_affected_rows());
        transaction.commit();
        return forgotten;
    });
}

} // namespace columbarium::store
