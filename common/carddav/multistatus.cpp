// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carddav/multistatus.hpp"

#include <utility>

#include <pugixml.hpp>

#include "base/ascii.hpp"

namespace columbarium::carddav {

namespace {

constexpr std::string_view dav = "DAV:";
constexpr std::string_view carddav = "urn:ietf:params:xml:ns:carddav";

// pugixml knows no namespaces: the prefix of a name means what the nearest xmlns attribute says.
std::string_view namespace_of(pugi::xml_node node) {
    const std::string_view name = node.name();
    const std::size_t colon = name.find(':');
    const std::string attribute =
        colon == std::string_view::npos ? "xmlns" : "xmlns:" + std::string(name.substr(0, colon));
    for (; node; node = node.parent())
        if (const pugi::xml_attribute found = node.attribute(attribute.c_str()))
            return found.value();
    return {};
}

std::string_view local_name(pugi::xml_node node) {
    const std::string_view name = node.name();
    return name.substr(name.find(':') + 1);
}

bool is_named(pugi::xml_node node, std::string_view space, std::string_view name) {
    return local_name(node) == name && namespace_of(node) == space;
}

pugi::xml_node child(pugi::xml_node parent, std::string_view space, std::string_view name) {
    for (const pugi::xml_node node : parent.children())
        if (is_named(node, space, name))
            return node;
    return {};
}

// All text in an element, CDATA and what comments part.
std::string raw_text_of(pugi::xml_node node) {
    std::string text;
    for (const pugi::xml_node piece : node.children())
        if (piece.type() == pugi::node_pcdata || piece.type() == pugi::node_cdata)
            text += piece.value();
    return text;
}

std::string text_of(pugi::xml_node node) {
    return std::string(trim(raw_text_of(node)));
}

// "HTTP/1.1 200 OK" to 200; 0 where it is no status line (RFC 4918 section 14.28).
int status_of(pugi::xml_node parent) {
    const std::string text = text_of(child(parent, dav, "status"));
    const std::size_t blank = text.find(' ');
    if (!starts_with_ignoring_case(text, "HTTP/") || blank == std::string::npos)
        return 0;
    const std::string_view rest = std::string_view(text).substr(blank + 1);
    const std::string_view digits = rest.substr(0, rest.find(' '));
    if (digits.size() != 3)
        return 0;
    int status = 0;
    for (const char c : digits) {
        if (!is_digit(c))
            return 0;
        status = status * 10 + (c - '0');
    }
    return status;
}

void take_resource_type(pugi::xml_node type, ResponseEntry& entry) {
    entry.is_collection = static_cast<bool>(child(type, dav, "collection"));
    entry.is_address_book = entry.is_collection && child(type, carddav, "addressbook");
}

void take_reports(pugi::xml_node set, ResponseEntry& entry) {
    for (const pugi::xml_node supported : set.children())
        if (is_named(supported, dav, "supported-report") &&
            child(child(supported, dav, "report"), dav, "sync-collection"))
            entry.reports_sync = true;
}

void take_property(pugi::xml_node property, ResponseEntry& entry) {
    const std::string_view name = local_name(property);
    const std::string_view space = namespace_of(property);
    if (space == dav) {
        if (name == "getetag")
            entry.etag = etag_of(text_of(property));
        else if (name == "resourcetype")
            take_resource_type(property, entry);
        else if (name == "supported-report-set")
            take_reports(property, entry);
        else if (name == "current-user-principal")
            entry.principal = text_of(child(property, dav, "href"));
    } else if (space == carddav) {
        if (name == "address-data")
            entry.address_data = raw_text_of(property);
        else if (name == "addressbook-home-set")
            for (const pugi::xml_node href : property.children())
                if (is_named(href, dav, "href"))
                    entry.home_sets.push_back(text_of(href));
    }
}

void take_propstat(pugi::xml_node propstat, ResponseEntry& entry) {
    const int status = status_of(propstat);
    const pugi::xml_node properties = child(propstat, dav, "prop");
    if (child(properties, carddav, "address-data"))
        entry.data_status = status;
    if (status < 200 || status > 299)
        return;
    for (const pugi::xml_node property : properties.children())
        take_property(property, entry);
}

// A response without properties may name several hrefs (RFC 4918 section 14.24).
void take_response(pugi::xml_node response, Multistatus& multistatus) {
    ResponseEntry entry;
    entry.status = status_of(response);
    std::vector<std::string> hrefs;
    for (const pugi::xml_node part : response.children()) {
        if (is_named(part, dav, "href"))
            hrefs.push_back(text_of(part));
        else if (is_named(part, dav, "propstat"))
            take_propstat(part, entry);
    }
    for (std::string& href : hrefs) {
        ResponseEntry& added = multistatus.entries.emplace_back(std::exchange(entry, {}));
        added.href = std::move(href);
        entry.status = added.status; // the data belongs to the first one
    }
}

// UTF-8 always: what the text says of its own encoding could lead the parser past fault_of_shape().
pugi::xml_parse_result load(pugi::xml_document& document, std::string& text) {
    return document.load_buffer_inplace(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata,
                                        pugi::encoding_utf8);
}

} // namespace

Expected<Multistatus> parse_multistatus(std::string text, const std::string& name) {
    const auto wrong = [&name](const std::string& what) {
        return permanent_failure(name + ": the answer is none of a CardDAV server: " + what +
                                 "; look at the URL and at the server");
    };
    if (const std::string fault = fault_of_shape(text); !fault.empty())
        return wrong(fault);
    pugi::xml_document document;
    if (const pugi::xml_parse_result result = load(document, text); !result)
        return wrong(std::string("it is no whole XML (") + result.description() + ")");
    const pugi::xml_node root = document.document_element();
    if (!is_named(root, dav, "multistatus"))
        return wrong("it holds no multistatus");
    Multistatus multistatus;
    for (const pugi::xml_node node : root.children()) {
        if (is_named(node, dav, "response"))
            take_response(node, multistatus);
        else if (is_named(node, dav, "sync-token"))
            multistatus.sync_token = text_of(node);
    }
    return multistatus;
}

std::string etag_of(std::string_view text) {
    text = trim(text);
    return std::string(text.starts_with("W/") ? text.substr(2) : text);
}

bool holds_error(std::string text, std::string_view condition) {
    pugi::xml_document document;
    if (!fault_of_shape(text).empty() || !load(document, text))
        return false;
    const pugi::xml_node root = document.document_element();
    return is_named(root, dav, "error") && child(root, dav, condition);
}

} // namespace columbarium::carddav
