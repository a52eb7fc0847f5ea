// SPDX-License-Identifier: LGPL-2.1-or-later
// Servers that fail, lie, or mean harm: the old copy stays, the password too, and an error says what to do.
#include <gmock/gmock.h>

#include "carddav_server.hpp"

namespace columbarium::carddav {
namespace {

using rig::HttpAnswer;
using rig::HttpRequest;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Copy = std::map<std::string, std::string>;

class CardDavBadServer : public CardDavServer {
  protected:
    CardDavBadServer() {
        put("fred.vcf", vcard("fred", "fred@example.org"));
        synchronised();
        put("gina.vcf", vcard("gina", "gina@example.org"));
    }

    // From now on each answer is this one.
    void always(const HttpAnswer& answer) {
        instead = [answer](const HttpRequest&) { return answer; };
    }
};

TEST_F(CardDavBadServer, CD_12_StatusesAreTemporaryOrPermanent) {
    for (const int status : {401, 403, 404, 410, 400, 405, 402, 451, 200, 204, 304, 303})
        EXPECT_EQ((always({.status = status}), failed().kind), ErrorKind::permanent) << status;
    for (const int status : {500, 502, 503, 504, 507, 429, 408, 423})
        EXPECT_EQ((always({.status = status}), failed().kind), ErrorKind::temporary) << status;
}

TEST_F(CardDavBadServer, CD_12_ErrorsSayWhatToMend) {
    always({.status = 401, .fields = {{"WWW-Authenticate", "Basic realm=\"x\""}}});
    EXPECT_THAT(failed().text, HasSubstr("password_file"));
    always({.status = 404});
    EXPECT_THAT(failed().text, HasSubstr("no such collection"));
    always({.status = 503});
    EXPECT_THAT(failed().text, HasSubstr("503"));
}

TEST_F(CardDavBadServer, CD_12_ARedirectToTheSameOriginIsFollowed) {
    for (const int status : {301, 302, 307, 308}) {
        account.url = server.url("/.well-known/carddav");
        instead = [status](const HttpRequest& request) -> std::optional<HttpAnswer> {
            if (request.target == "/.well-known/carddav")
                return HttpAnswer{.status = status, .fields = {{"Location", "/"}}};
            return {};
        };
        requests();
        EXPECT_EQ(synchronised().total, 2U) << status;
    }
    account.url = server.url(book);
    always({.status = 301, .fields = {{"Location", "/round/and/round/"}}});
    EXPECT_THAT(failed().text, HasSubstr("redirects more than"));
    always({.status = 301});
    EXPECT_EQ(failed().kind, ErrorKind::permanent);
}

TEST_F(CardDavBadServer, CD_12_ARedirectToAnotherHostIsRefusedAndSeesNoPassword) {
    rig::HttpServer other([](const HttpRequest&) { return HttpAnswer{}; });
    for (const std::string& target : {other.url(book), std::string("https://127.0.0.1/alice/contacts/"),
                                      std::string("//dav.example.com/"), std::string("file:///etc/passwd")}) {
        always({.status = 301, .fields = {{"Location", target}}});
        const Error error = failed();
        EXPECT_EQ(error.kind, ErrorKind::permanent) << target;
        EXPECT_THAT(error.text, HasSubstr("redirects to")) << target;
    }
    EXPECT_THAT(other.take_requests(), IsEmpty());
}

TEST_F(CardDavBadServer, CD_12_SlowDripEndsWithTheTimeOfAnAnswer) {
    limits.answer = std::chrono::seconds(1);
    always({.status = 207, .body = multistatus(""), .drip = rig::Milliseconds(50)});
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(failed().kind, ErrorKind::temporary);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST_F(CardDavBadServer, TheWholeSynchronisationHasItsTime) {
    limits.whole = std::chrono::seconds(0);
    const Error error = failed();
    EXPECT_EQ(error.kind, ErrorKind::temporary);
    EXPECT_THAT(error.text, HasSubstr("took longer"));
}

TEST_F(CardDavBadServer, AnAnswerThatIsCutIsNone) {
    instead = [this](const HttpRequest& request) -> std::optional<HttpAnswer> {
        HttpAnswer cut = usual_answer(request);
        cut.cut_after = cut.body.size() - 3;
        return cut;
    };
    EXPECT_EQ(failed().kind, ErrorKind::temporary);
}

TEST_F(CardDavBadServer, AServerThatIsNotThereIsATemporaryFailure) {
    const std::uint16_t port = rig::listen_on_loopback().port;
    account.url = "http://127.0.0.1:" + std::to_string(port) + "/alice/contacts/";
    const Expected<SyncReport> result = synchronise();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::temporary);
    account.url = "http://nowhere.invalid/";
    const Expected<SyncReport> nowhere = synchronise();
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().kind, ErrorKind::temporary);
}

TEST_F(CardDavBadServer, ATruncatedMultistatusIsNone) {
    instead = [this](const HttpRequest& request) -> std::optional<HttpAnswer> {
        HttpAnswer truncated = usual_answer(request);
        if (truncated.status == 207)
            truncated.body.resize(truncated.body.size() - 20);
        return truncated;
    };
    EXPECT_EQ(failed().kind, ErrorKind::permanent);
}

TEST_F(CardDavBadServer, OtherKindsOfAnswersAreNone) {
    for (const char* body : {"", "<html><body>Log in</body></html>", "{}", "\xff\xfe\xfd", "<a/><b/>"}) {
        always({.status = 207, .body = body});
        EXPECT_EQ(failed().kind, ErrorKind::permanent) << body;
    }
}

TEST_F(CardDavBadServer, AnXmlBombAndDeepNestingAreRefused) {
    always({.status = 207,
            .body = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
                    "<multistatus xmlns=\"DAV:\">&b;</multistatus>"});
    EXPECT_THAT(failed().text, HasSubstr("document type"));
    std::string deep;
    for (int i = 0; i < 500'000; ++i)
        deep += "<a>";
    always({.status = 207, .body = multistatus(deep)});
    EXPECT_THAT(failed().text, HasSubstr("nested"));
}

TEST_F(CardDavBadServer, AnEndlessAnswerStopsAtItsLimit) {
    limits.answer_octets = 1'000'000;
    always({.status = 207, .body = std::string(4096, ' '), .endless = true});
    EXPECT_THAT(failed().text, HasSubstr("longer than it may be"));
    always({.status = 207, .fields = {{"X-Padding", std::string(300'000, 'x')}}, .body = multistatus("")});
    EXPECT_EQ(failed().text.find("xxxx"), std::string::npos);
}

TEST_F(CardDavBadServer, SY_5_APartialReportThatDoesNotGoOnIsAFailure) {
    // Nothing new in it.
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (request.method != "REPORT")
            return {};
        return multistatus_answer(status_only(book, 507) + "<d:sync-token>again</d:sync-token>");
    };
    EXPECT_THAT(failed().text, HasSubstr("507"));
    // The same token, again and again.
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (request.method != "REPORT")
            return {};
        return multistatus_answer(found("/alice/contacts/gina.vcf", "<d:getetag>\"x\"</d:getetag>") +
                                  status_only(book, 507) + "<d:sync-token>again</d:sync-token>");
    };
    EXPECT_THAT(failed().text, HasSubstr("507"));
    EXPECT_LT(requests().size(), 50U);
}

TEST_F(CardDavBadServer, MoreCardsThanAllowedAreAFailure) {
    limits.cards = 1;
    EXPECT_THAT(failed().text, HasSubstr("more than 1 cards"));
    reports_sync = false;
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (request.method == "REPORT")
            return HttpAnswer{.status = 405};
        return {};
    };
    EXPECT_THAT(failed().text, HasSubstr("more than 1 cards"));
}

TEST_F(CardDavBadServer, CardsThatHoldMoreThanIsKeptInMemoryAreAFailure) {
    limits.card_octets = 5000;
    for (int i = 0; i < 40; ++i)
        put(std::to_string(i) + ".vcf", vcard(std::string(100, 'u') + std::to_string(i), "a@example.org"));
    const Error error = failed();
    EXPECT_EQ(error.kind, ErrorKind::permanent);
    EXPECT_THAT(error.text, HasSubstr("more names and addresses than"));
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (request.method == "REPORT" && request.body.find("multiget") != std::string::npos)
            return HttpAnswer{.status = 405};
        return {};
    };
    EXPECT_THAT(failed().text, HasSubstr("more names and addresses than")) << "one by one, too";
    limits.card_octets = 40'000;
    EXPECT_EQ(synchronised().total, 42U);
}

TEST_F(CardDavBadServer, AListingThatDoesNotNameTheCollectionRemovesNothing) {
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (request.method == "REPORT")
            return HttpAnswer{.status = 405};
        if (request.fields.at("depth") == "1")
            return multistatus_answer("");
        return {};
    };
    EXPECT_EQ(failed().kind, ErrorKind::permanent);
}

TEST_F(CardDavBadServer, HrefsOutsideOfTheCollectionAreIgnoredWithAWarning) {
    rig::HttpServer other([](const HttpRequest&) { return HttpAnswer{}; });
    const std::vector<std::string> lies = {
        "/bob/contacts/secret.vcf",
        "/alice/contacts/../../bob/x.vcf",
        "/alice/contacts/%2e%2e/x.vcf",
        "/alice/contacts/sub/x.vcf",
        other.url("/alice/contacts/x.vcf"),
        "//example.com/alice/contacts/x.vcf",
        "file:///etc/passwd",
        "http://alice:pw@127.0.0.1/x.vcf",
        "/alice/contacts/%00",
        "/alice/contacts/" + std::string(5000, 'a'),
    };
    instead = [&](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (request.method != "REPORT" || request.body.find("sync-collection") == std::string::npos)
            return {};
        std::string content;
        for (const std::string& lie : lies)
            content += found(lie, "<d:getetag>\"1\"</d:getetag>");
        return multistatus_answer(content +
                                  found("/alice/contacts/gina.vcf", "<d:getetag>\"2\"</d:getetag>") +
                                  "<d:sync-token>next</d:sync-token>");
    };
    requests();
    EXPECT_EQ(synchronised().total, 2U);
    EXPECT_EQ(copy(), (Copy{{"/alice/contacts/fred.vcf", "fred@example.org"},
                            {"/alice/contacts/gina.vcf", "gina@example.org"}}));
    EXPECT_THAT(warnings, SizeIs(lies.size()));
    EXPECT_THAT(warnings, Each(HasSubstr("not in this collection")));
    EXPECT_THAT(warnings, Each(Not(HasSubstr("pw@"))));
    EXPECT_THAT(requests(), ElementsAre("REPORT /alice/contacts/", "REPORT /alice/contacts/"));
    EXPECT_THAT(other.take_requests(), IsEmpty());
}

TEST_F(CardDavBadServer, ManyLiesAreAFewWarnings) {
    instead = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (request.method != "REPORT")
            return {};
        std::string content;
        for (int i = 0; i < 10'000; ++i)
            content += found("/bob/" + std::to_string(i), "<d:getetag>\"1\"</d:getetag>");
        return multistatus_answer(content + "<d:sync-token>next</d:sync-token>");
    };
    synchronised();
    EXPECT_LE(warnings.size(), 60U);
    EXPECT_THAT(warnings.back(), HasSubstr("more warnings"));
}

TEST_F(CardDavBadServer, SY_2_AnHrefThatComesTwiceIsOneCard) {
    instead = [this](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (request.method != "REPORT")
            return {};
        const std::string etag = "<d:getetag>\"2\"</d:getetag>";
        if (request.body.find("sync-collection") != std::string::npos)
            return multistatus_answer(found("/alice/contacts/gina.vcf", etag) +
                                      found(server.url("/alice/contacts/gin%61.vcf"), etag) +
                                      "<d:sync-token>next</d:sync-token>");
        const std::string data = "<c:address-data>" + vcard("gina", "gina@example.org") + "</c:address-data>";
        return multistatus_answer(found("/alice/contacts/gina.vcf", etag + data) +
                                  status_only("/alice/contacts/gina.vcf", 404) +
                                  found("/alice/contacts/unasked.vcf", etag + data));
    };
    EXPECT_EQ(synchronised().added, 1U);
    EXPECT_EQ(copy(), (Copy{{"/alice/contacts/fred.vcf", "fred@example.org"},
                            {"/alice/contacts/gina.vcf", "gina@example.org"}}));
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("unasked")));
}

