// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carddav/dav_requests.hpp"

#include <array>

namespace columbarium::carddav {

namespace {

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

// What Card is made of, and VERSION, without which no vCard is valid.
constexpr std::array<std::string_view, 12> card_properties{
    "VERSION",
    "UID",
    "FN",
    "N",
    "NICKNAME",
    "ORG",
    "EMAIL",
    "KIND",
    "CATEGORIES",
    "MEMBER",
    "X-ADDRESSBOOKSERVER-KIND",
    "X-ADDRESSBOOKSERVER-MEMBER",
};

std::string document(std::string_view body) {
    return std::string(declaration) + std::string(body);
}

} // namespace

std::string xml_escaped(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&apos;";
            break;
        default:
            escaped += c;
        }
    }
    return escaped;
}

std::string discovery_request() {
    return document(R"(<d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:prop>)"
                    "<d:resourcetype/><d:supported-report-set/>"
                    "<d:current-user-principal/><c:addressbook-home-set/>"
                    "</d:prop></d:propfind>\n");
}

std::string listing_request() {
    return document(
        R"(<d:propfind xmlns:d="DAV:"><d:prop><d:resourcetype/><d:getetag/></d:prop></d:propfind>)"
        "\n");
}

std::string sync_request(std::string_view token) {
    return document(R"(<d:sync-collection xmlns:d="DAV:"><d:sync-token>)" + xml_escaped(token) +
                    "</d:sync-token><d:sync-level>1</d:sync-level>"
                    "<d:prop><d:getetag/></d:prop></d:sync-collection>\n");
}

std::string cards_request(const std::vector<std::string>& hrefs) {
    std::string body = R"(<c:addressbook-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav">)"
                       "<d:prop><d:getetag/><c:address-data>";
    for (const std::string_view property : card_properties)
        body.append("<c:prop name=\"").append(property).append("\"/>");
    body += "</c:address-data></d:prop>\n";
    for (const std::string& href : hrefs)
        body += "<d:href>" + xml_escaped(href) + "</d:href>\n";
    return document(body + "</c:addressbook-multiget>\n");
}

} // namespace columbarium::carddav
