// SPDX-License-Identifier: LGPL-2.1-or-later
#include "catalog_fixture.hpp"

#include <fstream>
#include <stdexcept>
#include <utility>

#include <stdlib.h>

#include <fmt/format.h>

namespace columbarium::lists {

namespace {

class FakeDictReader : public DictReader {
  public:
    explicit FakeDictReader(FakeDict& dict) : dict_(dict) {}

    Expected<std::optional<std::string>> look_up(const std::string& prefix,
                                                 const std::string& name) override {
        dict_.asked.push_back(name);
        if (dict_.fails)
            return temporary_failure("the server is down");
        const auto found = dict_.values.find(prefix + name);
        return found == dict_.values.end() ? std::nullopt : std::optional(found->second);
    }

    Expected<std::vector<std::pair<std::string, std::string>>> enumerate(const std::string& prefix,
                                                                         std::size_t limit) override {
        if (!dict_.enumerates)
            return permanent_failure("this dict cannot enumerate");
        if (dict_.fails)
            return temporary_failure("the server is down");
        std::vector<std::pair<std::string, std::string>> all;
        for (const auto& [key, value] : dict_.values)
            if (key.starts_with(prefix) && all.size() < limit)
                all.emplace_back(key.substr(prefix.size()), value);
        return all;
    }

  private:
    FakeDict& dict_;
};

} // namespace

CatalogTest::CatalogTest() : now_(std::chrono::system_clock::now()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "columbarium-catalog-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
}

CatalogTest::~CatalogTest() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

Expected<std::unique_ptr<Catalog>> CatalogTest::open(const std::string& user) {
    auto config = config::parse_site_config(site_, "columbarium.toml");
    if (!config)
        return tl::make_unexpected(config.error());
    ListUser list_user;
    list_user.name = user;
    if (!user.empty()) {
        list_user.home = home(user).string();
        std::filesystem::create_directories(list_user.home);
    }
    list_user.addresses = addresses_;
    list_user.address_book = address_book_;
    list_user.state_folder = state_folder_;
    CatalogEnvironment environment;
    environment.now = now_;
    environment.warn = [this](const std::string& text) { warnings_.push_back(text); };
    environment.open_dict = [this](const std::string& uri) -> Expected<std::unique_ptr<DictReader>> {
        const auto found = dicts_.find(uri);
        if (found == dicts_.end())
            return permanent_failure("cannot connect");
        ++found->second.opened;
        return std::make_unique<FakeDictReader>(found->second);
    };
    return Catalog::create(std::make_shared<const config::SiteConfig>(std::move(*config)),
                           std::move(list_user), std::move(environment));
}

std::unique_ptr<Catalog> CatalogTest::catalog(const std::string& user) {
    auto opened = open(user);
    if (!opened)
        throw std::runtime_error(opened.error().text); // ends the test
    return std::move(*opened);
}

std::string CatalogTest::catalog_fault() {
    const auto opened = open("fred@example.org");
    if (opened)
        return "";
    EXPECT_EQ(opened.error().kind, ErrorKind::temporary);
    return opened.error().text;
}

std::shared_ptr<Source> CatalogTest::list(Catalog& catalog, std::string_view name) {
    auto source = catalog.resolve(name);
    if (!source)
        throw std::runtime_error(source.error().text); // ends the test
    return std::move(*source);
}

std::string CatalogTest::find(Catalog& catalog, std::string_view name, std::string_view value) {
    const auto source = catalog.resolve(name);
    if (!source)
        return source.error().kind == ErrorKind::permanent ? "unknown" : "not known now";
    const auto found = (*source)->find(lookup_keys(value, catalog.policy().subaddress_delimiters));
    if (!found)
        return found.error().kind == ErrorKind::permanent ? "!permanent" : "!temporary";
    return *found ? (*found)->display_name : "-";
}

void CatalogTest::write(const std::filesystem::path& file, std::string_view text) const {
    std::filesystem::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
}

void CatalogTest::add_card(const std::string& user, const std::string& name, const std::string& address,
                           const std::string& more) const {
    write(home(user) / "contacts" / (name + ".vcf"),
          fmt::format("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{}\r\nFN:{}\r\n{}{}END:VCARD\r\n", name, name,
                      address.empty() ? "" : fmt::format("EMAIL:{}\r\n", address), more));
}

} // namespace columbarium::lists
