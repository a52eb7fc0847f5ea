// SPDX-License-Identifier: LGPL-2.1-or-later
// Synchronisation with a server that keeps to the RFCs, and as far as they let servers differ.
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "carddav/card_fetch.hpp"
#include "carddav_server.hpp"
#include "lists/book_index.hpp"

namespace columbarium::carddav {
namespace {

using rig::HttpAnswer;
using rig::HttpRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Copy = std::map<std::string, std::string>;

class CardDavSync : public CardDavServer {
  protected:
    CardDavSync() {
        put("fred.vcf", vcard("fred", "fred@example.org"));
        put("gina.vcf", vcard("gina", "gina@example.org"));
    }

    const Copy both{{"/alice/contacts/fred.vcf", "fred@example.org"},
                    {"/alice/contacts/gina.vcf", "gina@example.org"}};
};

bool is_report(const HttpRequest& request, const char* name) {
    return request.method == "REPORT" && request.body.find(name) != std::string::npos;
}

TEST_F(CardDavSync, SY_1_TheFirstReportHasAnEmptyTokenLevelOneAndDepthZero) {
    HttpRequest report;
    instead = [&report](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (is_report(request, "sync-collection"))
            report = request;
        return {};
    };
    const SyncReport result = synchronised();
    EXPECT_EQ(report.fields["depth"], "0");
    EXPECT_THAT(report.body, HasSubstr("<d:sync-token></d:sync-token><d:sync-level>1</d:sync-level>"));
    EXPECT_EQ(result.method, "sync-collection");
    EXPECT_EQ(result.added, 2U);
    EXPECT_EQ(result.total, 2U);
    EXPECT_EQ(copy(), both);
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_THAT(progress, ElementsAre(0, 2));
}

TEST_F(CardDavSync, SY_2_ChangesAndRemovalsAreTakenByTheToken) {
    synchronised();
    put("fred.vcf", vcard("fred", "fred@example.com"));
    put("hugo.vcf", vcard("hugo", "hugo@example.org"));
    remove("gina.vcf");
    requests();
    const SyncReport result = synchronised();
    EXPECT_EQ(result.added, 1U);
    EXPECT_EQ(result.changed, 1U);
    EXPECT_EQ(result.removed, 1U);
    EXPECT_EQ(result.total, 2U);
    EXPECT_EQ(copy(), (Copy{{"/alice/contacts/fred.vcf", "fred@example.com"},
                            {"/alice/contacts/hugo.vcf", "hugo@example.org"}}));
    EXPECT_THAT(requests(), ElementsAre("REPORT /alice/contacts/", "REPORT /alice/contacts/"));
}

TEST_F(CardDavSync, NothingNewIsOneRequestAndRewritesNothing) {
    synchronised();
    const std::string before = note("sync-token");
    requests();
    now += std::chrono::hours(1);
    const SyncReport result = synchronised();
    EXPECT_EQ(result.total, 2U);
    EXPECT_EQ(result.added + result.changed + result.removed, 0U);
    EXPECT_THAT(requests(), ElementsAre("REPORT /alice/contacts/"));
    EXPECT_EQ(note("sync-token"), before);
    EXPECT_EQ(confirmed(), now);
}

TEST_F(CardDavSync, SY_2_AReportWithoutATokenIsNone) {
    synchronised();
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (is_report(request, "sync-collection"))
            return multistatus_answer(status_only("/alice/contacts/fred.vcf", 404));
        return {};
    };
    EXPECT_EQ(failed().kind, ErrorKind::permanent);
}

TEST_F(CardDavSync, SY_3_TheTokenIsStoredWithTheCardsOrNotAtAll) {
    synchronised();
    put("hugo.vcf", vcard("hugo", "hugo@example.org"));
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (is_report(request, "multiget"))
            return HttpAnswer{.status = 503};
        return {};
    };
    EXPECT_EQ(failed().kind, ErrorKind::temporary);
    instead = nullptr;
    EXPECT_EQ(synchronised().added, 1U) << "the old token names the card again";
    EXPECT_EQ(note("sync-token"), token());
    EXPECT_THAT(copy(), SizeIs(3));
}

