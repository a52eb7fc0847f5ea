// SPDX-License-Identifier: LGPL-2.1-or-later
#include "people_service_fixture.hpp"

#include <array>
#include <chrono>

#include "rig/directory.hpp"
#include "tombstone/own_settings.hpp"
#include "wire/client.hpp"

namespace columbarium::e2e {

namespace {

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

} // namespace

PeopleServiceTest::PeopleServiceTest() {
    options.site_config = "[people]\n"
                          "domains = [\"cam.example.org\", \"example.ac.uk\"]\n"
                          "account_domain = \"hermes.example.org\"\n"
                          "accounts = \"userdb\"\n"
                          "subaddress_delimiters = \"+\"\n"
                          "[store]\n"
                          "sqlite = \"@directory@/store/people.sqlite\"\n";
}

rig::Dovecot& PeopleServiceTest::people_server() {
    rig::Dovecot& server = dovecot();
    if (!std::filesystem::exists(store_path().parent_path()))
        std::filesystem::remove(server.write_file("store/empty", ""));
    return server;
}

std::filesystem::path PeopleServiceTest::store_path() {
    return dovecot().directory() / "store/people.sqlite";
}

store::Store& PeopleServiceTest::people() {
    if (people_ == nullptr) {
        people_server();
        config::StorePlace place;
        place.path = store_path().string();
        auto opened = store::Store::open(place, "");
        if (!opened)
            throw std::runtime_error(opened.error().text);
        people_ = *std::move(opened);
    }
    return *people_;
}

void PeopleServiceTest::put(tombstone::Person person) {
    const auto known = people().find(person.username);
    ASSERT_TRUE(known.has_value()) << known.error().text;
    person.revision = *known ? (*known)->revision : 0;
    const std::array writes{store::Write{&person, {}}};
    const auto written = people().write(writes, {"test", now()});
    ASSERT_TRUE(written.has_value()) << written.error().text;
    EXPECT_EQ(written->people, 1U);
}

tombstone::Person PeopleServiceTest::person(const std::string& username) {
    const auto found = people().find(username);
    if (!found || !*found) {
        ADD_FAILURE() << (found ? "there is no " + username : found.error().text);
        return {};
    }
    return **found;
}

tombstone::Person PeopleServiceTest::somebody(const std::string& username,
                                              const std::string& forwarding_address,
                                              const std::string& tombstone_address,
                                              std::optional<int> departed_days_ago) {
    tombstone::Person person;
    person.username = username;
    person.forwarding_address = forwarding_address;
    person.tombstone_address = tombstone_address;
    person.is_new = forwarding_address.empty() && tombstone_address.empty() && !departed_days_ago;
    if (departed_days_ago)
        person.cancelled = tombstone::date_of(now()) - std::chrono::days(*departed_days_ago);
    return person;
}

void PeopleServiceTest::put_everybody() {
    put(somebody("present", "present@hermes.example.org", ""));
    put(somebody("departed", "departed@hermes.example.org", "departed@example.com", 30));
    put(somebody("silent", "silent@hermes.example.org", "", 30));
    put(somebody("newcomer", "", ""));
}

std::string PeopleServiceTest::socket_of(const std::string& name) {
    return (people_server().directory() / "run" / name).string();
}

wire::Reply PeopleServiceTest::ask_on(const std::string& socket, const std::string& map,
                                      const std::string& key) {
    wire::Client client(socket);
    const auto reply = client.ask_patiently({map, key}, wire::Clock::now() + rig::default_deadline);
    if (reply)
        return *reply;
    ADD_FAILURE() << reply.error().text;
    return {wire::ReplyStatus::temporary, reply.error().text};
}

wire::Reply PeopleServiceTest::look_up(const std::string& map, const std::string& address) {
    return ask_on(socket_of("columbarium-people"), map, address);
}

std::string PeopleServiceTest::asks(const std::string& user, const std::string& setting) {
    return tombstone::to_key({user, *tombstone::own_setting_of_name(setting), std::nullopt});
}

std::string PeopleServiceTest::sets(const std::string& user, const std::string& setting,
                                    const std::string& value) {
    return tombstone::to_key({user, *tombstone::own_setting_of_name(setting), value});
}

wire::Reply PeopleServiceTest::settings(const std::string& key) {
    return ask_on(socket_of("columbarium-settings"), "settings", key);
}

std::vector<store::HistoryEntry> PeopleServiceTest::history(const std::string& username) {
    std::vector<store::HistoryEntry> entries;
    const auto read =
        people().history(username, 100, [&](const store::HistoryEntry& entry) { entries.push_back(entry); });
    EXPECT_TRUE(read.has_value()) << read.error().text;
    return entries;
}

std::string PeopleServiceTest::ask_as_mail_user(const std::string& map, const std::string& key) {
    const auto settings = people_server().directory() / "postfix";
    if (!std::filesystem::exists(settings)) {
        // Postfix waits until a file is older than it could still be written at.
        const auto file = people_server().write_file("postfix/main.cf", "compatibility_level = 3.6\n");
        std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() -
                                                   std::chrono::hours(1));
    }
    const auto result =
        people_server().run({"/usr/sbin/postmap", "-c", settings.string(), "-q", key,
                             "socketmap:unix:" + socket_of("columbarium-settings") + ":" + map});
    return result.output.empty() ? result.errors : result.output.substr(0, result.output.size() - 1);
}

} // namespace columbarium::e2e
