// SPDX-License-Identifier: LGPL-2.1-or-later
// A small CardDAV server for tests that have to see each request, and to spoil single answers.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "carddav/synchronise.hpp"
#include "rig/directory.hpp"
#include "rig/http_server.hpp"

namespace columbarium::carddav {

// A vCard 3.0.
[[nodiscard]] std::string vcard(const std::string& uid, const std::string& address);

// A multistatus in the namespaces d (DAV:) and c (CardDAV) with this content.
[[nodiscard]] std::string multistatus(const std::string& content);

// A DAV:response with these properties, found.
[[nodiscard]] std::string found(const std::string& href, const std::string& properties);

// A DAV:response with a status and nothing else.
[[nodiscard]] std::string status_only(const std::string& href, int status);

// Each test has a server with the address book /alice/contacts/ of alice, whose home is /alice/.
class CardDavServer : public ::testing::Test {
  protected:
    static constexpr const char* book = "/alice/contacts/";

    // What the test sets before it synchronises.
    bool reports_sync = true;                // supported-report-set lists sync-collection
    std::vector<std::string> books = {book}; // of alice's home
    // Answers in the server's stead where it returns something.
    std::function<std::optional<rig::HttpAnswer>(const rig::HttpRequest&)> instead;
    Limits limits;
    Account account;

    CardDavServer();

    // Changes the book: names of cards, as "fred.vcf".
    void put(const std::string& name, const std::string& vcard);
    void remove(const std::string& name);

    [[nodiscard]] Expected<SyncReport> synchronise();
    // The same where it has to succeed.
    SyncReport synchronised();
    // The error where it has to fail; checks that the copy stays as it was and that the text names the URL
    // and keeps the password to itself.
    Error failed();

    // What the copy holds: the path of each card and its first address.
    [[nodiscard]] std::map<std::string, std::string> copy() const;
    [[nodiscard]] std::string note(const char* name) const;
    // When it was last known to be right.
    [[nodiscard]] std::chrono::system_clock::time_point confirmed() const;

    // The requests since the last call, as "REPORT /alice/contacts/".
    std::vector<std::string> requests();

    // An answer with status 207.
    [[nodiscard]] static rig::HttpAnswer multistatus_answer(const std::string& content);
    // What the server would say by itself.
    [[nodiscard]] rig::HttpAnswer usual_answer(const rig::HttpRequest& request) const;
    // The token of the book as it is now.
    [[nodiscard]] std::string token() const;

    // Where the copy is kept.
    [[nodiscard]] std::string index_path() const { return directory_.path() / "index"; }

    std::vector<std::string> warnings;
    std::vector<std::size_t> progress;
    std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'000)};

  private:
    struct Card {
        std::string etag;
        std::string vcard;
    };

    [[nodiscard]] rig::HttpAnswer answer(const rig::HttpRequest& request) const;
    [[nodiscard]] rig::HttpAnswer describe(const rig::HttpRequest& request) const;
    [[nodiscard]] rig::HttpAnswer list() const;
    [[nodiscard]] rig::HttpAnswer report_changes(const std::string& body) const;
    [[nodiscard]] rig::HttpAnswer give_cards(const std::string& body) const;

    std::map<std::string, Card> cards_;
    std::vector<std::string> history_; // names in the order of their changes
    rig::TemporaryDirectory directory_;

  protected:
    // The last one: its thread uses all others.
    rig::HttpServer server{[this](const rig::HttpRequest& request) { return answer(request); }};
};

} // namespace columbarium::carddav