TEST_F(CardDavSync, SY_4_AnInvalidTokenIsForgottenAndEverythingCompared) {
    synchronised();
    put("hugo.vcf", vcard("hugo", "hugo@example.org"));
    remove("gina.vcf");
    std::vector<std::string> multigets;
    for (const int status : {403, 409, 410, 412}) {
        SCOPED_TRACE(status);
        multigets.clear();
        instead = [&, status](const HttpRequest& request) -> std::optional<HttpAnswer> {
            if (is_report(request, "multiget"))
                multigets.push_back(request.body);
            if (is_report(request, "<d:sync-token>http"))
                return HttpAnswer{.status = status,
                                  .body = R"(<d:error xmlns:d="DAV:"><d:valid-sync-token/></d:error>)"};
            return {};
        };
        synchronised();
        EXPECT_EQ(copy(), (Copy{{"/alice/contacts/fred.vcf", "fred@example.org"},
                                {"/alice/contacts/hugo.vcf", "hugo@example.org"}}));
        EXPECT_EQ(note("sync-token"), token());
    }
    EXPECT_THAT(multigets, IsEmpty()) << "cards with the same etag are not fetched again";
}

TEST_F(CardDavSync, SY_4_WhileEverythingIsComparedTheOldCopyStays) {
    synchronised();
    put("hugo.vcf", vcard("hugo", "hugo@example.org"));
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (is_report(request, "<d:sync-token>http"))
            return HttpAnswer{.status = 403,
                              .body = R"(<d:error xmlns:d="DAV:"><d:valid-sync-token/></d:error>)"};
        if (is_report(request, "multiget"))
            return HttpAnswer{.status = 500};
        return {};
    };
    EXPECT_EQ(failed().kind, ErrorKind::temporary);
    EXPECT_EQ(copy(), both);
}

// Gives the report in parts of one member, each with 507 for the collection itself, but the last one.
TEST_F(CardDavSync, SY_5_CD_8_AReportInPartsIsAskedForUntilItIsWhole) {
    put("hugo.vcf", vcard("hugo", "hugo@example.org"));
    std::vector<std::string> tokens;
    instead = [&](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (!is_report(request, "sync-collection"))
            return {};
        const std::size_t start = request.body.find("<d:sync-token>") + 14;
        tokens.push_back(request.body.substr(start, request.body.find('<', start) - start));
        const std::vector<std::string> names = {"fred.vcf", "gina.vcf", "hugo.vcf"};
        const std::string part = std::to_string(tokens.size());
        return multistatus_answer(
            found(book + names.at(tokens.size() - 1), "<d:getetag>\"" + part + "\"</d:getetag>") +
            (tokens.size() < names.size() ? status_only(book, 507) : "") + "<d:sync-token>part-" + part +
            "</d:sync-token>");
    };
    EXPECT_EQ(synchronised().total, 3U);
    EXPECT_THAT(tokens, ElementsAre("", "part-1", "part-2"));
    EXPECT_EQ(note("sync-token"), "part-3");
}

TEST_F(CardDavSync, SY_6_WithoutSyncCollectionEtagsAreCompared) {
    reports_sync = false;
    EXPECT_EQ(synchronised().method, "etags");
    EXPECT_EQ(copy(), both);
    requests();
    now += std::chrono::hours(1);
    EXPECT_EQ(synchronised().total, 2U);
    EXPECT_THAT(requests(), ElementsAre("PROPFIND /alice/contacts/", "PROPFIND /alice/contacts/"))
        << "nothing is fetched";
    EXPECT_EQ(confirmed(), now);

    put("fred.vcf", vcard("fred", "fred@example.com"));
    put("hugo.vcf", vcard("hugo", "hugo@example.org"));
    remove("gina.vcf");
    const SyncReport result = synchronised();
    EXPECT_EQ(result.added, 1U);
    EXPECT_EQ(result.changed, 1U);
    EXPECT_EQ(result.removed, 1U);
    EXPECT_EQ(copy(), (Copy{{"/alice/contacts/fred.vcf", "fred@example.com"},
                            {"/alice/contacts/hugo.vcf", "hugo@example.org"}}));
}

TEST_F(CardDavSync, SY_6_AServerThatRefusesItsReportIsComparedByEtags) {
    for (const int status : {400, 405, 415, 501, 507}) {
        SCOPED_TRACE(status);
        instead = [status](const HttpRequest& request) -> std::optional<HttpAnswer> {
            if (is_report(request, "sync-collection"))
                return HttpAnswer{.status = status};
            return {};
        };
        EXPECT_EQ(synchronised().method, "etags");
        EXPECT_EQ(copy(), both);
    }
}

