// SPDX-License-Identifier: LGPL-2.1-or-later
// Fetches cards: many with one addressbook-multiget (CD-9), or one by one where the server refuses it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "carddav/changes.hpp"
#include "carddav/http_client.hpp"
#include "lists/book_index.hpp"

namespace columbarium::carddav {

inline constexpr std::size_t multiget_batch = 100;

struct FetchedCards {
    std::map<std::string, lists::Resource>
        by_id;                        // also those without a card that could be read: no cards in them
    std::set<std::string> unreadable; // of these
    std::set<std::string> gone;       // 404 meanwhile
    std::set<std::string> postponed;  // the server could not give them now (5xx)
    std::size_t octets = 0;           // of by_id, see octets_of()
};

// Memory that a resource takes, about: its texts, and something for each value in a list.
[[nodiscard]] std::size_t octets_of(const lists::Resource& resource);

class CardFetch {
  public:
    // Called now and then: how many are done.
    using Done = std::function<void(std::size_t)>;

    // `octet_limit`: of FetchedCards::octets.
    CardFetch(HttpClient& client, Url collection, std::size_t octet_limit, Warn warn)
        : client_(client), collection_(std::move(collection)), octet_limit_(octet_limit),
          warn_(std::move(warn)) {}

    // Fetches these members. What is wrong with one of them costs that one, and a warning; failures are those
    // of the whole conversation, and a permanent one where the limit is passed.
    [[nodiscard]] Expected<void> fetch(const std::map<std::string, Change>& wanted, const Done& done,
                                       FetchedCards& fetched);

  private:
    using Batch = std::vector<const std::pair<const std::string, Change>*>;

    enum class Multiget { answered, too_much, refused };
    [[nodiscard]] Expected<Multiget> multiget(const Batch& batch, FetchedCards& fetched);
    [[nodiscard]] Expected<void> get(const std::string& id, const Change& change, FetchedCards& fetched);
    void take(const std::string& id, const ResponseEntry& entry, const Change& change, FetchedCards& fetched);
    void take_card(const std::string& id, std::string etag, std::string_view vcard, FetchedCards& fetched);
    [[nodiscard]] Expected<void> within_limit(const FetchedCards& fetched) const;
    void leave_out(const std::string& id, int status, FetchedCards& fetched);
    [[nodiscard]] std::string name_of(const std::string& id) const;

    HttpClient& client_;
    Url collection_;
    std::size_t octet_limit_;
    Warn warn_;
    bool multiget_refused_ = false;
    std::size_t batch_size_ = multiget_batch;
};

} // namespace columbarium::carddav
