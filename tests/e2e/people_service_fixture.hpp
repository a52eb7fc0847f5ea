// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of what the service says of people: a site with a store, and questions to its sockets.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "service_fixture.hpp"
#include "store/store.hpp"
#include "tombstone/person.hpp"

namespace columbarium::e2e {

class PeopleServiceTest : public ServiceTest {
  protected:
    // The site's domain is cam.example.org, its mail system is hermes.example.org.
    PeopleServiceTest();

    // The server, with a folder for the store.
    rig::Dovecot& people_server();

    [[nodiscard]] std::filesystem::path store_path();
    // As another process has it.
    [[nodiscard]] store::Store& people();

    // Puts somebody into the store, or changes him.
    void put(tombstone::Person person);
    [[nodiscard]] tombstone::Person person(const std::string& username);

    // Somebody with these addresses; "" for none. Departed many days ago, where that is said.
    [[nodiscard]] static tombstone::Person somebody(const std::string& username,
                                                    const std::string& forwarding_address,
                                                    const std::string& tombstone_address,
                                                    std::optional<int> departed_days_ago = {});

    // Four people: "present" forwards, "departed" left an address, "silent" left none, "newcomer" is new.
    void put_everybody();

    [[nodiscard]] std::string socket_of(const std::string& name);

    // One question on a connection of its own to that socket. Fails the test where there is no reply.
    [[nodiscard]] wire::Reply ask_on(const std::string& socket, const std::string& map,
                                     const std::string& key);

    // The maps of "columbarium-people".
    [[nodiscard]] wire::Reply look_up(const std::string& map, const std::string& address);

    // Keys of the map `settings`.
    [[nodiscard]] static std::string asks(const std::string& user, const std::string& setting);
    [[nodiscard]] static std::string sets(const std::string& user, const std::string& setting,
                                          const std::string& value);
    // The map `settings` of "columbarium-settings".
    [[nodiscard]] wire::Reply settings(const std::string& key);

    // A question to "columbarium-settings" as the process of a mail user, by Postfix's client of socketmap:
    // the value, or what was said instead.
    [[nodiscard]] std::string ask_as_mail_user(const std::string& map, const std::string& key);

    // The history's entries of somebody, the newest first.
    [[nodiscard]] std::vector<store::HistoryEntry> history(const std::string& username);

    static constexpr const char* site = "cam.example.org";

  private:
    std::unique_ptr<store::Store> people_;
};

// The same reply.
MATCHER_P(IsOk, value, "") {
    *result_listener << "status " << static_cast<int>(arg.status) << " \"" << arg.text << "\"";
    return arg.status == wire::ReplyStatus::ok && arg.text == value;
}

MATCHER_P2(Fails, status, text, "") {
    *result_listener << "status " << static_cast<int>(arg.status) << " \"" << arg.text << "\"";
    return arg.status == status && arg.text.find(text) != std::string::npos;
}

MATCHER(IsNotFound, "") {
    *result_listener << "status " << static_cast<int>(arg.status) << " \"" << arg.text << "\"";
    return arg.status == wire::ReplyStatus::not_found;
}

} // namespace columbarium::e2e
