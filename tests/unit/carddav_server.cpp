// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carddav_server.hpp"

#include <utility>

#include "lists/book_index.hpp"
#include "rig/account.hpp"

namespace columbarium::carddav {

namespace {

constexpr const char* origin = "carddav:test";

// The texts of all elements <d:NAME>.
std::vector<std::string> elements(const std::string& xml, const std::string& name) {
    const std::string open = "<d:" + name + ">";
    std::vector<std::string> texts;
    for (std::size_t at = xml.find(open); at != std::string::npos; at = xml.find(open, at)) {
        at += open.size();
        texts.push_back(xml.substr(at, xml.find("</d:", at) - at));
    }
    return texts;
}

std::string etag_property(const std::string& etag) {
    return "<d:getetag>" + etag + "</d:getetag>";
}

} // namespace

std::string vcard(const std::string& uid, const std::string& address) {
    return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:" + uid + "\r\nEMAIL:" + address +
           "\r\nEND:VCARD\r\n";
}

std::string multistatus(const std::string& content) {
    return R"(<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav">)" +
           content + "</d:multistatus>";
}

std::string found(const std::string& href, const std::string& properties) {
    return "<d:response><d:href>" + href + "</d:href><d:propstat><d:prop>" + properties +
           "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>";
}

std::string status_only(const std::string& href, int status) {
    return "<d:response><d:href>" + href + "</d:href><d:status>HTTP/1.1 " + std::to_string(status) +
           " Status</d:status></d:response>";
}

CardDavServer::CardDavServer() : directory_(rig::server_account()) {
    account.url = server.url(book);
    account.user = "alice";
    account.password = "open sesame";
    account.allow_plaintext = true;
    limits.answer = std::chrono::seconds(20);
}

void CardDavServer::put(const std::string& name, const std::string& vcard) {
    history_.push_back(name);
    cards_[name] = {"\"" + std::to_string(history_.size()) + "\"", vcard};
}

void CardDavServer::remove(const std::string& name) {
    history_.push_back(name);
    cards_.erase(name);
}

std::string CardDavServer::token() const {
    return "http://sync.example.org/" + std::to_string(history_.size());
}

Expected<SyncReport> CardDavServer::synchronise() {
    return carddav::synchronise(
        account, limits, index_path(), origin, now,
        [this](std::size_t done, std::size_t) { progress.push_back(done); },
        [this](const std::string& text) { warnings.push_back(text); });
}

SyncReport CardDavServer::synchronised() {
    const Expected<SyncReport> report = synchronise();
    EXPECT_TRUE(report) << report.error().text;
    return report ? *report : SyncReport();
}

Error CardDavServer::failed() {
    const auto before = copy();
    const std::string token_before = note("sync-token");
    const Expected<SyncReport> report = synchronise();
    EXPECT_FALSE(report);
    if (report)
        return {};
    EXPECT_EQ(copy(), before) << "the old copy stays";
    EXPECT_EQ(note("sync-token"), token_before) << "SY-3";
    EXPECT_NE(report.error().text.find(server.url("/")), std::string::npos) << report.error().text;
    EXPECT_EQ(report.error().text.find(account.password), std::string::npos) << report.error().text;
    EXPECT_EQ(report.error().text.find('\n'), std::string::npos) << report.error().text;
    return report.error();
}

std::map<std::string, std::string> CardDavServer::copy() const {
    std::map<std::string, std::string> cards;
    const auto index = lists::BookIndex::open(index_path(), origin);
    if (!index || !*index)
        return cards;
    const Expected<void> read = (*index)->each_resource([&](lists::Resource&& resource) {
        const bool empty = resource.cards.empty() || resource.cards[0].addresses.empty();
        cards[resource.id] = empty ? "" : resource.cards[0].addresses[0];
        return true;
    });
    EXPECT_TRUE(read);
    return cards;
}

std::string CardDavServer::note(const char* name) const {
    const auto index = lists::BookIndex::open(index_path(), origin);
    return index && *index ? (*index)->note(name) : "";
}

std::chrono::system_clock::time_point CardDavServer::confirmed() const {
    const auto index = lists::BookIndex::open(index_path(), origin);
    return index && *index ? (*index)->confirmed() : std::chrono::system_clock::time_point();
}

