// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sync_report.hpp"

#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "people_site.hpp"
#include "people_text.hpp"
#include "printable.hpp"

namespace columbarium::tools {

namespace {

// Lines for a person: of each kind of change, and of each kind of fault. --json has all.
constexpr std::size_t most_changes = 100;
constexpr std::size_t most_faults = 20;

// Feeds can hold anything: each line is made harmless.
void print_lines(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::cout << printable(text.substr(0, end)) << '\n';
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

std::string people(std::size_t number) {
    return number == 1 ? "1 person" : fmt::format("{} people", number);
}

// The first of some lines, and how many more there are.
template <class Lines, class TextOf>
void complain_about_each(const Lines& lines, std::size_t count, const TextOf& text_of) {
    std::size_t shown = 0;
    std::string last;
    for (const auto& line : lines) {
        if (shown++ == most_faults)
            break;
        std::string text = text_of(line);
        if (text != last) // one text can be about two people
            complain(text);
        last = std::move(text);
    }
    if (count > most_faults)
        complain(fmt::format("... and {} more like this", count - most_faults));
}

} // namespace

void print_plan(const feed::SyncReport& report, bool json) {
    if (!json) {
        print_lines(tombstone::to_text(report.plan, most_changes));
        return;
    }
    for (const tombstone::PlannedStep& planned : report.plan.steps)
        for (const tombstone::Change& change : planned.step.changes) {
            Json line;
            line["type"] = "change";
            line["username"] = planned.step.person.username;
            add_to(line, change);
            std::cout << line_of(line) << '\n';
        }
}

void print_report(const feed::SyncReport& report, const feed::SyncOptions& options, bool json) {
    if (!json) {
        if (!report.stopped.empty())
            return;
        std::cout << fmt::format("{} in the feed, {} here before; ", people(report.plan.listed),
                                 people(report.plan.present));
        if (options.dry_run)
            std::cout << "nothing was changed (--dry-run)\n";
        else
            std::cout << fmt::format("{} written to the store, {} to the directory\n",
                                     people(report.people_written), people(report.written_back));
        return;
    }
    Json line;
    line["type"] = "report";
    line["date"] = tombstone::to_text(options.today);
    line["dry_run"] = options.dry_run;
    line["clean"] = report.is_clean();
    line["stopped"] = report.stopped;
    line["listed"] = report.plan.listed;
    line["present"] = report.plan.present;
    line["vanishing"] = report.plan.vanishing;
    line["unset"] = report.plan.unset;
    line["account_gone"] = report.plan.account_gone;
    line["restored"] = report.plan.restored;
    line["people_changed"] = report.plan.steps.size();
    line["people_written"] = report.people_written;
    line["outdated"] = report.outdated;
    line["complete"] = report.is_complete;
    line["fault_count"] = report.fault_count;
    line["faults"] = Json::array();
    for (const tombstone::RowFault& fault : report.faults)
        line["faults"].push_back({{"username", fault.username}, {"text", fault.text}});
    line["account_trouble"] = report.account_trouble;
    line["unknown_accounts"] = report.plan.unknown_accounts;
    line["written_back"] = report.written_back;
    line["not_written_back_count"] = report.not_written_back_count;
    line["not_written_back"] = report.not_written_back;
    std::cout << line_of(line) << '\n';
}

void complain_about(const feed::SyncReport& report) {
    complain_about_each(report.faults, report.fault_count,
                        [](const tombstone::RowFault& fault) { return fault.text; });
    if (!report.is_complete)
        complain("a row of the feed may be anybody's: nobody is cancelled in this run");
    if (!report.account_trouble.empty())
        complain(fmt::format("{} may have an account or not: {}", people(report.plan.unknown_accounts),
                             report.account_trouble));
    complain_about_each(report.outdated, report.outdated.size(), [](const std::string& username) {
        return username + ": changed by somebody else meanwhile; the next run looks at it";
    });
    complain_about_each(report.not_written_back, report.not_written_back_count,
                        [](const std::string& line) { return line; });
    if (!report.stopped.empty())
        complain(report.stopped);
}

} // namespace columbarium::tools
