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
};

} // namespace columbarium::e2e
