// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carddav/card_fetch.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "carddav/dav_requests.hpp"
#include "lists/vcard_reader.hpp"

namespace columbarium::carddav {

namespace {

// How servers refuse a report that they do not know.
bool refuses_report(const HttpResponse& response) {
    const int status = response.status;
    return status == 400 || status == 405 || status == 409 || status == 415 || status == 422 ||
           status == 501 || (status >= 400 && holds_error(response.body, "supported-report"));
}

bool is_settled(const std::string& id, const FetchedCards& fetched) {
    return fetched.by_id.contains(id) || fetched.gone.contains(id) || fetched.postponed.contains(id);
}

} // namespace

std::size_t octets_of(const lists::Resource& resource) {
    std::size_t octets = resource.stamp.size();
    for (const lists::Card& card : resource.cards) {
        octets += card.uid.size() + card.name.size();
        for (const auto* values :
             {&card.addresses, &card.categories, &card.member_uids, &card.member_addresses})
            for (const std::string& value : *values)
                octets += sizeof(std::string) + value.size();
    }
    return octets;
}

std::string CardFetch::name_of(const std::string& id) const {
    Url url = collection_;
    url.path = id;
    return to_string(url);
}

void CardFetch::take_card(const std::string& id, std::string etag, std::string_view vcard,
                          FetchedCards& fetched) {
    lists::Resource resource{id, std::move(etag), {}};
    bool faulty = false;
    lists::VcardReader reader(
        [&resource](lists::Card&& card) { resource.cards.push_back(std::move(card)); },
        [&](const lists::CardFault& fault) {
            faulty = true;
            warn_(fmt::format("{}: line {}: {}; the card is left out", name_of(id), fault.line, fault.text));
        });
    reader.feed(vcard);
    reader.finish();
    if (resource.cards.empty() && !faulty)
        warn_(name_of(id) + ": there is no vCard in it; left out");
    if (resource.cards.empty() || faulty)
        fetched.unreadable.insert(id);
    fetched.octets += octets_of(resource);
    fetched.by_id[id] = std::move(resource);
}

Expected<void> CardFetch::within_limit(const FetchedCards& fetched) const {
    if (fetched.octets <= octet_limit_)
        return {};
    return permanent_failure(fmt::format("{}: the cards of the collection hold more names and addresses than "
                                         "are kept in memory; use a smaller one",
                                         to_string(collection_)));
}

// A status that is no success.
void CardFetch::leave_out(const std::string& id, int status, FetchedCards& fetched) {
    if (status == 404 || status == 410) {
        fetched.gone.insert(id);
        return;
    }
    if (may_pass(status)) {
        warn_(fmt::format("{}: {}: the server cannot give this card now; the next time again", name_of(id),
                          status));
        fetched.postponed.insert(id);
        return;
    }
    warn_(fmt::format("{}: {}: the server does not give this card; left out", name_of(id), status));
    fetched.by_id[id] = {id, "", {}};
    fetched.unreadable.insert(id);
}

// One response of a multiget. What it leaves open, a GET settles; what comes twice, counts once.
void CardFetch::take(const std::string& id, const ResponseEntry& entry, const Change& change,
                     FetchedCards& fetched) {
    if (is_settled(id, fetched))
        return;
    const int status = entry.status != 0 ? entry.status : entry.data_status;
    if (status >= 300)
        leave_out(id, status, fetched);
    else if (!entry.address_data.empty())
        take_card(id, entry.etag.empty() ? change.etag : entry.etag, entry.address_data, fetched);
}

Expected<CardFetch::Multiget> CardFetch::multiget(const Batch& batch, FetchedCards& fetched) {
    std::vector<std::string> hrefs;
    std::map<std::string_view, const Change*> asked;
    for (const auto* wanted : batch) {
        hrefs.push_back(wanted->second.href);
        asked[wanted->first] = &wanted->second;
    }
    Expected<HttpResponse> response =
        client_.send({.method = "REPORT", .url = collection_, .depth = "0", .body = cards_request(hrefs)});
    if (!response)
        return tl::make_unexpected(response.error());
    if ((response->too_large && response->status == 207) || response->status == 507)
        return Multiget::too_much;
    if (refuses_report(*response))
        return Multiget::refused;
    if (response->status != 207)
        return failure_of(*response);
    Expected<Multistatus> multistatus = parse_multistatus(std::move(response->body), to_string(collection_));
    if (!multistatus)
        return tl::make_unexpected(multistatus.error());
    for (const ResponseEntry& entry : multistatus->entries) {
        const std::string id = member_id(collection_, entry.href, warn_);
        if (id.empty())
            continue;
        const auto found = asked.find(id);
        if (found == asked.end())
            warn_(name_of(id) + ": the server gives this card unasked; ignored");
        else
            take(id, entry, *found->second, fetched);
    }
    return Multiget::answered;
}

Expected<void> CardFetch::get(const std::string& id, const Change& change, FetchedCards& fetched) {
    Url url = collection_;
    url.path = id;
    Expected<HttpResponse> response = client_.send({.method = "GET", .url = url});
    if (!response)
        return tl::make_unexpected(response.error());
    if (response->status == 401)
        return failure_of(*response);
    if (response->status != 200) {
        leave_out(id, response->status, fetched);
    } else if (response->too_large) {
        warn_(name_of(id) + ": the card is too large; left out");
        fetched.by_id[id] = {id, change.etag, {}};
        fetched.unreadable.insert(id);
    } else {
        take_card(id, response->etag.empty() ? change.etag : etag_of(response->etag), response->body,
                  fetched);
    }
    return {};
}

Expected<void> CardFetch::fetch(const std::map<std::string, Change>& wanted, const Done& done,
                                FetchedCards& fetched) {
    std::size_t count = 0;
    auto next = wanted.begin();
    while (next != wanted.end()) {
        Batch batch;
        for (auto i = next; i != wanted.end() && batch.size() < batch_size_; ++i)
            batch.push_back(&*i);
        if (!multiget_refused_) {
            const Expected<Multiget> outcome = multiget(batch, fetched);
            if (!outcome)
                return tl::make_unexpected(outcome.error());
            if (*outcome == Multiget::too_much && batch.size() > 1) {
                batch_size_ = std::max<std::size_t>(1, batch.size() / 2);
                continue;
            }
            multiget_refused_ = *outcome == Multiget::refused;
            if (Expected<void> fits = within_limit(fetched); !fits)
                return fits;
        }
        for (const auto* member : batch) {
            const std::string& id = member->first;
            if (is_settled(id, fetched))
                continue;
            if (Expected<void> got = get(id, member->second, fetched); !got)
                return got;
            if (Expected<void> fits = within_limit(fetched); !fits)
                return fits;
        }
        count += batch.size();
        std::advance(next, batch.size());
        done(count);
    }
    return {};
}

} // namespace columbarium::carddav