TEST_F(CardDavSync, SY_6_TheServerMayLearnSyncCollectionLater) {
    reports_sync = false;
    EXPECT_EQ(synchronised().method, "etags");
    reports_sync = true;
    EXPECT_EQ(synchronised().method, "sync-collection");
    EXPECT_EQ(note("sync-token"), token());
}

TEST_F(CardDavSync, CD_8_AListingThatIsCutShortRemovesNothing) {
    reports_sync = false;
    synchronised();
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (request.method == "PROPFIND" && request.fields.at("depth") == "1")
            return multistatus_answer(found(book, "<d:resourcetype><d:collection/></d:resourcetype>") +
                                      status_only(book, 507));
        return {};
    };
    EXPECT_EQ(failed().kind, ErrorKind::temporary);
}

TEST_F(CardDavSync, SY_7_ACardThatChangesWhileItIsFetchedIsRightAtOnce) {
    int reports = 0;
    instead = [&](const HttpRequest& request) -> std::optional<HttpAnswer> {
        reports += is_report(request, "sync-collection");
        if (is_report(request, "multiget") && reports == 1) {
            put("fred.vcf", vcard("fred", "fred@example.com"));
            put("hugo.vcf", vcard("hugo", "hugo@example.org"));
            remove("gina.vcf");
        }
        return {};
    };
    synchronised();
    EXPECT_EQ(reports, 2) << "asked again, as an etag was not the one of the report";
    EXPECT_EQ(copy(), (Copy{{"/alice/contacts/fred.vcf", "fred@example.com"},
                            {"/alice/contacts/hugo.vcf", "hugo@example.org"}}));
    EXPECT_EQ(note("sync-token"), token());
}

TEST_F(CardDavSync, SY_7_ACardThatChangesAllTheTimeDoesNotHoldUsUp) {
    instead = [&](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (is_report(request, "multiget"))
            put("fred.vcf", vcard("fred", "fred@example.com"));
        return {};
    };
    synchronised();
    EXPECT_LE(requests().size(), 8U);
    instead = nullptr;
    synchronised();
    EXPECT_EQ(note("sync-token"), token());
}

TEST_F(CardDavSync, CD_9_CardsAreFetchedInBatchesWithDepthZero) {
    for (std::size_t i = 0; i < 2 * multiget_batch; ++i)
        put("card-" + std::to_string(i) + ".vcf", vcard("c" + std::to_string(i), "c@example.org"));
    int batches = 0;
    instead = [&](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (is_report(request, "multiget")) {
            ++batches;
            EXPECT_EQ(request.fields.at("depth"), "0");
        }
        return {};
    };
    EXPECT_EQ(synchronised().total, 2 * multiget_batch + 2);
    EXPECT_EQ(batches, 3);
    EXPECT_THAT(progress, ElementsAre(0, multiget_batch, 2 * multiget_batch, 2 * multiget_batch + 2));
}

TEST_F(CardDavSync, CD_9_AnErrorOfOneHrefCostsThatCard) {
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (!is_report(request, "multiget"))
            return {};
        return multistatus_answer(
            status_only("/alice/contacts/fred.vcf", 403) +
            found("/alice/contacts/gina.vcf",
                  "<c:address-data>" + vcard("gina", "gina@example.org") + "</c:address-data>"));
    };
    const SyncReport result = synchronised();
    EXPECT_EQ(result.unreadable, 1U);
    EXPECT_EQ(copy(),
              (Copy{{"/alice/contacts/fred.vcf", ""}, {"/alice/contacts/gina.vcf", "gina@example.org"}}));
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("/alice/contacts/fred.vcf: 403")));
}

