// SPDX-License-Identifier: LGPL-2.1-or-later
// What desks of triage keep: how much they have sent, and what bounces told them.
#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "store/inner.hpp"

namespace columbarium::store {

namespace {

constexpr std::size_t longest_name = 1'000; // octets
constexpr std::size_t longest_key = 2'000;  // octets of a bounce's primary key; PostgreSQL takes 2,704
constexpr std::size_t page_size = 1'000;    // records

constexpr const char* desk_limit = "desk.forwards_per_hour";

constexpr std::chrono::seconds hour = std::chrono::hours(1);
constexpr std::chrono::seconds day = std::chrono::days(1);

Expected<void> check_name(std::string_view name) {
    if (name.empty() || name.size() > longest_name || !can_be_kept({name}))
        return permanent_failure(fmt::format(
            "desk: a name is empty, longer than {} octets, not UTF-8, or holds a NUL", longest_name));
    return {};
}

std::string channel_limit(std::string_view channel) {
    return fmt::format("destinations.{}.per_hour", to_lower(channel));
}

Expected<void> check_record(const desk::BounceRecord& record, std::string_view user) {
    const std::size_t key =
        record.address.size() + user.size() + record.message_id.size() + record.status.size();
    if (record.address.empty() || key > longest_key ||
        std::max(record.reason.size(), record.diagnostic.size()) > longest_name)
        return permanent_failure("desk: a bounce has no address, or a text that is too long");
    if (!can_be_kept({record.address, record.message_id, record.status, record.reason, record.diagnostic}))
        return permanent_failure("desk: a text of a bounce is not UTF-8, or holds a NUL");
    return {};
}

// Adds to the counter of a limit for a user in the period that a time lies in. False, and nothing is added,
// where that would be more than `most`.
bool count(soci::session& session, std::string_view limit, std::string_view user,
           std::chrono::sys_seconds now, std::chrono::seconds period, std::size_t number, std::size_t most) {
    if (number > most)
        return false;
    const std::string scope(limit);
    const std::string name(user);
    const long long ends = end_of_period(now, period);
    const auto added = static_cast<long long>(number);
    const auto highest = static_cast<long long>(
        std::min<std::size_t>(most - number, std::numeric_limits<std::int64_t>::max()));
    soci::statement statement =
        (session.prepare << "INSERT INTO reply_counter (ends, scope, name, replies) "
                            "VALUES (:ends, :scope, :name, :added) ON CONFLICT (ends, scope, name) "
                            "DO UPDATE SET replies = reply_counter.replies + excluded.replies "
                            "WHERE reply_counter.replies <= :highest",
         soci::use(ends, "ends"), soci::use(scope, "scope"), soci::use(name, "name"),
         soci::use(added, "added"), soci::use(highest, "highest"));
    statement.execute(true);
    return statement.get_affected_rows() == 1;
}

// Takes one from the counter again, where there is one.
void count_back(soci::session& session, std::string_view limit, std::string_view user,
                std::chrono::sys_seconds now, std::chrono::seconds period) {
    const std::string scope(limit);
    const std::string name(user);
    const long long ends = end_of_period(now, period);
    session << "UPDATE reply_counter SET replies = replies - 1 WHERE ends = :ends AND scope = :scope "
               "AND name = :name AND replies > 0",
        soci::use(ends, "ends"), soci::use(scope, "scope"), soci::use(name, "name");
}

// The records of a report in the order in which everybody writes them: where two reports share some, one
// waits for the other, and not each for each. Nobody is named twice.
std::vector<const desk::BounceRecord*> in_order(std::span<const desk::BounceRecord> records) {
    const auto key = [](const desk::BounceRecord* record) {
        return std::tie(record->address, record->message_id, record->status);
    };
    std::vector<const desk::BounceRecord*> order;
    for (const desk::BounceRecord& record : records)
        order.push_back(&record);
    std::ranges::stable_sort(order, {}, key);
    const auto is_same = [&key](const auto* left, const auto* right) { return key(left) == key(right); };
    order.erase(std::unique(order.begin(), order.end(), is_same), order.end());
    return order;
}

class WriteBounce {
  public:
    WriteBounce(soci::session& session, std::string_view user, std::chrono::sys_seconds now)
        : user_(user), now_(now.time_since_epoch().count()), statement_(session) {
        statement_.exchange(soci::use(address_, "address"));
        statement_.exchange(soci::use(user_, "username"));
        statement_.exchange(soci::use(message_id_, "message_id"));
        statement_.exchange(soci::use(status_, "status"));
        statement_.exchange(soci::use(domain_, "domain"));
        statement_.exchange(soci::use(now_, "first_at"));
        statement_.exchange(soci::use(now_, "last_at"));
        statement_.exchange(soci::use(reason_, "reason"));
        statement_.exchange(soci::use(is_permanent_, "is_permanent"));
        statement_.exchange(soci::use(diagnostic_, "diagnostic"));
        // Clocks of hosts differ: the last time is the latest one. But not one that no clock can have had.
        prepare(statement_,
                fmt::format(
                    "INSERT INTO bounce (address, username, message_id, status, domain, first_at, last_at, "
                    "reason, "
                    "is_permanent, diagnostic) VALUES (:address, :username, :message_id, :status, :domain, "
                    ":first_at, :last_at, :reason, :is_permanent, :diagnostic) "
                    "ON CONFLICT (address, username, message_id, status) DO UPDATE SET "
                    "first_at = CASE WHEN bounce.first_at > excluded.first_at THEN excluded.first_at "
                    "ELSE bounce.first_at END, last_at = excluded.last_at, reason = excluded.reason, "
                    "is_permanent = excluded.is_permanent, diagnostic = excluded.diagnostic "
                    "WHERE bounce.last_at <= excluded.last_at OR bounce.last_at > excluded.last_at + {}",
                    day.count()));
    }

