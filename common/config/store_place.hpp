// SPDX-License-Identifier: LGPL-2.1-or-later
// The [store] table of columbarium.toml: where people, their history and the suppression of replies are kept.
#pragma once

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
};

} // namespace columbarium::config
