// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads what servers answer: DAV:multistatus (RFC 4918 section 13) and DAV:error (section 16).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace columbarium::carddav {

inline constexpr int xml_depth_limit = 32;
inline constexpr std::size_t xml_node_limit = 2'000'000;
inline constexpr std::size_t xml_attribute_limit = 16; // of one element

// One DAV:response. Properties count only where the server says that it found them (a status of 2xx).
struct ResponseEntry {
    std::string href;
    int status = 0;      // of the whole response: 404 a removed resource (SY-2); 0 where there is none
    int data_status = 0; // of the propstat that names address-data, 0 where none does
    std::string etag;    // see etag_of()
    std::string address_data;
    bool is_collection = false;
    bool is_address_book = false;
    bool reports_sync = false;          // lists DAV:sync-collection in its supported-report-set
    std::string principal;              // href of DAV:current-user-principal
    std::vector<std::string> home_sets; // hrefs of CARDDAV:addressbook-home-set
};

struct Multistatus {
    std::vector<ResponseEntry> entries; // one for each href, in the answer's order
    std::string sync_token;
};

// Reads a multistatus. A permanent failure where the text is no XML with matching tags, no multistatus, or
// goes beyond the limits above; and where it has a document type declaration, for whose entities nobody but
// an attacker has a use. It is read as UTF-8 whatever it says of itself; octets that are none are passed on
// as they stand, and whoever reads cards or hrefs deals with them. `name` is what the error's text starts
// with: the URL.
[[nodiscard]] Expected<Multistatus> parse_multistatus(std::string text, const std::string& name);

// Whether the body of a refused request holds DAV:error with this condition of the namespace DAV:
// "valid-sync-token".
[[nodiscard]] bool holds_error(std::string text, std::string_view condition);

// An etag as it is compared: without the sign of a weak one, which some servers put only into some answers.
[[nodiscard]] std::string etag_of(std::string_view text);

// Nothing is wrong with the shape of an XML text: its depth, the number of its nodes and of their attributes,
// no document type declaration. "" or what is wrong. Whether the tags match, the parser says.
[[nodiscard]] std::string fault_of_shape(std::string_view text);

} // namespace columbarium::carddav
