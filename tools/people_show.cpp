// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium people show USER
#include <iostream>
#include <memory>
#include <string>

#include "exit_status.hpp"
#include "people.hpp"
#include "people_site.hpp"
#include "people_text.hpp"

namespace columbarium::tools {

namespace {

struct Request {
    SiteOptions site;
    std::string user;
};

int show(const Request& request) {
    const auto site = open_site(request.site);
    if (!site)
        return complain(site.error().text);
    const config::PeoplePolicy& policy = site->config->people;
    const auto username = username_of_argument(request.user, policy);
    if (!username)
        return complain(username.error().text);
    const auto person = find_person(*site->store, *username);
    if (!person)
        return complain(person.error().text);
    if (request.site.json)
        std::cout << line_of(to_json(*person, today(), policy)) << '\n';
    else
        std::cout << to_text(*person, today(), policy);
    return end_output(exit_success);
}

} // namespace

void add_people_show(CLI::App& people, int& status) {
    const auto request = std::make_shared<Request>();
    CLI::App* command =
        people.add_subcommand("show", "Print what is known of somebody, and what becomes of his mail");
    command->add_option("USER", request->user, "A username, or an address of the site")->required();
    add_config_option(*command, request->site);
    add_json_option(*command, request->site, "One JSON object on a line");
    command->callback([request, &status] { status = show(*request); });
}

} // namespace columbarium::tools
