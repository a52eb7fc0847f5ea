// SPDX-License-Identifier: LGPL-2.1-or-later
// A user with a home, a site's policy, and dicts that do what a test says.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "config/site_config.hpp"
#include "lists/catalog.hpp"

namespace columbarium::lists {

// What a dict holds and does. Shared with the readers that are opened on it.
struct FakeDict {
    std::map<std::string, std::string> values; // by the whole key
    bool fails = false;                        // answers with temporary failures
    bool enumerates = true;
    std::vector<std::string> asked; // the names, in their order
    int opened = 0;
};

class CatalogTest : public ::testing::Test {
  protected:
    CatalogTest();
    ~CatalogTest() override;

    // The catalog of a user; a home is made for each name.
    std::unique_ptr<Catalog> catalog(const std::string& user = "fred@example.org");
    // Why there is none.
    std::string catalog_fault();

    // The list, or nullptr and a failure of the test.
    static std::shared_ptr<Source> list(Catalog& catalog, std::string_view name);
    // The display name of the member that a value is, "-" for no member, "!" and the kind of a failure.
    static std::string find(Catalog& catalog, std::string_view name, std::string_view value);

    void write(const std::filesystem::path& file, std::string_view text) const; // relative to root_
    std::filesystem::path home(const std::string& user) const { return root_ / "home" / user; }
    // A card of a vdir in the user's folder "contacts".
    void add_card(const std::string& user, const std::string& name, const std::string& address,
                  const std::string& more = "") const;

    std::filesystem::path root_;
    std::string site_;                   // columbarium.toml
    std::string address_book_;           // the user's own setting
    std::vector<std::string> addresses_; // the user's own
    std::string state_folder_;
    std::map<std::string, FakeDict> dicts_; // by URI; another URI cannot be opened
    std::vector<std::string> warnings_;
    std::chrono::system_clock::time_point now_;

  private:
    Expected<std::unique_ptr<Catalog>> open(const std::string& user);
};

} // namespace columbarium::lists
