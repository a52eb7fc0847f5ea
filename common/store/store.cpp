// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store/store.hpp"

#include <utility>

#include "store/inner.hpp"

namespace columbarium::store {

Store::Store(std::unique_ptr<Private> inner) : inner_(std::move(inner)) {}
Store::~Store() = default;

Expected<std::unique_ptr<Store>> Store::open(const config::StorePlace& place, const std::string& password,
                                             Waiting waiting) {
    auto backend = place.kind == config::StorePlace::Kind::sqlite
                       ? make_sqlite(place.path, waiting)
                       : make_postgresql(place.connection, password, waiting);
    std::unique_ptr<Store> store(new Store(std::make_unique<Private>(std::move(backend))));
    if (auto opened = store->inner_->connection.call("cannot be opened", [](Session&) {}); !opened)
        return tl::make_unexpected(opened.error());
    return store;
}

Expected<std::optional<tombstone::Person>> Store::find(std::string_view username) {
    if (!can_be_kept({username}))
        return std::nullopt;
    return inner_->connection.call("cannot look up a person", [&](Session& session) {
        if (!session.find)
            session.find.emplace(session.sql);
        return (*session.find)(username);
    });
}

Expected<void> Store::each(const std::function<bool(const tombstone::Person&)>& take) {
    Connection& connection = inner_->connection;
    return connection.call("cannot read the people", [&](Session& session) {
        const Transaction snapshot = connection.begin(session, Transaction::Kind::reading);
        PeoplePage page(session.sql, "", PeoplePage::page_size);
        std::string after;
        for (std::size_t count = PeoplePage::page_size; count == PeoplePage::page_size;) {
            count = 0;
            for (page.start(after); const auto person = page.next(); ++count) {
                if (!take(*person))
                    return;
                after = person->username;
            }
        }
    });
}

Expected<std::vector<tombstone::Person>> Store::due_to_be_written_back(std::string_view after,
                                                                       std::size_t most) {
    return inner_->connection.call("cannot read what is to be written back", [&](Session& session) {
        PeoplePage page(session.sql, PeoplePage::is_due, most);
        std::vector<tombstone::Person> people;
        page.start(after);
        while (auto person = page.next())
            people.push_back(std::move(*person));
        return people;
    });
}

} // namespace columbarium::store
