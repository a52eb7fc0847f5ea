// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium people cancel USER [--on DATE]
#include <memory>
#include <string>

#include "date_argument.hpp"
#include "people.hpp"
#include "people_change.hpp"

namespace columbarium::tools {

namespace {

struct Request {
    ChangeRequest change;
    std::string from;
};

} // namespace

void add_people_cancel(CLI::App& people, int& status) {
    const auto request = std::make_shared<Request>();
    CLI::App* command =
        people.add_subcommand("cancel", "Cancel somebody, whatever the feed says, until it says the same");
    add_change_options(*command, request->change);
    command->add_option("--on", request->from, "From that day on; today where missing")
        ->type_name("DATE")
        ->check(is_date);
    command->callback([request, &status] {
        status = change_one(request->change, [&](const auto& person, const auto&) {
            const tombstone::Date from = tombstone::read_date(request->from).value_or(today());
            return tombstone::cancel(person, from, today(), request->change.reason);
        });
    });
}

} // namespace columbarium::tools
