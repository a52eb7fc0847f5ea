// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carddav/multistatus.hpp"

#include <gtest/gtest.h>

#include "carddav_server.hpp"

namespace columbarium::carddav {
namespace {

Multistatus parsed(const std::string& text) {
    const Expected<Multistatus> result = parse_multistatus(text, "https://dav.example.org/");
    EXPECT_TRUE(result) << result.error().text;
    return result ? *result : Multistatus();
}

ResponseEntry only_entry(const std::string& content) {
    const Multistatus result = parsed(multistatus(content));
    EXPECT_EQ(result.entries.size(), 1U);
    return result.entries.empty() ? ResponseEntry() : result.entries.front();
}

std::string fault(const std::string& text) {
    const Expected<Multistatus> result = parse_multistatus(text, "https://dav.example.org/");
    EXPECT_FALSE(result) << text.substr(0, 200);
    if (result)
        return {};
    EXPECT_EQ(result.error().kind, ErrorKind::permanent);
    return result.error().text;
}

TEST(CardDavMultistatus, CD_2_NamespacesCountAndPrefixesDoNot) {
    const char* const forms[] = {
        R"(<multistatus xmlns="DAV:"><response><href>/a</href><propstat><prop><getetag>"1"</getetag>
           <address-data xmlns="urn:ietf:params:xml:ns:carddav">x</address-data></prop>
           <status>HTTP/1.1 200 OK</status></propstat></response></multistatus>)",
        R"(<A:multistatus xmlns:A="DAV:" xmlns:B="urn:ietf:params:xml:ns:carddav"><A:response><A:href>/a</A:href>
           <A:propstat><A:prop><A:getetag>"1"</A:getetag><B:address-data>x</B:address-data></A:prop>
           <A:status>HTTP/1.1 200 OK</A:status></A:propstat></A:response></A:multistatus>)",
        // The prefixes change their meaning on the way down.
        R"(<c:multistatus xmlns:c="DAV:"><c:response><c:href>/a</c:href><c:propstat><c:prop>
           <d:getetag xmlns:d="DAV:">"1"</d:getetag>
           <c:address-data xmlns:c="urn:ietf:params:xml:ns:carddav">x</c:address-data></c:prop>
           <c:status>HTTP/1.1 200 OK</c:status></c:propstat></c:response></c:multistatus>)"};
    for (const char* form : forms) {
        const Multistatus result = parsed(form);
        ASSERT_EQ(result.entries.size(), 1U) << form;
        EXPECT_EQ(result.entries[0].href, "/a") << form;
        EXPECT_EQ(result.entries[0].etag, "\"1\"") << form;
        EXPECT_EQ(result.entries[0].address_data, "x") << form;
    }
}

