// SPDX-License-Identifier: LGPL-2.1-or-later
#include "people_site.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "config/password_file.hpp"
#include "exit_status.hpp"
#include "printable.hpp"
#include "store_owner.hpp"
#include "tombstone/site.hpp"

namespace columbarium::tools {

namespace {

constexpr int tries = 20;

// Who has called sudo, else the account that has logged in on this terminal; where there is none, the one
// that the process runs as. Nobody is believed more than with --by: who may write the store may write any
// name.
std::string name_of_caller() {
    if (const char* caller = std::getenv("SUDO_USER"); caller != nullptr && *caller != '\0')
        return caller;
    std::array<char, 256> login{};
    if (::getlogin_r(login.data(), login.size()) == 0 && login.front() != '\0')
        return login.data();
    std::array<char, 16'384> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        return found->pw_name;
    return fmt::format("uid {}", ::getuid());
}

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

} // namespace

void add_config_option(CLI::App& command, SiteOptions& options) {
    command.add_option("--config", options.config, "The site's policy")
        ->type_name("PATH")
        ->capture_default_str();
}

void add_json_option(CLI::App& command, SiteOptions& options, const std::string& help) {
    command.add_flag("--json", options.json, help);
}

void add_by_option(CLI::App& command, SiteOptions& options) {
    command.add_option("--by", options.by, "Who makes the change, for the history; who called where missing")
        ->type_name("NAME");
}

Expected<std::string> password_of(const std::string& path) {
    if (path.empty())
        return std::string();
    return config::read_password_file(path);
}

Expected<std::shared_ptr<const config::SiteConfig>> read_site(const SiteOptions& options) {
    auto config = config::read_site_config(options.config);
    if (config && (*config)->people.domains.empty())
        return permanent_failure(
            fmt::format("{}: [people] has no domains: without them the site has no people", options.config));
    return config;
}

Expected<std::unique_ptr<store::Store>> open_store(const config::StorePlace& place) {
    const auto password = password_of(place.password_file);
    if (!password)
        return tl::make_unexpected(password.error());
    return store::Store::open(place, *password);
}

Expected<Site> open_site(const SiteOptions& options) {
    auto config = read_site(options);
    if (!config)
        return tl::make_unexpected(config.error());
    if (const auto become = become_store_owner((*config)->store); !become)
        return tl::make_unexpected(become.error());
    auto store = open_store((*config)->store);
    if (!store)
        return tl::make_unexpected(store.error());
    return Site{std::move(*config), std::move(*store)};
}

Expected<std::string> username_of_argument(std::string_view text, const config::PeoplePolicy& policy) {
    if (text.find('@') == std::string_view::npos)
        return tombstone::fold_username(text);
    auto username = tombstone::username_of(text, policy);
    if (!username)
        return permanent_failure(fmt::format("\"{}\" is no address of the site", text));
    return std::move(*username);
}

Expected<store::Author> author_of(const SiteOptions& options) {
    std::string who = options.by.empty() ? name_of_caller() : options.by;
    if (const std::string fault = tombstone::name_fault(who); !fault.empty())
        return permanent_failure("the name of who makes the change: " + fault);
    return store::Author{std::move(who), now()};
}

tombstone::Date today() {
    return tombstone::date_of(now());
}

Expected<tombstone::Person> find_person(store::Store& store, const std::string& username) {
    auto person = store.find(username);
    if (!person)
        return tl::make_unexpected(person.error());
    if (!*person)
        return permanent_failure(fmt::format("nobody called \"{}\" is known", username));
    return std::move(**person);
}

Expected<tombstone::Step>
change_person(store::Store& store, const std::string& username, const store::Author& author,
              const std::function<Expected<tombstone::Step>(const tombstone::Person&)>& change) {
    for (int i = 0; i < tries; ++i) {
        const auto person = find_person(store, username);
        if (!person)
            return tl::make_unexpected(person.error());
        auto step = change(*person);
        if (!step || (step->changes.empty() && step->person == *person))
            return step;
        const store::Write write{&step->person, step->changes};
        const auto written = store.write({&write, 1}, author);
        if (!written)
            return tl::make_unexpected(written.error());
        if (written->outdated.empty())
            return step;
    }
    return temporary_failure(
        fmt::format("{}: others change this person all the time; try again later", username));
}

int complain(std::string_view text) {
    std::cout.flush();
    std::cerr << "columbarium: " << printable(text) << '\n';
    return exit_failure;
}

int end_output(int status) {
    std::cout.flush();
    return std::cout ? status : complain("cannot write to standard output");
}

} // namespace columbarium::tools
