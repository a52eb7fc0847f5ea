// SPDX-License-Identifier: LGPL-2.1-or-later
// The [feed] table of columbarium.toml: where `columbarium people sync` learns who is here.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace columbarium::config {

// What a column of the file, a member of the JSON object or an attribute of the directory is called. "" where
// the feed has none. [feed.columns]; the keys are the names below.
struct FeedColumns {
    std::string username;           // default: "username"; of ldap: "uid"
    std::string id;                 // default: ""
    std::string full_name;          // default: "full_name"; of ldap: "cn"
    std::string affiliation;        // default: "affiliation"; of ldap: "ou"
    std::string forwarding_address; // default: "forwarding_address"; of ldap: ""
    std::string tombstone_address;  // default: "tombstone_address"; of ldap: ""
    std::string disclosure;         // default: "disclosure"; of ldap: ""
    std::string mail;               // ldap only: where the person's address is added; default: "mail"
};

struct FeedSource {
    enum class Kind { none, csv, jsonl, ldap }; // kind = "csv" | "jsonl" | "ldap"; none: the table is missing
    Kind kind = Kind::none;
    FeedColumns columns;

    // csv and jsonl: file = "/srv/people.csv", or command = ["/usr/local/bin/people", "--all"] (a program and
    // its arguments, no shell), whose output is the feed. A column that the file does not have is no column
    // of the feed, but for `username`.
    std::string file;
    std::vector<std::string> command;
    std::size_t command_seconds = 600; // command_seconds, 1 to 86,400: how long it may take

    // ldap
    std::string url;                             // url = "ldap://localhost" | "ldaps://..." | "ldapi://..."
    bool start_tls = true;                       // start_tls: of ldap:// URLs; false only for loopback hosts
    std::string ca_file;                         // ca_file: a certificate authority instead of the system's
    std::string bind_dn;                         // "": anonymous
    std::string password_file;                   // of bind_dn
    std::string base;                            // base = "ou=people,dc=example,dc=org"
    std::string filter = "(objectClass=person)"; // filter
    std::size_t page_size = 500;                 // page_size, 1 to 100,000
    std::size_t answer_seconds = 30;             // answer_seconds, 1 to 600: for each answer of the directory
    bool write_back = false; // write_back = true: forwarding and tombstone addresses and the mail attribute
                             // are written to the directory; needs columns for what is to be written
};

} // namespace columbarium::config