TEST_F(CardDavBadServer, WrongEtagsCostRequestsAndNothingElse) {
    int count = 0;
    instead = [&](const HttpRequest& request) -> std::optional<HttpAnswer> {
        if (request.method != "REPORT" || request.body.find("sync-collection") == std::string::npos)
            return {};
        const std::string number = std::to_string(++count);
        return multistatus_answer(
            found("/alice/contacts/fred.vcf", "<d:getetag>\"lie " + number + "\"</d:getetag>") +
            found("/alice/contacts/gina.vcf", "") + "<d:sync-token>" + number + "</d:sync-token>");
    };
    EXPECT_EQ(synchronised().total, 2U);
    EXPECT_LE(count, 3);
    EXPECT_EQ(copy()["/alice/contacts/gina.vcf"], "gina@example.org");
}

TEST_F(CardDavBadServer, CD_1_APrincipalOrAHomeOnAnotherHostIsNotFollowed) {
    rig::HttpServer other([](const HttpRequest&) { return HttpAnswer{}; });
    account.url = server.url("/");
    for (const std::string& property :
         {"<d:current-user-principal><d:href>" + other.url("/") + "</d:href></d:current-user-principal>",
          "<c:addressbook-home-set><d:href>" + other.url("/") + "</d:href></c:addressbook-home-set>"}) {
        always(multistatus_answer(found("/", property)));
        EXPECT_EQ(failed().kind, ErrorKind::permanent);
    }
    EXPECT_THAT(other.take_requests(), IsEmpty());
}

