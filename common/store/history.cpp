// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "store/inner.hpp"

namespace columbarium::store {

namespace {

constexpr std::size_t page_size = 500; // entries

// Entries before one, the newest first, a page at a time.
class HistoryPage {
  public:
    HistoryPage(soci::session& session, std::string_view username)
        : username_(username), statement_(session) {
        statement_.exchange(soci::into(revision_));
        statement_.exchange(soci::into(position_));
        statement_.exchange(soci::into(when_));
        statement_.exchange(soci::into(who_));
        statement_.exchange(soci::into(kind_));
        statement_.exchange(soci::into(before_));
        statement_.exchange(soci::into(after_));
        statement_.exchange(soci::into(reason_));
        statement_.exchange(soci::use(username_, "username"));
        statement_.exchange(soci::use(last_revision_, "last_revision"));
        statement_.exchange(soci::use(last_position_, "last_position"));
        statement_.exchange(soci::use(page_, "page"));
        prepare(statement_, "SELECT revision, position, changed_at, changed_by, kind, value_before, "
                            "value_after, reason FROM history WHERE username = :username "
                            "AND (revision, position) < (:last_revision, :last_position) "
                            "ORDER BY revision DESC, position DESC LIMIT :page");
    }

    // Gives the next `most` entries, a page of them at most; returns how many there were.
    std::size_t give(std::size_t most, const std::function<void(const HistoryEntry&)>& take) {
        page_ = static_cast<long long>(std::min(most, page_size));
        std::size_t count = 0;
        for (bool has_row = statement_.execute(true); has_row; has_row = statement_.fetch()) {
            take(entry());
            ++count;
        }
        // Not sooner: SOCI may bind what is used again.
        last_revision_ = revision_;
        last_position_ = position_;
        return count;
    }

  private:
    [[nodiscard]] HistoryEntry entry() const {
        const auto kind = tombstone::change_kind_of_name(kind_);
        if (!kind)
            throw Failed{{ErrorKind::temporary,
                          fmt::format("store: the history of {} has an entry of kind \"{}\", which this "
                                      "program does not know; is it of a newer version?",
                                      printable(username_), printable(kind_))}};
        return {std::chrono::sys_seconds(std::chrono::seconds(when_)),
                who_,
                username_,
                {*kind, before_, after_, reason_}};
    }

    std::string username_;
    long long last_revision_ = std::numeric_limits<long long>::max();
    int last_position_ = std::numeric_limits<int>::max();
    long long page_ = 0;
    long long revision_ = 0;
    int position_ = 0;
    long long when_ = 0;
    std::string who_, kind_, before_, after_, reason_;
    soci::statement statement_;
};

} // namespace

Expected<void> Store::history(std::string_view username, std::size_t most,
                              const std::function<void(const HistoryEntry&)>& take) {
    if (!can_be_kept({username}))
        return {};
    Connection& connection = inner_->connection;
    return connection.call("cannot read a history", [&](Session& session) {
        const Transaction snapshot = connection.begin(session, Transaction::Kind::reading);
        HistoryPage page(session.sql, username);
        while (most > 0) {
            const std::size_t count = page.give(most, take);
            most -= count;
            if (count < page_size)
                break;
        }
    });
}

Expected<std::optional<tombstone::Date>> Store::last_run() {
    Connection& connection = inner_->connection;
    return connection.call(
        "cannot read the day of the last run", [&](Session& session) -> std::optional<tombstone::Date> {
            std::string day;
            session.sql << "SELECT value FROM store_property WHERE name = 'last_run'", soci::into(day);
            if (!session.sql.got_data())
                return std::nullopt;
            auto date = tombstone::read_date(day);
            if (!date)
                throw Failed{{ErrorKind::temporary, connection.backend().name() +
                                                        ": the day of the last run cannot be read; it is "
                                                        "damaged: restore it from a backup"}};
            return date;
        });
}

} // namespace columbarium::store
