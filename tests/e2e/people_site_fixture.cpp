// SPDX-License-Identifier: LGPL-2.1-or-later
#include "people_site_fixture.hpp"

#include <sstream>
#include <stdexcept>

namespace columbarium::e2e {

namespace {

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines)
        text += line + '\n';
    return text;
}

} // namespace

PeopleSite::PeopleSite(const std::string& feed, const std::string& people) {
    const std::string source = feed.empty() ? "kind = \"csv\"\nfile = \"" + path("people.csv") + "\"\n" +
                                                  "[feed.columns]\nid = \"id\"\n"
                                            : feed;
    folder_.make_directory("store");
    folder_.write("columbarium.toml", "[people]\n"
                                      "domains = [\"cam.example.org\", \"alumni.example.org\"]\n"
                                      "account_domain = \"hermes.example.org\"\n"
                                      "accounts = \"list:" +
                                          path("accounts") + "\"\n" + people +
                                          "[people.affiliations]\n"
                                          "\"Medical School\" = \"{username}@medschl.example.org\"\n"
                                          "[store]\nsqlite = \"" +
                                          place().path + "\"\n[feed]\n" + source);
    accounts({"postmaster"});
}

void PeopleSite::feed(const std::vector<std::string>& lines) const {
    folder_.write("people.csv",
                  "username,id,full_name,affiliation,forwarding_address,tombstone_address\n" + joined(lines));
}

void PeopleSite::accounts(const std::vector<std::string>& names) const {
    folder_.write("accounts", joined(names));
}

rig::RunResult PeopleSite::run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), COLUMBARIUM_COMMAND);
    arguments.insert(arguments.end(), {"--config", config()});
    return rig::run(arguments, {.directory = folder_.path(), .account = account_});
}

rig::RunResult PeopleSite::people(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "people");
    return run(std::move(arguments));
}

nlohmann::json PeopleSite::show(const std::string& user) const {
    const rig::RunResult result = people({"show", user, "--json"});
    return result.status == 0 ? nlohmann::json::parse(result.output) : nlohmann::json();
}

std::vector<std::string> PeopleSite::history(const std::string& user) const {
    std::vector<std::string> kinds;
    for (const nlohmann::json& line : json_lines(people({"history", user, "--json"}).output))
        kinds.push_back(line.at("kind"));
    return kinds;
}

config::StorePlace PeopleSite::place() const {
    config::StorePlace place;
    place.path = path("store/store.sqlite");
    return place;
}

std::unique_ptr<store::Store> PeopleSite::open_store() const {
    auto store = store::Store::open(place(), "");
    if (!store)
        throw std::runtime_error(store.error().text);
    return std::move(*store);
}

std::vector<nlohmann::json> json_lines(const std::string& output) {
    std::vector<nlohmann::json> lines;
    std::istringstream stream(output);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(nlohmann::json::parse(line));
    return lines;
}

std::vector<tombstone::Person> everybody(store::Store& store) {
    std::vector<tombstone::Person> people;
    const auto read = store.each([&](const tombstone::Person& person) {
        people.push_back(person);
        people.back().revision = 0;
        return true;
    });
    if (!read)
        throw std::runtime_error(read.error().text);
    return people;
}

} // namespace columbarium::e2e