TEST_F(CardDavSync, CD_9_ACardThatCannotBeGivenNowKeepsItsStateAndIsAskedForAgain) {
    synchronised();
    put("fred.vcf", vcard("fred", "fred@example.com"));
    put("gina.vcf", vcard("gina", "gina@example.com"));
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (!is_report(request, "multiget"))
            return {};
        return multistatus_answer(
            status_only("/alice/contacts/fred.vcf", 503) +
            found("/alice/contacts/gina.vcf",
                  "<c:address-data>" + vcard("gina", "gina@example.com") + "</c:address-data>"));
    };
    EXPECT_EQ(synchronised().unreadable, 1U);
    EXPECT_EQ(copy(), (Copy{{"/alice/contacts/fred.vcf", "fred@example.org"},
                            {"/alice/contacts/gina.vcf", "gina@example.com"}}));
    instead = nullptr;
    EXPECT_EQ(synchronised().changed, 1U);
    EXPECT_EQ(copy()["/alice/contacts/fred.vcf"], "fred@example.com");
}

TEST_F(CardDavSync, CD_9_ACardThatIsGoneMeanwhileIsNoFault) {
    instead = [this](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (is_report(request, "multiget"))
            remove("gina.vcf");
        return {};
    };
    EXPECT_EQ(synchronised().total, 1U);
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_EQ(copy(), (Copy{{"/alice/contacts/fred.vcf", "fred@example.org"}}));
}

TEST_F(CardDavSync, CD_9_WithoutMultigetCardsAreFetchedOneByOne) {
    for (const int status : {400, 405, 415, 501}) {
        put("fred.vcf", vcard("fred", std::to_string(status) + "@example.org"));
        instead = [status](const HttpRequest& request) -> std::optional<HttpAnswer> {
            if (is_report(request, "multiget"))
                return HttpAnswer{.status = status};
            return {};
        };
        synchronised();
        EXPECT_EQ(copy()["/alice/contacts/fred.vcf"], std::to_string(status) + "@example.org");
    }
    EXPECT_EQ(copy()["/alice/contacts/gina.vcf"], "gina@example.org");
    EXPECT_THAT(requests(), ::testing::Contains("GET /alice/contacts/gina.vcf"));
}

TEST_F(CardDavSync, VC_12_CardsThatAreTooLargeTogetherComeInSmallerBatches) {
    for (int i = 0; i < 6; ++i)
        put("photo-" + std::to_string(i) + ".vcf",
            "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:p\r\nFN:p\r\nPHOTO:" + std::string(10'000, 'A') +
                "\r\nEMAIL:p@example.org\r\nEND:VCARD\r\n");
    put("whale.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:w\r\nPHOTO:" + std::string(100'000, 'A') +
                         "\r\nEMAIL:w@example.org\r\nEND:VCARD\r\n");
    limits.answer_octets = 40'000;
    const SyncReport result = synchronised();
    EXPECT_EQ(result.total, 9U);
    EXPECT_EQ(result.unreadable, 1U);
    EXPECT_EQ(copy()["/alice/contacts/photo-3.vcf"], "p@example.org");
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("/alice/contacts/whale.vcf: the card is too large")));
}

TEST_F(CardDavSync, AnEmptiedBookIsAnEmptyBook) {
    for (const bool by_report : {true, false}) {
        reports_sync = by_report;
        put("fred.vcf", vcard("fred", "fred@example.org"));
        synchronised();
        remove("fred.vcf");
        remove("gina.vcf");
        EXPECT_GE(synchronised().removed, 1U);
        EXPECT_THAT(copy(), IsEmpty());
    }
}

TEST_F(CardDavSync, ACardThatIsNoneCostsThatCardAndOneWarning) {
    put("broken.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nEMAIL:secret@example.org\r\n");
    put("text.vcf", "no card at all");
    const SyncReport result = synchronised();
    EXPECT_EQ(result.unreadable, 2U);
    EXPECT_EQ(result.total, 4U);
    EXPECT_THAT(warnings,
                ElementsAre(HasSubstr("/alice/contacts/broken.vcf"), HasSubstr("/alice/contacts/text.vcf")));
    EXPECT_EQ(warnings.at(0).find("secret"), std::string::npos) << "EL-76";
    warnings.clear();
    requests();
    synchronised();
    EXPECT_THAT(requests(), SizeIs(1)) << "it is not fetched again before it changes";
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(CardDavSync, ADamagedCopyIsFetchedAnew) {
    const auto damage = [this] {
        std::fstream file(index_path(), std::ios::in | std::ios::out | std::ios::binary);
        const std::string octets(std::istreambuf_iterator<char>(file), {});
        // The length before a card's id.
        const std::size_t place = octets.find("/alice/contacts/fred.vcf");
        ASSERT_NE(place, std::string::npos);
        file.seekp(static_cast<std::streamoff>(place) - 4);
        file << "\xff\xff\xff\xff";
    };
    synchronised();
    damage();
    put("hugo.vcf", vcard("hugo", "hugo@example.org"));
    EXPECT_EQ(synchronised().added, 3U) << "a change needs the copy";
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("damaged")));
    EXPECT_THAT(copy(), SizeIs(3));
    EXPECT_EQ(note("sync-token"), token());

    damage();
    reports_sync = false;
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (is_report(request, "sync-collection"))
            return HttpAnswer{.status = 405};
        return {};
    };
    EXPECT_EQ(synchronised().method, "etags") << "another method needs the copy";
    EXPECT_THAT(copy(), SizeIs(3));
}

