// SPDX-License-Identifier: LGPL-2.1-or-later
// doveadm columbarium sync: brings the copies of the user's CardDAV books up to date.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "carddav/synchronise.hpp"

#include "config/password_file.hpp"

#include "command.hpp"
#include "commands.hpp"

namespace columbarium::doveadm {

namespace {

using std::chrono::steady_clock;

constexpr auto patience = std::chrono::seconds(2);
constexpr auto pause = std::chrono::milliseconds(200);

void init_sync(doveadm_mail_cmd_context*, const char* const* arguments) {
    if (count_arguments(arguments) != 0)
        doveadm_mail_help_name("columbarium sync");
    doveadm_print_header_simple("list");
    for (const char* title : {"added", "changed", "removed", "total"})
        doveadm_print_header(title, title,
                             static_cast<doveadm_print_header_flags>(DOVEADM_PRINT_HEADER_FLAG_RIGHT_JUSTIFY |
                                                                     DOVEADM_PRINT_HEADER_FLAG_NUMBER));
    for (const char* title : {"method", "seconds", "result"})
        doveadm_print_header_simple(title);
}

// Shows a person at a terminal how far a long synchronisation has come, on one line that goes again.
class ProgressLine {
  public:
    ProgressLine(bool wanted, std::string name)
        : wanted_(wanted && ::isatty(STDERR_FILENO) == 1), name_(std::move(name)) {}
    ProgressLine(const ProgressLine&) = delete; // there is one line
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine() {
        if (shown_)
            std::fprintf(stderr, "\r%*s\r", static_cast<int>(width_), "");
    }

    void show(std::size_t done, std::size_t all) {
        const auto now = steady_clock::now();
        if (!wanted_ || now < next_)
            return;
        const std::string text = fmt::format("{}: {} of {}", name_, done, all);
        width_ = std::max(width_, text.size());
        std::fprintf(stderr, "\r%-*s", static_cast<int>(width_), text.c_str());
        std::fflush(stderr);
        shown_ = true;
        next_ = now + pause;
    }

  private:
    bool wanted_;
    std::string name_;
    steady_clock::time_point next_ = steady_clock::now() + patience;
    std::size_t width_ = 0;
    bool shown_ = false;
};

Expected<carddav::SyncReport> synchronise(const Run& run, const lists::ListToSynchronise& list) {
    if (!list.book)
        return tl::make_unexpected(list.book.error());
    const lists::SynchronisedBook& book = *list.book;
    carddav::Account account;
    account.url = book.url;
    account.user = book.user;
    account.ca_file = book.ca_file;
    account.allow_plaintext = book.allow_plaintext;
    if (!book.password_file.empty()) {
        auto password = config::read_password_file(book.password_file);
        if (!password)
            return tl::make_unexpected(password.error());
        account.password = std::move(*password);
    }
    ProgressLine line(run.on_command_line(), list.name);
    return carddav::synchronise(
        account, {}, book.index_path, book.origin, std::chrono::system_clock::now(),
        [&line](std::size_t done, std::size_t all) { line.show(done, all); }, warn);
}

void synchronise_list(Run& run, const lists::ListToSynchronise& list) {
    const auto begin = steady_clock::now();
    const auto report = synchronise(run, list);
    const std::chrono::duration<double> taken = steady_clock::now() - begin;
    const carddav::SyncReport counts = report ? *report : carddav::SyncReport{};
    print(list.name);
    print(counts.added);
    print(counts.changed);
    print(counts.removed);
    print(counts.total);
    print(report ? counts.method : "-");
    print(fmt::format("{:.1f}", taken.count()));
    if (!report) {
        print(report.error().text);
        run.report(report.error()); // cron jobs throw the table away
    } else if (counts.unreadable > 0) {
        print(fmt::format("ok, but {} unreadable", counts.unreadable));
    } else {
        print("ok");
    }
}

void synchronise_books(Run& run) {
    const auto catalog = run.open_catalog();
    if (catalog == nullptr)
        return;
    for (const lists::ListToSynchronise& list : catalog->synchronised_books()) {
        if (doveadm_is_killed())
            return run.fail(EX_TEMPFAIL);
        synchronise_list(run, list);
    }
}

constexpr doveadm_cmd_param parameters[] = {all_users_parameter, socket_path_parameter, user_parameter,
                                            user_file_parameter, end_of_parameters};

} // namespace

doveadm_cmd_ver2 sync_command = {.mail_cmd = allocate<init_sync, synchronise_books>,
                                 .name = "columbarium sync",
                                 .usage = DOVEADM_CMD_MAIL_USAGE_PREFIX,
                                 .parameters = parameters};

} // namespace columbarium::doveadm
