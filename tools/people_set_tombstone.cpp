// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium people set-tombstone USER ADDRESS
#include <memory>
#include <string>

#include "people.hpp"
#include "people_change.hpp"

namespace columbarium::tools {

namespace {

struct Request {
    ChangeRequest change;
    std::string address;
};

} // namespace

void add_people_set_tombstone(CLI::App& people, int& status) {
    const auto request = std::make_shared<Request>();
    CLI::App* command =
        people.add_subcommand("set-tombstone", "Set what correspondents are told after he has left");
    add_change_options(*command, request->change);
    command->add_option("ADDRESS", request->address, "The address; '' unsets it")->required();
    command->callback([request, &status] {
        status = change_one(request->change, [&](const auto& person, const auto& policy) {
            return tombstone::set_tombstone(person, request->address, request->change.reason, policy);
        });
    });
}

} // namespace columbarium::tools