std::vector<std::string> CardDavServer::requests() {
    std::vector<std::string> lines;
    for (const rig::HttpRequest& request : server.take_requests())
        lines.push_back(request.method + " " + request.target);
    return lines;
}

rig::HttpAnswer CardDavServer::multistatus_answer(const std::string& content) {
    return {.status = 207, .fields = {{"Content-Type", "application/xml"}}, .body = multistatus(content)};
}

rig::HttpAnswer CardDavServer::answer(const rig::HttpRequest& request) const {
    if (instead)
        if (std::optional<rig::HttpAnswer> other = instead(request))
            return *std::move(other);
    return usual_answer(request);
}

rig::HttpAnswer CardDavServer::usual_answer(const rig::HttpRequest& request) const {
    const bool of_book = request.target == book;
    if (request.method == "PROPFIND" && of_book && request.fields.at("depth") == "1")
        return list();
    if (request.method == "PROPFIND")
        return describe(request);
    if (request.method == "REPORT" && of_book && request.body.find("sync-collection") != std::string::npos)
        return report_changes(request.body);
    if (request.method == "REPORT" && of_book)
        return give_cards(request.body);
    if (request.method == "GET" && request.target.starts_with(book))
        if (const auto card = cards_.find(request.target.substr(std::string(book).size()));
            card != cards_.end())
            return {.status = 200, .fields = {{"ETag", card->second.etag}}, .body = card->second.vcard};
    return {.status = 404, .body = "nothing there"};
}

rig::HttpAnswer CardDavServer::describe(const rig::HttpRequest& request) const {
    const std::string collection = "<d:resourcetype><d:collection/></d:resourcetype>";
    const std::string address_book =
        "<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype><d:supported-report-set>" +
        std::string(reports_sync ? "<d:supported-report><d:report><d:sync-collection/></d:report>"
                                   "</d:supported-report>"
                                 : "") +
        "</d:supported-report-set>";
    if (request.target == "/")
        return multistatus_answer(
            found("/", collection + "<d:current-user-principal><d:href>/principals/alice/</d:href>"
                                    "</d:current-user-principal>"));
    if (request.target == "/principals/alice/")
        return multistatus_answer(
            found("/principals/alice/",
                  "<c:addressbook-home-set><d:href>/alice/</d:href></c:addressbook-home-set>"));
    if (request.target == "/alice/" && request.fields.at("depth") == "1") {
        std::string members = found("/alice/", collection) + found("/alice/calendar/", collection);
        for (const std::string& path : books)
            members += found(path, address_book);
        return multistatus_answer(members);
    }
    for (const std::string& path : books)
        if (request.target == path)
            return multistatus_answer(found(path, address_book));
    return {.status = 404, .body = "nothing there"};
}

rig::HttpAnswer CardDavServer::list() const {
    std::string members = found(book, "<d:resourcetype><d:collection/></d:resourcetype>");
    for (const auto& [name, card] : cards_)
        members += found(book + name, "<d:resourcetype/>" + etag_property(card.etag));
    return multistatus_answer(members);
}

rig::HttpAnswer CardDavServer::report_changes(const std::string& body) const {
    const std::string old = elements(body, "sync-token").at(0);
    const std::size_t from = old.empty() ? 0 : std::stoul(old.substr(old.rfind('/') + 1));
    std::string changes;
    for (const std::string& name :
         std::set<std::string>(history_.begin() + static_cast<std::ptrdiff_t>(from), history_.end())) {
        if (const auto card = cards_.find(name); card != cards_.end())
            changes += found(book + name, etag_property(card->second.etag));
        else if (!old.empty())
            changes += status_only(book + name, 404);
    }
    return multistatus_answer(changes + "<d:sync-token>" + token() + "</d:sync-token>");
}

rig::HttpAnswer CardDavServer::give_cards(const std::string& body) const {
    std::string members;
    for (const std::string& href : elements(body, "href")) {
        const auto card = cards_.find(href.substr(std::string(book).size()));
        members += card == cards_.end()
                       ? status_only(href, 404)
                       : found(href, etag_property(card->second.etag) + "<c:address-data><![CDATA[" +
                                         card->second.vcard + "]]></c:address-data>");
    }
    return multistatus_answer(members);
}

} // namespace columbarium::carddav