TEST_F(CardDavBadServer, EL_71_CD_11_PlainTextIsRefusedUnlessItIsAllowed) {
    account.allow_plaintext = false;
    requests();
    const Error error = failed();
    EXPECT_EQ(error.kind, ErrorKind::permanent);
    EXPECT_THAT(error.text, HasSubstr("allow_plaintext"));
    EXPECT_THAT(requests(), IsEmpty()) << "refused before anything is sent";
}

TEST_F(CardDavBadServer, EL_71_AUserIsToldApartByThePassword) {
    std::string authorization;
    instead = [&](const HttpRequest& request) -> std::optional<HttpAnswer> {
        const auto field = request.fields.find("authorization");
        authorization = field == request.fields.end() ? "" : field->second;
        return {};
    };
    synchronised();
    EXPECT_EQ(authorization, "Basic YWxpY2U6b3BlbiBzZXNhbWU=");
    account.user.clear();
    synchronised();
    EXPECT_EQ(authorization, "");
}

TEST_F(CardDavBadServer, EL_71_DigestIsSpokenWhereTheServerWantsIt) {
    std::vector<std::string> authorizations;
    instead = [&](const HttpRequest& request) -> std::optional<HttpAnswer> {
        authorizations.push_back(request.fields.at("authorization"));
        if (authorizations.back().starts_with("Digest"))
            return {};
        return HttpAnswer{.status = 401,
                          .fields = {{"WWW-Authenticate", R"(Digest realm="x", nonce="n", qop="auth")"}}};
    };
    synchronised();
    ASSERT_GE(authorizations.size(), 3U);
    EXPECT_THAT(authorizations.back(), HasSubstr("Digest username=\"alice\""));
}

} // namespace
} // namespace columbarium::carddav
