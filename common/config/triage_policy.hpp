// SPDX-License-Identifier: LGPL-2.1-or-later
// The [triage] table of columbarium.toml: what facts need to know of the site.
#pragma once

#include <string>
#include <vector>

namespace columbarium::config {

// [triage.tokens.NAME]: a pattern whose matches are the values of the fact "token.NAME".
struct TokenPattern {
    // Where it is looked for.
    enum class Place {
        subject, // decoded
        body,    // the text of all its parts, see triage/body_text.hpp
        header,  // the field that `field` names, decoded
        address, // the address of that field where it is one mailbox and no more, see mail/sole_mailbox.hpp
    };
    struct Source {
        Place place = Place::body;
        std::string field; // "" but for Place::header and Place::address
        friend bool operator==(const Source&, const Source&) = default;
    };

    std::string name; // letters, digits, "-" and "_"; names are compared without regard to ASCII case
    // pattern: RE2, found anywhere, case ignored; its first group, where it has one, is the value
    std::string pattern;
    // in = ["subject", "body", "header:X-Ticket", "address:From"]
    std::vector<Source> in = {{Place::subject, ""}, {Place::body, ""}};
};

// One entry of `spam_fields`: "X-Spam-Flag: ^yes": the field, and a pattern (RE2, case ignored) for its
// decoded value.
struct SpamField {
    std::string field;
    std::string pattern;
    friend bool operator==(const SpamField&, const SpamField&) = default;
};

struct TriagePolicy {
    // authserv_ids: whose Authentication-Results fields are believed. Where the key is missing: those of
    // [reply].
    std::vector<std::string> authserv_ids;
    // spam_fields: a message is spam where one of them holds. They are believed: the MTA or the filter has to
    // remove those that strangers bring.
    std::vector<SpamField> spam_fields = {
        {"X-Spam-Flag", "^yes"}, {"X-Spam-Status", "^yes"}, {"X-Spam", "^yes"}};
    // openpgp_keys: key ids or fingerprints (16, 40 or 64 hexadecimal digits, upper case here, blanks and
    // "0x" removed) of the keys and subkeys that the team can decrypt with
    std::vector<std::string> openpgp_keys;
    // smime_certificates: absolute paths of files with certificates (PEM) whose private keys the team has
    std::vector<std::string> smime_certificates;
    // languages: what the desk reads, as the fact "language" names them, lower case; empty: whatever comes
    std::vector<std::string> languages;
    // [triage.tokens.NAME], in the file's order
    std::vector<TokenPattern> tokens;
};

} // namespace columbarium::config
