// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium people rename OLD NEW
#include <iostream>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "exit_status.hpp"
#include "people.hpp"
#include "people_site.hpp"
#include "people_text.hpp"

namespace columbarium::tools {

namespace {

struct Request {
    SiteOptions site;
    std::string from;
    std::string to;
};

// Where somebody else changes him meanwhile, it is done again on what that one has left.
Expected<void> rename_in(store::Store& store, const std::string& from, const std::string& to,
                         const store::Author& author, const config::PeoplePolicy& policy) {
    constexpr int tries = 20;
    for (int i = 0; i < tries; ++i) {
        const auto person = find_person(store, from);
        if (!person)
            return tl::make_unexpected(person.error());
        const auto step = tombstone::rename(*person, to, policy);
        if (!step)
            return tl::make_unexpected(step.error());
        const auto renamed = store.rename(from, step->person, step->changes, author);
        if (!renamed)
            return tl::make_unexpected(renamed.error());
        if (*renamed)
            return {};
    }
    return temporary_failure(
        fmt::format("{}: others change this person all the time; try again later", from));
}

int rename_person(const Request& request) {
    const auto author = author_of(request.site);
    if (!author)
        return complain(author.error().text);
    const auto site = open_site(request.site);
    if (!site)
        return complain(site.error().text);
    const auto from = username_of_argument(request.from, site->config->people);
    if (!from)
        return complain(from.error().text);
    const auto to = username_of_argument(request.to, site->config->people);
    if (!to)
        return complain(to.error().text);
    if (const auto renamed = rename_in(*site->store, *from, *to, *author, site->config->people); !renamed)
        return complain(renamed.error().text);
    if (request.site.json)
        std::cout << line_of({{"from", *from}, {"to", *to}}) << '\n';
    else
        std::cout << fmt::format("{} is called {} now\n", *from, *to);
    return end_output(exit_success);
}

} // namespace

void add_people_rename(CLI::App& people, int& status) {
    const auto request = std::make_shared<Request>();
    CLI::App* command = people.add_subcommand("rename", "Give somebody, with his history, another username");
    command->add_option("OLD", request->from, "The username until now")->required();
    command->add_option("NEW", request->to, "The username from now on")->required();
    add_config_option(*command, request->site);
    add_json_option(*command, request->site, "One JSON object on a line");
    add_by_option(*command, request->site);
    command->callback([request, &status] { status = rename_person(*request); });
}

} // namespace columbarium::tools