    void operator()(const desk::BounceRecord& record) {
        address_ = record.address;
        message_id_ = record.message_id;
        status_ = record.status;
        domain_ = domain_of(record.address);
        reason_ = record.reason;
        is_permanent_ = record.is_permanent ? 1 : 0;
        diagnostic_ = record.diagnostic;
        statement_.execute(true);
    }

  private:
    std::string address_, user_, message_id_, status_, domain_;
    long long now_;
    std::string reason_;
    int is_permanent_ = 0;
    std::string diagnostic_;
    soci::statement statement_;
};

// How many records of a report are not kept yet.
std::size_t count_new(soci::session& session, const std::string& user,
                      const std::vector<const desk::BounceRecord*>& records) {
    std::string address, message_id, status;
    long long kept = 0;
    soci::statement statement(session);
    statement.exchange(soci::into(kept));
    statement.exchange(soci::use(address, "address"));
    statement.exchange(soci::use(user, "username"));
    statement.exchange(soci::use(message_id, "message_id"));
    statement.exchange(soci::use(status, "status"));
    prepare(statement, "SELECT count(*) FROM bounce WHERE address = :address AND username = :username AND "
                       "message_id = :message_id AND status = :status");
    std::size_t number = 0;
    for (const desk::BounceRecord* record : records) {
        address = record->address;
        message_id = record->message_id;
        status = record->status;
        statement.execute(true);
        number += kept == 0 ? 1U : 0U;
    }
    return number;
}

// Records behind one, in the order of the primary key, a page at a time.
class BouncePage {
  public:
    BouncePage(soci::session& session, std::string_view domain) : domain_(domain), statement_(session) {
        statement_.exchange(soci::into(address_));
        statement_.exchange(soci::into(username_));
        statement_.exchange(soci::into(message_id_));
        statement_.exchange(soci::into(status_));
        statement_.exchange(soci::into(first_));
        statement_.exchange(soci::into(last_));
        statement_.exchange(soci::into(reason_));
        statement_.exchange(soci::into(is_permanent_));
        statement_.exchange(soci::into(diagnostic_));
        statement_.exchange(soci::use(after_address_, "after_address"));
        statement_.exchange(soci::use(after_username_, "after_username"));
        statement_.exchange(soci::use(after_message_id_, "after_message_id"));
        statement_.exchange(soci::use(after_status_, "after_status"));
        if (!domain_.empty())
            statement_.exchange(soci::use(domain_, "domain"));
        statement_.exchange(soci::use(page_, "page"));
        prepare(statement_,
                fmt::format("SELECT address, username, message_id, status, first_at, last_at, reason, "
                            "is_permanent, diagnostic FROM bounce WHERE (address, username, message_id, "
                            "status) > (:after_address, :after_username, :after_message_id, :after_status)"
                            "{} ORDER BY address, username, message_id, status LIMIT :page",
                            domain_.empty() ? "" : " AND domain = :domain"));
    }

    // Gives the next page; returns whether there may be more.
    bool give(const std::function<bool(const desk::KeptBounce&)>& take) {
        std::size_t given = 0;
        bool goes_on = true;
        for (bool has_row = statement_.execute(true); has_row; has_row = statement_.fetch()) {
            goes_on = goes_on && take(bounce());
            ++given;
        }
        // Not sooner: SOCI may bind what is used again.
        after_address_ = address_;
        after_username_ = username_;
        after_message_id_ = message_id_;
        after_status_ = status_;
        return goes_on && given == page_size;
    }

