// SPDX-License-Identifier: LGPL-2.1-or-later
// The [store] table of columbarium.toml: where people, their history, the suppression of replies and what
// bounces told are kept.
#pragma once

#include <cstddef>
#include <string>

namespace columbarium::config {

inline constexpr const char* default_store_path = "/var/lib/dovecot-columbarium/store.sqlite";

struct StorePlace {
    enum class Kind { sqlite, postgresql };
    Kind kind = Kind::sqlite;
    std::string path = default_store_path; // sqlite = "/var/lib/...": absolute
    // postgresql = "host=db.example.org dbname=columbarium user=columbarium": libpq's keywords; `password` is
    // refused: password_file = "/etc/dovecot/columbarium-db.secret" holds it, on one line.
    std::string connection;
    std::string password_file; // "": none is needed
    // keep_bounces_days, 1 to 36,500: how long what a bounce told of an address is kept after it told it last
    std::size_t keep_bounces_days = 400;
};

} // namespace columbarium::config
