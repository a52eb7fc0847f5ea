// SPDX-License-Identifier: LGPL-2.1-or-later
// Dovecot's dicts as lists read them: one synchronous call for each question.
//
// The drivers that Dovecot itself has (proxy, file, fs, memcached, redis) are known in every process that
// handles mail; SQL, LDAP and CDB are reached through the dict service ("proxy::NAME").
//
// What is looked up is what strangers write into mail. Not every driver keeps it apart from its protocol:
// memcached_ascii writes a key as it is. So a name with a control character is no member of any dict, and is
// never sent; where the driver is memcached_ascii, the same goes for a name that its keys cannot hold: one
// with a blank, or too long. Behind the dict service nobody sees which driver it is: memcached_ascii does not
// belong there.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "lists/dict_reader.hpp"

namespace columbarium::host {

// Octets of a value in a dict; a longer one is refused.
inline constexpr std::size_t dict_value_limit = 64 * 1024;

// For whom a dict is asked. `base_dir` is Dovecot's: the dict service's socket is there.
struct DictUser {
    std::string username; // private keys ("priv/...") belong to it; "" for nobody: then they cannot be asked
    std::string home;     // "" for none
    std::string base_dir;
};

// Opens a dict by its URI. A temporary failure where the URI is wrong or names a driver that the host does
// not have; the caller says which dict it is. Later failures name it. No failure holds a password of the URI
// or a value that was asked for.
[[nodiscard]] Expected<std::unique_ptr<lists::DictReader>> open_host_dict(const std::string& uri,
                                                                          const DictUser& user);

// A dict's URI with "..." for its passwords, for people.
[[nodiscard]] std::string dict_place(std::string_view uri);

} // namespace columbarium::host
