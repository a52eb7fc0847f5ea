// SPDX-License-Identifier: LGPL-2.1-or-later
// What stands under which key of an index.
//
//   h                       the header
//   a KEY                   the first member under a key; in the order of the book
//   m NUMBER KEY            the same of one group, one group after the other
//   g NAME                  a group; in the order of the book
//   c NAME in lower case    the first group's name that is equal but for case
//   r NUMBER                a block of a resource's cards, in the order of ids
//   n NAME                  a note
//
// Numbers are four octets. Records under a, m, g and r stand together: the header says where.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lists/keyed_hash.hpp"
#include "lists/record.hpp"

namespace columbarium::lists {

inline constexpr char header_key = 'h';
inline constexpr char member_key = 'a';
inline constexpr char group_member_key = 'm';
inline constexpr char group_key = 'g';
inline constexpr char folded_group_key = 'c';
inline constexpr char resource_key = 'r';
inline constexpr char note_key = 'n';

// Counted up where records change, and where the same cards give other ones: other rules of reading vCards or
// of mail::fold_address(). Indexes of another version are made anew.
inline constexpr std::uint32_t index_version = 2;

[[nodiscard]] inline std::string index_key(char kind, std::string_view name) {
    std::string key(1, kind);
    key += name;
    return key;
}

[[nodiscard]] inline std::string index_key(char kind, std::uint32_t number, std::string_view name) {
    return index_key(kind, number_key(number)).append(name);
}

// Records between two places of the file.
struct Section {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

struct IndexHeader {
    std::string origin;
    std::uint32_t file_size = 0;
    std::uint32_t members = 0; // different keys
    KeyedHash hash;            // that stands in front of the keys
    Section member_section;
    Section group_section;
    Section resource_section;
    std::map<std::string, std::string> notes; // short ones
};

struct StoredGroup {
    std::uint32_t number = 0;
    bool complete = true;
    Section members;
};

// The header is the value of the last record, and its own length stands at its end: one read finds it.
[[nodiscard]] std::string encode_header(const IndexHeader& header);
// Nothing where it is damaged or of another version.
[[nodiscard]] std::optional<IndexHeader> decode_header(std::string_view octets);

// Octets of most headers, and the most that one can have.
inline constexpr std::size_t usual_header = 1024;
inline constexpr std::size_t header_limit = 64 * 1024;

// A note that is not longer stands in the header.
inline constexpr std::size_t short_note = 256;

// How long the header is that ends these octets; 0 where they are too few to tell.
[[nodiscard]] std::size_t header_length(std::string_view tail);

[[nodiscard]] std::string encode_group(const StoredGroup& group);
[[nodiscard]] std::optional<StoredGroup> decode_group(std::string_view octets);

} // namespace columbarium::lists