TEST_F(CardDavSync, TwoAtOnceDoNotDisturbEachOther) {
    std::optional<Expected<SyncReport>> second;
    instead = [&](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (is_report(request, "multiget"))
            second = synchronise();
        return {};
    };
    synchronised();
    ASSERT_TRUE(second);
    ASSERT_FALSE(*second);
    EXPECT_EQ(second->error().kind, ErrorKind::temporary);
    EXPECT_THAT(second->error().text, HasSubstr("being synchronised already"));
}

TEST_F(CardDavSync, CD_1_TheOnlyAddressBookIsFoundFromTheServersRoot) {
    for (const char* path : {"/", "/principals/alice/"}) {
        account.url = server.url(path);
        EXPECT_EQ(synchronised().total, 2U) << path;
        EXPECT_EQ(copy(), both);
    }
    requests();
    synchronised();
    EXPECT_THAT(requests(), ElementsAre("REPORT /alice/contacts/")) << "and is remembered";
}

TEST_F(CardDavSync, CD_1_SeveralAddressBooksAreListedAndNoneIsTaken) {
    account.url = server.url("/");
    books = {"/alice/contacts/", "/alice/old/"};
    const Error error = failed();
    EXPECT_EQ(error.kind, ErrorKind::permanent);
    EXPECT_THAT(error.text, HasSubstr(server.url("/alice/contacts/")));
    EXPECT_THAT(error.text, HasSubstr(server.url("/alice/old/")));
    books = {};
    EXPECT_THAT(failed().text, HasSubstr("no address book"));
}

TEST_F(CardDavSync, CD_1_AHomeOfManyBooksIsNotReadToItsEnd) {
    account.url = server.url("/");
    for (int i = 0; i < 5000; ++i)
        books.push_back("/alice/" + std::to_string(i) + "/");
    EXPECT_THAT(failed().text, HasSubstr("at least 200 address books"));
    books.assign(5000, book);
    EXPECT_EQ(synchronised().total, 2U) << "one book, however often it is named";
}

TEST_F(CardDavSync, CD_1_ABookThatMovedIsFoundAgain) {
    account.url = server.url("/");
    synchronised();
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (request.target.starts_with(book))
            return HttpAnswer{.status = 404};
        if (request.target == "/alice/new/" && request.method == "REPORT") {
            EXPECT_THAT(request.body, HasSubstr("<d:sync-token></d:sync-token>"));
            return multistatus_answer("<d:sync-token>new</d:sync-token>");
        }
        return {};
    };
    books = {"/alice/new/"};
    EXPECT_EQ(synchronised().removed, 2U);
    EXPECT_EQ(note("collection"), server.url("/alice/new/"));
    EXPECT_EQ(note("sync-token"), "new");
}

TEST_F(CardDavSync, CD_10_CollectionsInTheCollectionAreNoCards) {
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (request.method != "PROPFIND" || request.fields.at("depth") != "1")
            return {};
        return multistatus_answer(
            found(book, "<d:resourcetype><d:collection/></d:resourcetype>") +
            found("/alice/contacts/sub/",
                  "<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype>") +
            found("/alice/contacts/bare", "<d:resourcetype><d:collection/></d:resourcetype>") +
            found("/alice/contacts/fred.vcf", "<d:resourcetype/><d:getetag>\"1\"</d:getetag>"));
    };
    reports_sync = false;
    EXPECT_EQ(synchronised().total, 1U);
    EXPECT_THAT(warnings, IsEmpty());
}

} // namespace
} // namespace columbarium::carddav
