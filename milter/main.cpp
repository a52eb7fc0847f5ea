// SPDX-License-Identifier: LGPL-2.1-or-later
// columbarium-milter: tombstone/notice at the MTA.
#include <array>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "milter/callbacks.hpp"
#include "milter/log.hpp"
#include "milter/options.hpp"
#include "milter/resources.hpp"

namespace {

using namespace columbarium;         // NOLINT: one program
using namespace columbarium::milter; // NOLINT

// The MTA reaches the socket by its group, see the folder's; nobody else does.
constexpr mode_t closed_to_others = 0117;

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

int run(const Options& options) {
    auto settings = read_settings(options.config);
    if (!settings) {
        log_error(settings.error().text);
        return EXIT_FAILURE;
    }
    if (options.check) {
        std::cout << options.config << ": good\n";
        return EXIT_SUCCESS;
    }
    // SQLite believes the files beside its own, and the store's folder belongs to another user.
    if (::geteuid() == 0) {
        log_error("this program does not run as root: start it as the user who owns the store");
        return EXIT_FAILURE;
    }
    const auto longest_mail = std::chrono::seconds(2 * settings->site.submission.seconds);
    // Not freed: libmilter's threads may still be at work when the process ends.
    auto* const resources = new Resources(*std::move(settings), host_name()); // NOLINT
    std::signal(SIGPIPE, SIG_IGN); // NOLINT: libcurl's and libpq's sockets report it
    ::umask(closed_to_others);
    if (const auto registered = register_filter(*resources); !registered) {
        log_error(registered.error().text);
        return EXIT_FAILURE;
    }
    log_info(fmt::format("version {} listens on {}", COLUMBARIUM_VERSION, resources->site().milter.socket));
    const bool good = serve();
    // A reply that is on its way comes to its end: its claim would stay open else.
    wait_for_messages(longest_mail);
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
