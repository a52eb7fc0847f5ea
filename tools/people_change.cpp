// SPDX-License-Identifier: LGPL-2.1-or-later
#include "people_change.hpp"

#include <iostream>

#include <fmt/format.h>

#include "exit_status.hpp"
#include "people_text.hpp"

namespace columbarium::tools {

namespace {

void print(const tombstone::Step& step, const config::PeoplePolicy& policy, bool json) {
    if (json) {
        Json object;
        object["changes"] = Json::array();
        for (const tombstone::Change& change : step.changes) {
            Json one;
            add_to(one, change);
            object["changes"].push_back(std::move(one));
        }
        object["person"] = to_json(step.person, today(), policy);
        std::cout << line_of(object) << '\n';
        return;
    }
    if (step.changes.empty())
        std::cout << fmt::format("{}: nothing to change\n", step.person.username);
    for (const tombstone::Change& change : step.changes)
        std::cout << fmt::format("{}: {}\n", step.person.username, to_text(change));
}

} // namespace

void add_change_options(CLI::App& command, ChangeRequest& request) {
    command.add_option("USER", request.user, "A username, or an address of the site")->required();
    add_config_option(command, request.site);
    add_json_option(command, request.site, "One JSON object: changes, person");
    add_by_option(command, request.site);
    command.add_option("--reason", request.reason, "Why, for the history")
        ->type_name("TEXT")
        ->capture_default_str();
}

int change_one(const ChangeRequest& request, const ChangeRule& rule) {
    if (const std::string fault = tombstone::name_fault(request.reason); !fault.empty())
        return complain("the reason: " + fault);
    const auto author = author_of(request.site);
    if (!author)
        return complain(author.error().text);
    const auto site = open_site(request.site);
    if (!site)
        return complain(site.error().text);
    const config::PeoplePolicy& policy = site->config->people;
    const auto username = username_of_argument(request.user, policy);
    if (!username)
        return complain(username.error().text);
    const auto step = change_person(*site->store, *username, *author,
                                    [&](const tombstone::Person& person) { return rule(person, policy); });
    if (!step)
        return complain(step.error().text);
    print(*step, policy, request.site.json);
    return end_output(exit_success);
}

} // namespace columbarium::tools