  private:
    [[nodiscard]] desk::KeptBounce bounce() const {
        return {username_,
                {address_, status_, reason_, is_permanent_ != 0, diagnostic_, message_id_},
                std::chrono::sys_seconds(std::chrono::seconds(first_)),
                std::chrono::sys_seconds(std::chrono::seconds(last_))};
    }

    std::string address_, username_, message_id_, status_, reason_, diagnostic_;
    std::string after_address_, after_username_, after_message_id_, after_status_;
    long long first_ = 0;
    long long last_ = 0;
    int is_permanent_ = 0;
    long long page_ = page_size;
    std::string domain_;
    soci::statement statement_;
};

} // namespace

Expected<std::string> Store::count_forward(std::string_view user, std::string_view channel,
                                           const ForwardLimits& limits, std::chrono::sys_seconds now) {
    for (const std::string_view name : {user, channel})
        if (auto checked = check_name(name); !checked)
            return tl::make_unexpected(checked.error());
    Connection& connection = inner_->connection;
    return connection.call("cannot count a forward", [&](Session& session) {
        Transaction transaction = connection.begin(session, Transaction::Kind::claiming);
        if (!count(session.sql, channel_limit(channel), user, now, hour, 1, limits.per_channel))
            return fmt::format("destinations.{}.per_hour", channel);
        // The one that all channels share last: it is locked until the commit.
        if (!count(session.sql, desk_limit, user, now, hour, 1, limits.in_all))
            return std::string(desk_limit);
        transaction.commit();
        return std::string();
    });
}

Expected<void> Store::give_back_forward(std::string_view user, std::string_view channel,
                                        std::chrono::sys_seconds now) {
    for (const std::string_view name : {user, channel})
        if (auto checked = check_name(name); !checked)
            return tl::make_unexpected(checked.error());
    Connection& connection = inner_->connection;
    return connection.call("cannot give back a forward", [&](Session& session) {
        Transaction transaction = connection.begin(session, Transaction::Kind::claiming);
        // In the order of count_forward().
        count_back(session.sql, channel_limit(channel), user, now, hour);
        count_back(session.sql, desk_limit, user, now, hour);
        transaction.commit();
    });
}

Expected<bool> Store::record_bounces(std::string_view user, std::span<const desk::BounceRecord> records,
                                     std::chrono::sys_seconds now) {
    if (auto checked = check_name(user); !checked)
        return tl::make_unexpected(checked.error());
    for (const desk::BounceRecord& record : records)
        if (auto checked = check_record(record, user); !checked)
            return tl::make_unexpected(checked.error());
    if (records.empty())
        return true;
    const auto order = in_order(records);
    Connection& connection = inner_->connection;
    return connection.call("cannot record a bounce", [&](Session& session) {
        Transaction transaction = connection.begin(session, Transaction::Kind::claiming);
        // The counter that all desks share last: it is locked until the commit.
        if (const std::size_t added = count_new(session.sql, std::string(user), order);
            added != 0 &&
            (!count(session.sql, "bounces_per_hour", user, now, hour, added, bounces_per_hour) ||
             !count(session.sql, "bounces_per_day", user, now, day, added, bounces_per_day) ||
             !count(session.sql, "site_bounces_per_hour", "", now, hour, added, site_bounces_per_hour)))
            return false;
        WriteBounce write(session.sql, user, now);
        for (const desk::BounceRecord* record : order)
            write(*record);
        transaction.commit();
        return true;
    });
}

Expected<void> Store::for_each_bounce(std::string_view domain,
                                      const std::function<bool(const desk::KeptBounce&)>& take) {
    if (!can_be_kept({domain}))
        return {}; // nobody's
    Connection& connection = inner_->connection;
    return connection.call("cannot read the bounces", [&](Session& session) {
        const Transaction snapshot = connection.begin(session, Transaction::Kind::reading);
        BouncePage page(session.sql, domain);
        while (page.give(take)) {
        }
    });
}

Expected<std::size_t> Store::forget_bounces(std::chrono::sys_seconds before, std::size_t most) {
    Connection& connection = inner_->connection;
    return connection.call("cannot forget bounces", [&](Session& session) {
        Transaction transaction = connection.begin(session, Transaction::Kind::claiming);
        const std::size_t forgotten = forget_rows(session.sql, connection.backend().dialect(), "bounce",
                                                  "address, username, message_id, status", "last_at",
                                                  before - std::chrono::seconds(1), most);
        transaction.commit();
        return forgotten;
    });
}

} // namespace columbarium::store
