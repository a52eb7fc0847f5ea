// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium people sync [--dry-run] [--force N] [--accept-date DATE]
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <unistd.h>

#include "date_argument.hpp"
#include "exit_status.hpp"
#include "feed/synchronise.hpp"
#include "people.hpp"
#include "people_site.hpp"
#include "progress.hpp"
#include "sync_report.hpp"

namespace columbarium::tools {

namespace {

struct Request {
    SiteOptions site;
    bool dry_run = false;
    std::optional<std::size_t> forced;
    std::string accepted_date;
};

// What a sync works with.
struct Parts {
    Site site;
    std::unique_ptr<feed::Source> source;
    std::unique_ptr<feed::Accounts> accounts;
    std::unique_ptr<feed::WriteBack> write_back;
};

template <class T>
bool put(Expected<T> from, T& to, Error& error) {
    if (from)
        to = std::move(*from);
    else
        error = std::move(from.error());
    return from.has_value();
}

Expected<Parts> open_parts(const Request& request) {
    Parts parts;
    Error error;
    std::string password;
    if (!put(open_site(request.site), parts.site, error))
        return tl::make_unexpected(error);
    const config::SiteConfig& config = *parts.site.config;
    // Where the store is a file, root has become the user of its folder; see store_owner.hpp.
    if (::geteuid() == 0 && !config.feed.command.empty())
        return permanent_failure(
            "the feed's program must not run as root; say: sudo -u columbarium columbarium "
            "people sync");
    if (!put(password_of(config.feed.password_file), password, error) ||
        !put(feed::open_source(config.feed, password), parts.source, error) ||
        !put(feed::open_accounts(config.people), parts.accounts, error) ||
        (!request.dry_run && !put(feed::open_write_back(config.feed, password), parts.write_back, error)))
        return tl::make_unexpected(error);
    return parts;
}

void show(Progress& progress, feed::Stage stage, std::size_t done) {
    switch (stage) {
    case feed::Stage::reading_feed:
        return progress.tell("reading the feed", done, "rows");
    case feed::Stage::reading_store:
        return progress.tell("comparing with the store", done, "people");
    case feed::Stage::applying:
        return progress.tell("writing to the store", done, "people");
    case feed::Stage::writing_back:
        return progress.tell("writing to the directory", done, "people");
    }
}

int sync(const Request& request) {
    SiteOptions options = request.site;
    if (options.by.empty())
        options.by = "sync";
    const auto author = author_of(options);
    if (!author)
        return complain(author.error().text);
    Progress progress;
    const auto parts = open_parts(request);
    if (!parts)
        return complain(parts.error().text);
    feed::SyncOptions how;
    how.dry_run = request.dry_run;
    how.forced = request.forced;
    how.accepted_date = tombstone::read_date(request.accepted_date);
    how.today = today();
    how.author = *author;
    const auto report = feed::synchronise(
        *parts->site.store, *parts->source, *parts->accounts, parts->write_back.get(),
        parts->site.config->people, how,
        [&](feed::Stage stage, std::size_t done) { show(progress, stage, done); },
        [&](const feed::SyncReport& planned) {
            progress.hide();
            print_plan(planned, request.site.json);
            std::cout.flush();
        });
    progress.hide();
    if (!report)
        return complain(report.error().text);
    print_report(*report, how, request.site.json);
    complain_about(*report);
    return end_output(report->is_clean() ? exit_success : exit_failure);
}

} // namespace

void add_people_sync(CLI::App& people, int& status) {
    const auto request = std::make_shared<Request>();
    CLI::App* command =
        people.add_subcommand("sync", "Bring the store up to date with the feed, and write back to it");
    command->add_flag("--dry-run", request->dry_run, "Print the plan, change nothing");
    command
        ->add_option("--force", request->forced,
                     "Let exactly so many people vanish, come back or lose an address")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--accept-date", request->accepted_date, "Today's date, where the clock is doubted")
        ->type_name("DATE")
        ->check(is_date);
    add_config_option(*command, request->site);
    add_json_option(*command, request->site, "One JSON object a line: each change, at the end the report");
    add_by_option(*command, request->site);
    command->callback([request, &status] { status = sync(*request); });
}

} // namespace columbarium::tools
