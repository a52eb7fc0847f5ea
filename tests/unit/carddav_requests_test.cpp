// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carddav/dav_requests.hpp"

#include <gtest/gtest.h>
#include <pugixml.hpp>

#include "carddav/multistatus.hpp"

namespace columbarium::carddav {
namespace {

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(CardDavRequests, CD_2_AreWellFormedAndNameTheNamespacesOfBothRfcs) {
    for (const std::string& request :
         {discovery_request(), listing_request(), sync_request("a<&>\"'"), cards_request({"/a&b.vcf"})}) {
        pugi::xml_document document;
        EXPECT_TRUE(document.load_string(request.c_str())) << request;
        EXPECT_TRUE(holds(request, "xmlns:d=\"DAV:\"")) << request;
        EXPECT_EQ(holds(request, "c:"), holds(request, "xmlns:c=\"urn:ietf:params:xml:ns:carddav\""))
            << request;
    }
}

TEST(CardDavRequests, SY_1_AReportNamesTokenLevelAndEtag) {
    const std::string request = sync_request("http://x/?a=1&b=2");
    EXPECT_TRUE(holds(request, "<d:sync-token>http://x/?a=1&amp;b=2</d:sync-token>")) << request;
    EXPECT_TRUE(holds(request, "<d:sync-level>1</d:sync-level>")) << request;
    EXPECT_TRUE(holds(request, "<d:prop><d:getetag/></d:prop>")) << request;
    EXPECT_TRUE(holds(sync_request(""), "<d:sync-token></d:sync-token>"));
}

TEST(CardDavRequests, VC_12_CardsAreAskedForWithoutPhotographs) {
    const std::string request = cards_request({"/a.vcf"});
    for (const char* name : {"UID", "FN", "N", "EMAIL", "KIND", "MEMBER", "CATEGORIES", "NICKNAME", "ORG",
                             "X-ADDRESSBOOKSERVER-KIND", "X-ADDRESSBOOKSERVER-MEMBER", "VERSION"})
        EXPECT_TRUE(holds(request, "<c:prop name=\"" + std::string(name) + "\"/>")) << name;
    for (const char* name : {"PHOTO", "KEY", "LOGO", "SOUND", "NOTE", "TEL"})
        EXPECT_FALSE(holds(request, name)) << name;
}

TEST(CardDavRequests, CD_7_CardsAreAskedForInWhateverVersionTheServerHas) {
    const std::string request = cards_request({"/a.vcf"});
    EXPECT_TRUE(holds(request, "<c:address-data>")) << "no attributes content-type and version: " << request;
}

TEST(CardDavRequests, CD_9_AMultigetNamesItsHrefs) {
    const std::string request = cards_request({"/a&b.vcf", "/c.vcf"});
    EXPECT_TRUE(holds(request, "<d:href>/a&amp;b.vcf</d:href>")) << request;
    EXPECT_TRUE(holds(request, "<d:href>/c.vcf</d:href>")) << request;
}

TEST(CardDavRequests, TextOfOthersIsEscaped) {
    EXPECT_EQ(xml_escaped("<a href=\"x\">'&'</a>"),
              "&lt;a href=&quot;x&quot;&gt;&apos;&amp;&apos;&lt;/a&gt;");
}

} // namespace
} // namespace columbarium::carddav
