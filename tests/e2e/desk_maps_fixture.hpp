// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of what the service keeps for desks of triage: a site without people.
#pragma once

#include <string>

#include "people_service_fixture.hpp"
#include "store/store.hpp"

namespace columbarium::e2e {

class DeskMapsTest : public PeopleServiceTest {
  protected:
    // Users "support" and "sales"; sales has another uid than all processes here.
    DeskMapsTest() {
        options.users = {{"support", ""}, {"sales", "userdb_uid=1"}};
        options.extra_conf += "first_valid_uid = 1\n";
        options.site_config = "[destinations.disputes]\n"
                              "kind = \"channel\"\n"
                              "forward_to = \"disputes@example.org\"\n"
                              "per_hour = 2\n"
                              "[destinations.Help]\n"
                              "kind = \"channel\"\n"
                              "forward_to = \"help@example.org\"\n"
                              "[destinations.Returns]\n"
                              "kind = \"bucket\"\n"
                              "mailbox = \"Returns\"\n"
                              "record_bounces = true\n"
                              "[desk]\n"
                              "forwards_per_hour = 3\n"
                              "[store]\n"
                              "sqlite = \"@directory@/store/people.sqlite\"\n";
    }

    // As the process of a mail user, by Postfix's client of socketmap: the value, or what was said instead.
    std::string ask_as_mail_user(const std::string& map, const std::string& key) {
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
};

} // namespace columbarium::e2e
