// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium people set-disclosure USER nothing|address|address-and-name|site
#include <memory>
#include <string>

#include "people.hpp"
#include "people_change.hpp"

namespace columbarium::tools {

namespace {

struct Request {
    ChangeRequest change;
    std::string disclosure;
};

constexpr const char* of_the_site = "site";

} // namespace

void add_people_set_disclosure(CLI::App& people, int& status) {
    const auto request = std::make_shared<Request>();
    CLI::App* command = people.add_subcommand(
        "set-disclosure",
        "Set what correspondents may be told of him; the text goes to everybody who writes");
    add_change_options(*command, request->change);
    command
        ->add_option("DISCLOSURE", request->disclosure,
                     "nothing: they are refused; address: his new one; address-and-name; site: what "
                     "columbarium.toml says for all")
        ->required()
        ->check(CLI::IsMember({"nothing", "address", "address-and-name", of_the_site}));
    command->callback([request, &status] {
        status = change_one(request->change, [&](const auto& person, const auto&) {
            const std::string own = request->disclosure == of_the_site ? "" : request->disclosure;
            return tombstone::set_disclosure(person, own, request->change.reason);
        });
    });
}

} // namespace columbarium::tools
