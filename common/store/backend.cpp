// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store/backend.hpp"

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace columbarium::store {

namespace {

std::string_view advice(Trouble trouble) {
    switch (trouble) {
    case Trouble::locked:
        return "; another program is writing to it: try again later";
    case Trouble::read_only:
        return "; it can only be read: check the permissions of the file and its folder and how the file "
               "system is mounted, or whether the server is a standby";
    case Trouble::full:
        return "; no space is left: make room on its file system";
    case Trouble::no_memory:
        return "; the server has no memory left: try again later";
    case Trouble::too_slow:
        return "; it took too long and was ended: try again later";
    case Trouble::not_allowed:
        return "; this user may not do that: check the permissions";
    case Trouble::unreachable:
        return "; check that it is there, and what [store] in columbarium.toml says";
    case Trouble::lost:
        return "; the connection was lost: try again";
    case Trouble::damaged:
        return "; it is damaged: restore it from a backup";
    case Trouble::other:
        break;
    }
    return "";
}

// What the database says, without the names of SOCI's functions before it, and on one line.
std::string message_of(const soci::soci_error& error) {
    const std::string whole = error.get_error_message();
    std::string_view text = whole;
    if (text.starts_with("sqlite3_") || text.starts_with("Cannot establish connection to the database."))
        if (const std::size_t end = text.find_first_of(":."); end != std::string_view::npos)
            text.remove_prefix(end + 1);
    std::string line;
    for (text = trim(text); !text.empty();) {
        const std::string_view part = trim(take_line(text));
        line.append(line.empty() || part.empty() ? "" : " ").append(part);
    }
    if (line.starts_with("Cannot execute query. "))
        line.erase(0, std::string_view("Cannot execute query. ").size());
    std::string shown(cut_at_character(line, 400));
    for (char& c : shown)
        if (is_control(c))
            c = ' ';
    return shown;
}

} // namespace

Error describe(const Backend& backend, std::string_view what, Trouble trouble, const soci::soci_error& error,
               bool is_unknown) {
    const std::string_view what_to_do =
        is_unknown ? "; the connection was lost at the end: it is not known whether the change was made"
                   : advice(trouble);
    return {ErrorKind::temporary,
            fmt::format("{}: {}: {}{}", backend.name(), what, message_of(error), what_to_do)};
}

} // namespace columbarium::store
