// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carddav/discovery.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "carddav/dav_requests.hpp"
#include "carddav/multistatus.hpp"

namespace columbarium::carddav {

namespace {

constexpr std::size_t home_set_limit = 10;
constexpr std::size_t book_limit = 200;  // nobody looks for more: one is wanted
constexpr std::size_t listed_limit = 20; // in an error text

struct Found {
    Url url; // that answered
    Multistatus multistatus;
};

Expected<Found> look(HttpClient& client, const Url& url, const char* depth) {
    Expected<HttpResponse> response =
        client.send({.method = "PROPFIND", .url = url, .depth = depth, .body = discovery_request()});
    if (!response)
        return tl::make_unexpected(response.error());
    if (response->status != 207 || response->too_large)
        return failure_of(*response);
    Expected<Multistatus> multistatus =
        parse_multistatus(std::move(response->body), to_string(response->url));
    if (!multistatus)
        return tl::make_unexpected(multistatus.error());
    return Found{response->url, *std::move(multistatus)};
}

// A href of this server.
std::optional<Url> own(const HttpClient& client, const Url& base, const std::string& href) {
    std::optional<Url> url = resolve(base, href);
    return url && same_origin(*url, client.url()) ? url : std::nullopt;
}

Collection collection_at(Url url, const ResponseEntry& entry) {
    url.path = url.path.substr(0, url.path.find('?'));
    if (!url.path.ends_with('/'))
        url.path += '/';
    return {std::move(url), entry.reports_sync};
}

void add_home_sets(const HttpClient& client, const Found& found, std::vector<Url>& home_sets) {
    for (const ResponseEntry& entry : found.multistatus.entries)
        for (const std::string& href : entry.home_sets) {
            const std::optional<Url> url = own(client, found.url, href);
            if (url && home_sets.size() < home_set_limit &&
                std::ranges::find(home_sets, *url) == home_sets.end())
                home_sets.push_back(*url);
        }
}

// Where the user's address books are.
Expected<std::vector<Url>> find_home_sets(HttpClient& client, const Found& start) {
    std::vector<Url> home_sets;
    add_home_sets(client, start, home_sets);
    if (!home_sets.empty())
        return home_sets;
    for (const ResponseEntry& entry : start.multistatus.entries) {
        if (entry.principal.empty())
            continue;
        const std::optional<Url> principal = own(client, start.url, entry.principal);
        if (!principal)
            return permanent_failure(fmt::format(
                "{}: the server names the user at another place, {}; configure the URL of the address book",
                to_string(start.url), printable_reference(entry.principal)));
        Expected<Found> found = look(client, *principal, "0");
        if (!found)
            return tl::make_unexpected(found.error());
        add_home_sets(client, *found, home_sets);
        break;
    }
    return home_sets;
}

Expected<Collection> only_one(const HttpClient& client, const std::vector<Collection>& books) {
    const std::string start = to_string(client.url());
    if (books.empty())
        return permanent_failure(start + ": no address book is there, and none that the server tells of; "
                                         "configure the URL of the address book");
    if (books.size() == 1)
        return books.front();
    std::string list;
    for (std::size_t i = 0; i < std::min(books.size(), listed_limit); ++i)
        list += (i == 0 ? "" : ", ") + to_string(books[i].url);
    return permanent_failure(fmt::format("{}: {}{} address books are there; configure the URL of one: {}",
                                         start, books.size() < book_limit ? "" : "at least ", books.size(),
                                         list));
}

} // namespace

Expected<Collection> find_collection(HttpClient& client) {
    Expected<Found> start = look(client, client.url(), "0");
    if (!start)
        return tl::make_unexpected(start.error());
    for (const ResponseEntry& entry : start->multistatus.entries)
        if (entry.is_address_book)
            if (std::optional<Url> url = own(client, start->url, entry.href))
                return collection_at(*std::move(url), entry);

    Expected<std::vector<Url>> home_sets = find_home_sets(client, *start);
    if (!home_sets)
        return tl::make_unexpected(home_sets.error());
    std::vector<Collection> books;
    std::set<std::string> known;
    for (const Url& home_set : *home_sets) {
        Expected<Found> members = look(client, home_set, "1");
        if (!members)
            return tl::make_unexpected(members.error());
        for (const ResponseEntry& entry : members->multistatus.entries) {
            if (!entry.is_address_book)
                continue;
            if (std::optional<Url> url = own(client, members->url, entry.href)) {
                Collection book = collection_at(*std::move(url), entry);
                if (known.insert(to_string(book.url)).second)
                    books.push_back(std::move(book));
            }
            if (books.size() == book_limit)
                return only_one(client, books);
        }
    }
    return only_one(client, books);
}

} // namespace columbarium::carddav
