// SPDX-License-Identifier: LGPL-2.1-or-later
// A site with people: its configuration, a feed that tests write, and the command.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "config/store_place.hpp"
#include "rig/directory.hpp"
#include "rig/process.hpp"
#include "store/store.hpp"

namespace columbarium::e2e {

// Domains cam.example.org and alumni.example.org, accounts in hermes.example.org, those of the file
// "accounts"; people of the Medical School have their mail at medschl.example.org. The feed is the CSV file
// "people.csv" with the columns username, id, full_name, affiliation, forwarding_address, tombstone_address.
class PeopleSite {
  public:
    // `feed`: lines of the table [feed] instead of the CSV file; `people`: more lines of [people].
    explicit PeopleSite(const std::string& feed = {}, const std::string& people = {});

    // Writes the feed: the head line, and below it these.
    void feed(const std::vector<std::string>& lines) const;
    // Writes the file of accounts.
    void accounts(const std::vector<std::string>& names) const;

    // Runs `columbarium ARGUMENTS --config ...` as the account of the rig.
    [[nodiscard]] rig::RunResult run(std::vector<std::string> arguments) const;
    // `columbarium people ARGUMENTS`.
    [[nodiscard]] rig::RunResult people(std::vector<std::string> arguments) const;
    // `columbarium people show USER --json`; null where that fails.
    [[nodiscard]] nlohmann::json show(const std::string& user) const;
    // The kinds of somebody's changes, the newest first.
    [[nodiscard]] std::vector<std::string> history(const std::string& user) const;

    [[nodiscard]] const rig::TemporaryDirectory& folder() const { return folder_; }
    [[nodiscard]] const rig::Account& account() const { return account_; }
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
    [[nodiscard]] std::string config() const { return path("columbarium.toml"); }
    [[nodiscard]] config::StorePlace place() const;
    [[nodiscard]] std::unique_ptr<store::Store> open_store() const;

  private:
    rig::Account account_ = rig::server_account();
    rig::TemporaryDirectory folder_{account_};
};

// The JSON objects on the lines of an output.
[[nodiscard]] std::vector<nlohmann::json> json_lines(const std::string& output);

// Everybody in a store, without revisions.
[[nodiscard]] std::vector<tombstone::Person> everybody(store::Store& store);

} // namespace columbarium::e2e
