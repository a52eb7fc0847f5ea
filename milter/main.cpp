// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium-milter: tombstone/notice at the MTA.
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "milter/callbacks.hpp"
#include "milter/host_name.hpp"
#include "milter/log.hpp"
#include "milter/options.hpp"
#include "milter/resources.hpp"

namespace {

using namespace columbarium;         // NOLINT: one program
using namespace columbarium::milter; // NOLINT

// The MTA reaches the socket by its group, see the folder's; nobody else does.
constexpr mode_t closed_to_others = 0117;

// Waits for messages that are at their end: a reply that is on its way comes to its own, its claim would
// stay open else. libmilter tells nobody when it has written an answer, so that it gets a moment for that.
void wait_for_answers(std::chrono::seconds longest) {
    constexpr std::chrono::milliseconds moment{250};
    const auto deadline = std::chrono::steady_clock::now() + longest;
    wait_for_messages(longest);
    std::this_thread::sleep_for(moment);
    // One that began meanwhile.
    const auto left = deadline - std::chrono::steady_clock::now();
    wait_for_messages(std::max(std::chrono::floor<std::chrono::seconds>(left), std::chrono::seconds(0)));
}

// A message may send a reply and a report, and waits for its turn and for the server each time; and it asks
// the store before and after each.
std::chrono::seconds longest_message(const config::SiteConfig& site) {
    constexpr int questions = 5; // two claims, two settlements, and to forget what is over
    return std::chrono::seconds(4 * site.submission.seconds) + questions * 2 * StorePool::longest_wait;
}

std::string host_name(const config::SiteConfig& site) {
    std::array<char, 256> name{};
    const bool is_known = ::gethostname(name.data(), name.size() - 1) == 0;
    return full_host_name(is_known ? name.data() : "localhost", site.people.domains.front());
}

int run(const Options& options) {
    auto settings = read_settings(options.config);
    if (!settings) {
        log_error(settings.error().text);
        return EX_CONFIG; // to start again would not help, see the unit
    }
    if (options.check) {
        std::cout << options.config << ": good\n";
        return EXIT_SUCCESS;
    }
    // SQLite believes the files beside its own, and the store's folder belongs to another user.
    if (::geteuid() == 0) {
        log_error("this program does not run as root: start it as the user who owns the store");
        return EX_CONFIG;
    }
    const auto longest = longest_message(settings->site);
    std::string host = host_name(settings->site);
    // Not freed: libmilter's threads may still be at work when the process ends.
    auto* const resources = new Resources(*std::move(settings), std::move(host)); // NOLINT
    std::signal(SIGPIPE, SIG_IGN); // NOLINT: libcurl's and libpq's sockets report it
    ::umask(closed_to_others);
    if (const auto registered = register_filter(*resources); !registered) {
        log_error(registered.error().text);
        return EXIT_FAILURE;
    }
    log_info(fmt::format("version {} listens on {}", COLUMBARIUM_VERSION, resources->site().milter.socket));
    const bool good = serve();
    wait_for_answers(longest);
    log_info("ends");
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace

int main(int count, char** arguments) {
    int status = EXIT_FAILURE;
    try {
        const auto options = read_options(count, arguments, status);
        if (!options)
            return status;
        open_log(options->syslog ? LogTo::syslog : LogTo::standard_error);
        status = run(*options);
    } catch (const std::exception& exception) {
        log_error(exception.what());
        status = EXIT_FAILURE;
    }
    std::cout.flush();
    std::_Exit(status); // no destructors: threads of libmilter may still run
}
