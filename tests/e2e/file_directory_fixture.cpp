// SPDX-License-Identifier: LGPL-2.1-or-later
#include "file_directory_fixture.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace columbarium::e2e {

using nlohmann::json;

std::map<std::string, Entry> FileDirectory::entries() const {
    std::ifstream file(path_);
    const json all = json::parse(file);
    std::map<std::string, Entry> entries;
    for (const auto& [username, entry] : all.items())
        entries[username] = {entry.at("forwarding"), entry.at("tombstone"), entry.at("mail")};
    return entries;
}

void FileDirectory::set(const std::map<std::string, Entry>& entries) const {
    json all = json::object();
    for (const auto& [username, entry] : entries)
        all[username] = {{"forwarding", entry.forwarding_address},
                         {"tombstone", entry.tombstone_address},
                         {"mail", entry.mail}};
    std::ofstream(path_ + ".new") << all.dump();
    if (std::rename((path_ + ".new").c_str(), path_.c_str()) != 0)
        throw std::runtime_error("cannot write " + path_);
}

Expected<void> FileDirectory::read(const std::function<void(tombstone::Row)>& take) {
    for (const auto& [username, entry] : entries()) {
        tombstone::Row row;
        row.where = path_ + ':' + username;
        row.username = username;
        row.full_name = "Person " + username;
        row.affiliation = "Physics";
        if (carried.forwarding_address)
            row.forwarding_address = entry.forwarding_address;
        if (carried.tombstone_address)
            row.tombstone_address = entry.tombstone_address;
        take(std::move(row));
    }
    return {};
}

Expected<feed::WriteResult> FileDirectory::write(const feed::DirectoryChange& change) {
    if (before_write)
        if (auto allowed = before_write(change); !allowed)
            return tl::make_unexpected(allowed.error());
    auto all = entries();
    const auto found = all.find(change.username);
    if (found == all.end())
        return feed::WriteResult::absent;
    Entry& entry = found->second;
    const auto differs = [](const auto& wanted, const std::string& now) {
        return wanted && now != wanted->before && now != wanted->after;
    };
    if (differs(change.forwarding_address, entry.forwarding_address) ||
        differs(change.tombstone_address, entry.tombstone_address))
        return feed::WriteResult::differs;
    if (change.forwarding_address)
        entry.forwarding_address = change.forwarding_address->after;
    if (change.tombstone_address)
        entry.tombstone_address = change.tombstone_address->after;
    if (!change.mail.empty() && std::ranges::find(entry.mail, change.mail) == entry.mail.end())
        entry.mail.push_back(change.mail);
    set(all);
    if (after_write)
        after_write(change);
    return feed::WriteResult::written;
}

} // namespace columbarium::e2e
