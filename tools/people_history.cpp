// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium people history USER [--limit N]
#include <iostream>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "exit_status.hpp"
#include "people.hpp"
#include "people_site.hpp"
#include "people_text.hpp"
#include "printable.hpp"

namespace columbarium::tools {

namespace {

struct Request {
    SiteOptions site;
    std::string user;
    std::size_t limit = 100;
};

void print(const store::HistoryEntry& entry, bool json) {
    if (!json) {
        std::cout << fmt::format("{}  {:<12} {}\n", to_text(entry.when), printable(entry.who),
                                 to_text(entry.change));
        return;
    }
    Json object;
    object["when"] = to_text(entry.when);
    object["who"] = entry.who;
    object["username"] = entry.username;
    add_to(object, entry.change);
    std::cout << line_of(object) << '\n';
}

int print_history(const Request& request) {
    const auto site = open_site(request.site);
    if (!site)
        return complain(site.error().text);
    const auto username = username_of_argument(request.user, site->config->people);
    if (!username)
        return complain(username.error().text);
    if (const auto person = find_person(*site->store, *username); !person)
        return complain(person.error().text);
    const auto printed = site->store->history(
        *username, request.limit, [&](const store::HistoryEntry& entry) { print(entry, request.site.json); });
    if (!printed)
        return complain(printed.error().text);
    return end_output(exit_success);
}

} // namespace

void add_people_history(CLI::App& people, int& status) {
    const auto request = std::make_shared<Request>();
    CLI::App* command =
        people.add_subcommand("history", "Print what was changed of somebody, by whom, and why");
    command->add_option("USER", request->user, "A username, or an address of the site")->required();
    command->add_option("--limit", request->limit, "So many entries at most, the newest first")
        ->type_name("N")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    add_config_option(*command, request->site);
    add_json_option(*command, request->site, "One JSON object a line");
    command->callback([request, &status] { status = print_history(*request); });
}

} // namespace columbarium::tools