TEST(CardDavMultistatus, CD_2_NamesOfOtherNamespacesAreOthers) {
    const ResponseEntry entry = only_entry(
        found("/a", R"(<x:getetag xmlns:x="http://example.org/">"1"</x:getetag><getetag>"2"</getetag>)"
                    "<c:getetag>\"3\"</c:getetag><d:address-data>x</d:address-data>"));
    EXPECT_EQ(entry.etag, "");
    EXPECT_EQ(entry.address_data, "");
    EXPECT_NE(fault(R"(<multistatus xmlns="http://example.org/"/>)").find("no multistatus"),
              std::string::npos);
    EXPECT_NE(fault("<multistatus/>").find("no multistatus"), std::string::npos);
}

TEST(CardDavMultistatus, PropertiesCountOnlyWhereTheServerFoundThem) {
    const ResponseEntry entry =
        only_entry("<d:response><d:href>/a</d:href>"
                   "<d:propstat><d:prop><d:getetag>\"1\"</d:getetag></d:prop><d:status>HTTP/1.1 200 "
                   "OK</d:status></d:propstat>"
                   "<d:propstat><d:prop><c:address-data/><d:getetag>no</d:getetag></d:prop>"
                   "<d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response>");
    EXPECT_EQ(entry.status, 0);
    EXPECT_EQ(entry.etag, "\"1\"");
    EXPECT_EQ(entry.data_status, 404);
}

TEST(CardDavMultistatus, SY_2_ARemovedResourceHasAStatusAndNoProperties) {
    const Multistatus result =
        parsed(multistatus(found("/a", "<d:getetag>\"1\"</d:getetag>") + status_only("/b", 404) +
                           status_only("/", 507) + "<d:sync-token> http://x/2 </d:sync-token>"));
    ASSERT_EQ(result.entries.size(), 3U);
    EXPECT_EQ(result.entries[0].status, 0);
    EXPECT_EQ(result.entries[1].status, 404);
    EXPECT_EQ(result.entries[2].status, 507);
    EXPECT_EQ(result.sync_token, "http://x/2");
}

TEST(CardDavMultistatus, OneResponseMayNameSeveralHrefs) {
    const Multistatus result =
        parsed(multistatus("<d:response><d:href>/a</d:href><d:href>/b</d:href><d:status>HTTP/1.1 404 "
                           "Gone</d:status></d:response>"));
    ASSERT_EQ(result.entries.size(), 2U);
    EXPECT_EQ(result.entries[0].href, "/a");
    EXPECT_EQ(result.entries[1].href, "/b");
    EXPECT_EQ(result.entries[1].status, 404);
}

TEST(CardDavMultistatus, CD_1_TellsWhatAResourceIsAndWhereToLookOn) {
    const ResponseEntry entry = only_entry(
        found("/alice/", "<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype>"
                         "<d:current-user-principal><d:href>/p/alice/</d:href></d:current-user-principal>"
                         "<c:addressbook-home-set><d:href>/alice/</d:href><d:href>/shared/</d:href>"
                         "</c:addressbook-home-set>"));
    EXPECT_TRUE(entry.is_collection);
    EXPECT_TRUE(entry.is_address_book);
    EXPECT_EQ(entry.principal, "/p/alice/");
    EXPECT_EQ(entry.home_sets, (std::vector<std::string>{"/alice/", "/shared/"}));
    EXPECT_FALSE(only_entry(found("/", "<d:resourcetype><c:addressbook/></d:resourcetype>")).is_address_book)
        << "an address book is a collection, too";
    EXPECT_FALSE(only_entry(found("/", "<d:resourcetype><d:collection/></d:resourcetype>")).is_address_book);
}

TEST(CardDavMultistatus, SY_6_SyncCollectionCountsOnlyAsASupportedReport) {
    const auto reports = [](const std::string& set) {
        return only_entry(found("/", "<d:supported-report-set>" + set + "</d:supported-report-set>"))
            .reports_sync;
    };
    EXPECT_TRUE(
        reports("<d:supported-report><d:report><c:addressbook-multiget/></d:report></d:supported-report>"
                "<d:supported-report><d:report><d:sync-collection/></d:report></d:supported-report>"));
    EXPECT_FALSE(
        reports("<d:supported-report><d:report><c:sync-collection/></d:report></d:supported-report>"));
    EXPECT_FALSE(reports("<d:sync-collection/>"));
    EXPECT_FALSE(reports(""));
}

TEST(CardDavMultistatus, AddressDataKeepsItsLinesInCdataAndInText) {
    EXPECT_EQ(only_entry(found("/a", "<c:address-data><![CDATA[BEGIN:VCARD\nNOTE:<&]]></c:address-data>"))
                  .address_data,
              "BEGIN:VCARD\nNOTE:<&");
    EXPECT_EQ(only_entry(
                  found("/a", "<c:address-data>BEGIN:VCARD&#13;\nNOTE:&lt;&amp;<!-- --> \n</c:address-data>"))
                  .address_data,
              "BEGIN:VCARD\r\nNOTE:<& \n");
}

TEST(CardDavMultistatus, AWeakEtagEqualsTheStrongOne) {
    EXPECT_EQ(etag_of("W/\"1\""), "\"1\"");
    EXPECT_EQ(etag_of(" \"1\" "), "\"1\"");
}

TEST(CardDavMultistatus, StatusLinesOfOtherKindsAreNone) {
    const auto etag = [](const std::string& line) {
        return only_entry(
                   "<d:response><d:href>/a</d:href><d:propstat><d:prop><d:getetag>1</d:getetag></d:prop>"
                   "<d:status>" +
                   line + "</d:status></d:propstat></d:response>")
            .etag;
    };
    for (const char* line : {"HTTP/1.1 200 OK", "HTTP/1.0 200", "http/2 207 Multi"})
        EXPECT_EQ(etag(line), "1") << line;
    for (const char* line :
         {"", "200", "HTTP/1.1", "HTTP/1.1 2000 OK", "HTTP/1.1 20", "HTTP/1.1 ok", "SIP/2.0 200"})
        EXPECT_EQ(etag(line), "") << line;
}

TEST(CardDavMultistatus, WhatIsNoWholeXmlIsAFailure) {
    const std::string whole = multistatus(found("/a", "<d:getetag>\"1\"</d:getetag>"));
    static_cast<void>(parsed(whole));
    for (std::size_t length = 0; length < whole.size(); ++length)
        static_cast<void>(fault(whole.substr(0, length)));
    static_cast<void>(fault("<html><body>Welcome"));
    static_cast<void>(fault("<html><body>Welcome</body></html>"));
    static_cast<void>(fault("{\"json\": true}"));
    static_cast<void>(fault(multistatus("</d:response>")));
    // UTF-16, which nobody sends and which would go past the look at the shape.
    static_cast<void>(fault(std::string("\xff\xfe<\0a\0/\0>\0", 10)));
}

TEST(CardDavMultistatus, ABombOfEntitiesIsRefused) {
    std::string bomb = R"(<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaa">)";
    for (char c = 'b'; c < 'l'; ++c) {
        bomb += std::string("<!ENTITY ") + c + " \"";
        for (int i = 0; i < 10; ++i)
            bomb += std::string("&") + static_cast<char>(c - 1) + ";";
        bomb += "\">";
    }
    bomb += R"(]><m xmlns="DAV:">&k;</m>)";
    EXPECT_NE(fault(bomb).find("document type"), std::string::npos);
    EXPECT_NE(
        fault(R"(<!DOCTYPE m SYSTEM "file:///etc/passwd"><multistatus xmlns="DAV:"/>)").find("document type"),
        std::string::npos);
    // In a comment and in CDATA it is text.
    EXPECT_EQ(only_entry("<!-- <!DOCTYPE m> -->" +
                         found("/a", "<c:address-data><![CDATA[<!DOCTYPE m>]]></c:address-data>"))
                  .address_data,
              "<!DOCTYPE m>");
}

TEST(CardDavMultistatus, DepthNodesAndAttributesHaveLimits) {
    const auto nested = [](int depth) {
        std::string text;
        for (int i = 0; i < depth; ++i)
            text += "<x>";
        for (int i = 0; i < depth; ++i)
            text += "</x>";
        return multistatus(text);
    };
    static_cast<void>(parsed(nested(xml_depth_limit - 1)));
    EXPECT_NE(fault(nested(xml_depth_limit)).find("deep"), std::string::npos);
    EXPECT_NE(fault(nested(1'000'000)).find("deep"), std::string::npos);

    std::string attributes;
    for (std::size_t i = 0; i < xml_attribute_limit; ++i)
        attributes += " a" + std::to_string(i) + "='<=>'";
    static_cast<void>(parsed(multistatus("<x" + attributes + "/>")));
    EXPECT_NE(fault(multistatus("<x" + attributes + " b=''/>")).find("attributes"), std::string::npos);

    std::string many;
    many.reserve(4 * (xml_node_limit + 1));
    for (std::size_t i = 0; i <= xml_node_limit; ++i)
        many += "<a/>";
    EXPECT_NE(fault(multistatus(many)).find("nodes"), std::string::npos);
}

TEST(CardDavMultistatus, SY_4_ErrorsAreToldApartByTheirCondition) {
    EXPECT_TRUE(
        holds_error(R"(<d:error xmlns:d="DAV:"><d:valid-sync-token/></d:error>)", "valid-sync-token"));
    EXPECT_TRUE(holds_error(R"(<error xmlns="DAV:"><a/><valid-sync-token/></error>)", "valid-sync-token"));
    EXPECT_FALSE(
        holds_error(R"(<d:error xmlns:d="DAV:"><d:need-privileges/></d:error>)", "valid-sync-token"));
    EXPECT_FALSE(holds_error(R"(<error><valid-sync-token/></error>)", "valid-sync-token"));
    EXPECT_FALSE(holds_error("", "valid-sync-token"));
    EXPECT_FALSE(holds_error("<html>valid-sync-token", "valid-sync-token"));
}

} // namespace
} // namespace columbarium::carddav
