// SPDX-License-Identifier: LGPL-2.1-or-later
// The `columbarium` command: dispatches to one file a subcommand.
#include <cstdlib>
#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "bounces.hpp"
#include "exit_status.hpp"
#include "people.hpp"
#include "reply_explain.hpp"
#include "service_status.hpp"
#include "tables.hpp"
#include "triage_explain.hpp"

int main(int argc, char** argv) {
    using namespace columbarium::tools;
    try {
        CLI::App app{"Columbarium: sort a shared mailbox inside Dovecot. See columbarium(1)."};
        app.require_subcommand(1);
        app.set_version_flag("--version", std::string(COLUMBARIUM_VERSION));
        int status = exit_success;

        CLI::App* triage = app.add_subcommand("triage", "What messages are");
        triage->require_subcommand(1);
        add_triage_explain(*triage, status);

        CLI::App* reply = app.add_subcommand("reply", "Automatic replies");
        reply->require_subcommand(1);
        add_reply_explain(*reply, status);

        add_people(app, status);
        add_tables(app, status);
        add_bounces(app, status);

        CLI::App* service = app.add_subcommand("service", "The service that Dovecot runs");
        service->require_subcommand(1);
        add_service_status(*service, status);

        try {
            app.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return app.exit(error) == 0 ? exit_success : exit_usage;
        }
        return status;
    } catch (const std::exception& error) {
        std::cerr << "columbarium: " << error.what() << '\n';
        return exit_failure;
    }
}
