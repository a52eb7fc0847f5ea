// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium tables export --format FORMAT --output PATH [--mode MODE] forwarding|tombstone
#include <charconv>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "exit_status.hpp"
#include "people_site.hpp"
#include "people_text.hpp"
#include "progress.hpp"
#include "store_owner.hpp"
#include "tables.hpp"
#include "tables/table_writer.hpp"
#include "tombstone/resolve.hpp"

namespace columbarium::tools {

namespace {

struct Request {
    SiteOptions site;
    std::string table;
    std::string format;
    std::string output;
    std::string mode; // "": see TableWriter::create()
};

std::optional<unsigned> read_mode(const std::string& text) {
    unsigned mode = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, mode, 8);
    if (error != std::errc() || stop != end || text.empty() || mode > 0777)
        return std::nullopt;
    return mode;
}

// The address that the table has for a person; nullptr for none.
const std::string* value_of(const tombstone::Resolution& resolution, bool is_forwarding) {
    if (is_forwarding) {
        const auto* forward = std::get_if<tombstone::Forward>(&resolution);
        return forward == nullptr ? nullptr : &forward->address;
    }
    const auto* change = std::get_if<tombstone::ChangeOfAddress>(&resolution);
    return change == nullptr ? nullptr : &change->address;
}

class Export {
  public:
    Export(const Request& request, tables::TableWriter writer, const config::PeoplePolicy& policy)
        : writer_(std::move(writer)), policy_(policy), is_forwarding_(request.table == "forwarding") {}

    // False where the table cannot be written.
    bool take(const tombstone::Person& person) {
        ++people_;
        const tombstone::Resolution resolution = tombstone::resolve(person, today_);
        const std::string* value = value_of(resolution, is_forwarding_);
        if (value == nullptr)
            return true;
        for (const std::string& domain : policy_.domains) {
            key_.assign(person.username).append("@").append(domain);
            const auto added = writer_.add(key_, *value);
            if (added) {
                ++entries_;
            } else if (added.error().kind == ErrorKind::permanent) {
                // All others' mail must not depend on one address.
                complain(added.error().text);
                ++left_out_;
            } else {
                failure_ = added.error();
                return false;
            }
        }
        return true;
    }

    Expected<void> finish() {
        if (failure_)
            return tl::make_unexpected(*failure_);
        return writer_.finish();
    }

    [[nodiscard]] std::size_t people() const { return people_; }
    [[nodiscard]] std::size_t entries() const { return entries_; }
    [[nodiscard]] std::size_t left_out() const { return left_out_; }

  private:
    tables::TableWriter writer_;
    const config::PeoplePolicy& policy_;
    bool is_forwarding_;
    tombstone::Date today_ = today();
    std::string key_;
    std::size_t people_ = 0;
    std::size_t entries_ = 0;
    std::size_t left_out_ = 0;
    std::optional<Error> failure_;
};

std::string counted(std::size_t number, std::string_view one, std::string_view several) {
    return fmt::format("{} {}", number, number == 1 ? one : several);
}

void print(const Request& request, const Export& table) {
    if (request.site.json) {
        std::cout << line_of({{"table", request.table},
                              {"format", request.format},
                              {"output", request.output},
                              {"people", table.people()},
                              {"entries", table.entries()},
                              {"left_out", table.left_out()}})
                  << '\n';
        return;
    }
    std::cout << fmt::format("{}: {}, of {}\n", request.output, counted(table.entries(), "entry", "entries"),
                             counted(table.people(), "person", "people"));
}

// Gives everybody to the table. The table's file is open and stays root's where root exports.
Expected<void> read_people(const config::StorePlace& place, Export& table, Progress& progress) {
    AsStoreOwner owner;
    if (auto entered = owner.enter(place); !entered)
        return entered;
    {
        const auto store = open_store(place);
        if (!store)
            return tl::make_unexpected(store.error());
        auto read = (*store)->each([&](const tombstone::Person& person) {
            if (table.people() % 1'024 == 0)
                progress.tell("exporting", table.people(), "people");
            return table.take(person);
        });
        if (!read)
            return read;
    }
    return owner.leave();
}

int export_table(const Request& request) {
    const auto format = tables::format_of_name(request.format);
    const auto mode = read_mode(request.mode);
    if (!format || (!mode && !request.mode.empty())) // the checks of the options have seen to it
        return exit_usage;
    if (format == tables::Format::postfix_cdb && !request.output.ends_with(".cdb")) {
        complain(
            fmt::format("{}: Postfix opens \"cdb:NAME\" as NAME.cdb: let --output end so", request.output));
        return exit_usage;
    }
    Progress progress;
    const auto config = read_site(request.site);
    if (!config)
        return complain(config.error().text);
    auto writer = tables::TableWriter::create(request.output, *format, mode);
    if (!writer)
        return complain(writer.error().text);
    Export table(request, std::move(*writer), (*config)->people);
    const auto read = read_people((*config)->store, table, progress);
    progress.hide();
    if (!read)
        return complain(read.error().text);
    if (const auto finished = table.finish(); !finished)
        return complain(finished.error().text);
    print(request, table);
    return end_output(table.left_out() == 0 ? exit_success : exit_failure);
}

void add_tables_export(CLI::App& tables, int& status) {
    const auto request = std::make_shared<Request>();
    CLI::App* command = tables.add_subcommand("export", "Write a look-up table for an MTA, for all people");
    command->add_option("TABLE", request->table, "forwarding or tombstone")
        ->required()
        ->check(CLI::IsMember({"forwarding", "tombstone"}));
    command
        ->add_option("--format", request->format, "postfix-texthash, postfix-cdb, exim-lsearch or exim-cdb")
        ->required()
        ->check([](const std::string& text) {
            return tables::format_of_name(text) ? std::string() : "\"" + text + "\" is no format";
        });
    command->add_option("--output", request->output, "The file; the old one stays until the new one is whole")
        ->type_name("PATH")
        ->required();
    command->add_option("--mode", request->mode, "The file's permissions; those of the old file, or 0640")
        ->type_name("MODE")
        ->check([](const std::string& text) {
            return read_mode(text) ? std::string() : "\"" + text + "\" is no mode like 0640";
        });
    add_config_option(*command, request->site);
    add_json_option(*command, request->site, "One JSON object on a line: table, entries, people");
    command->callback([request, &status] { status = export_table(*request); });
}

} // namespace

void add_tables(CLI::App& app, int& status) {
    CLI::App* tables = app.add_subcommand("tables", "Look-up tables for MTAs");
    tables->require_subcommand(1);
    add_tables_export(*tables, status);
}

} // namespace columbarium::tools
