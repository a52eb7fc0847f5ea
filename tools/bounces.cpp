// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bounces.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "bounces_output.hpp"
#include "exit_status.hpp"
#include "mail/address.hpp"
#include "people_site.hpp"
#include "progress.hpp"
#include "store_owner.hpp"

namespace columbarium::tools {

namespace {

using desk::AddressState;
using desk::AddressSummary;

struct Request {
    SiteOptions site;
    std::string since;
    std::string domain;
    std::string user;
    bool permanent = false;
    bool transient = false;
    bool csv = false;
};

// The time that somebody typed: midnight of a day by UTC, or so many days ago.
std::optional<std::chrono::sys_seconds> read_since(const std::string& text) {
    if (const auto date = tombstone::read_date(text))
        return std::chrono::sys_seconds(*date);
    constexpr int most_days = 36'500;
    int days = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, days);
    if (fault != std::errc() || stop + 1 != end || *stop != 'd' || days < 0 || days > most_days)
        return std::nullopt;
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) -
           std::chrono::days(days);
}

// Which addresses are printed. All of them decide which domains are dead.
struct Asked {
    std::optional<std::chrono::sys_seconds> since; // their last failure was then or later
    std::string user;                              // it was reported to this desk; "" for all

    [[nodiscard]] bool is_for(const AddressSummary& address) const {
        return (!since || address.last.last >= *since) && (user.empty() || address.last.user == user);
    }
};

// In its folded form, "" where it is none.
std::string folded_domain(const std::string& domain) {
    return std::string(mail::domain_of(mail::fold_address("x@" + domain)));
}

// Goes through the store, which may be read for a while.
class Bounces {
  public:
    // Of a domain, "" for all.
    Bounces(store::Store& store, std::string domain) : store_(store), domain_(std::move(domain)) {}

    [[nodiscard]] Expected<void> each_address(const std::function<bool(const AddressSummary&)>& take,
                                              bool shows_progress) {
        desk::AddressSummaries addresses(take);
        std::size_t records = 0;
        auto read = store_.for_each_bounce(domain_, [&](const desk::KeptBounce& bounce) {
            if (shows_progress && records % 1'024 == 0)
                progress_.tell("reading the bounces", records, "records");
            ++records;
            return addresses.add(bounce);
        });
        addresses.finish();
        progress_.hide();
        return read;
    }

  private:
    store::Store& store_;
    std::string domain_;
    Progress progress_;
};

// The order in which they are listed, and what stands above them.
struct Section {
    AddressState state;
    const char* title;
};
constexpr std::array<Section, 3> sections{{
    {AddressState::dead, "Dead addresses"},
    {AddressState::refused, "Refused for good, though the address may be fine"},
    {AddressState::transient, "Transient"},
}};

class Listing {
  public:
    Listing(const Request& request, Asked asked, BounceFormat format, Bounces& bounces)
        : request_(request), asked_(std::move(asked)), format_(format), bounces_(bounces) {}

    // Domains first: they decide about addresses. What comes to the store between two readings is in the next
    // listing.
    [[nodiscard]] Expected<void> print() {
        auto read = bounces_.each_address(
            [this](const AddressSummary& address) {
                const bool is_asked_for = asked_.is_for(address);
                domains_.add(address, is_asked_for);
                if (is_asked_for)
                    desks_.insert(address.last.user);
                return true;
            },
            true);
        if (!read)
            return read;
        std::cout << heading(format_);
        if (!request_.transient)
            print_domains();
        if (format_ != BounceFormat::text)
            return print_addresses({}, "");
        for (const Section& section : sections)
            if (auto printed = print_addresses(section.state, section.title); !printed)
                return printed;
        if (is_empty_)
            std::cout << "No bounces are recorded that were asked for.\n";
        return {};
    }

  private:
    void print_title(std::string_view title) {
        if (format_ == BounceFormat::text)
            std::cout << (is_empty_ ? "" : "\n") << title << '\n';
        is_empty_ = false;
    }

    void print_domains() {
        bool is_first = true;
        domains_.each_dead([&](const std::string& domain, const desk::DomainSummary& summary) {
            if (!summary.is_asked_for)
                return;
            if (is_first)
                print_title("Dead domains");
            is_first = false;
            std::cout << row_of(domain, summary, format_);
        });
    }

    [[nodiscard]] bool is_wanted(AddressState state, std::optional<AddressState> only) const {
        const bool is_transient = state == AddressState::transient;
        return (!only || *only == state) && (!request_.permanent || !is_transient) &&
               (!request_.transient || is_transient);
    }

    // `only`: of this state; nothing for all.
    [[nodiscard]] Expected<void> print_addresses(std::optional<AddressState> only, std::string_view title) {
        if (only && !is_wanted(*only, only))
            return {};
        bool is_first = true;
        const auto take = [&](const AddressSummary& address) {
            const AddressState state = state_of(address, domains_);
            if (!asked_.is_for(address) || !is_wanted(state, only))
                return true;
            if (is_first)
                print_title(title);
            is_first = false;
            std::cout << row_of(address, state, format_, desks_.size() > 1);
            return static_cast<bool>(std::cout); // nobody reads on: "| head"
        };
        return bounces_.each_address(take, ::isatty(STDOUT_FILENO) == 0);
    }

    const Request& request_;
    Asked asked_;
    BounceFormat format_;
    Bounces& bounces_;
    desk::DomainSummaries domains_;
    std::set<std::string> desks_;
    bool is_empty_ = true;
};

// That there is none yet, as there is none before the first bounce; "" otherwise. To look makes no store.
std::string missing_store(const config::StorePlace& place) {
    std::error_code fault;
    if (place.kind != config::StorePlace::Kind::sqlite || std::filesystem::exists(place.path, fault) || fault)
        return {};
    return fmt::format("there is no store at {}: no desk has recorded a bounce yet", place.path);
}

int print_bounces(const Request& request, BounceFormat format) {
    Asked asked{std::nullopt, request.user};
    if (!request.since.empty())
        asked.since = read_since(request.since);
    const auto config = config::read_site_config(request.site.config);
    if (!config)
        return complain(config.error().text);
    if (const auto become = become_store_owner((*config)->store); !become)
        return complain(become.error().text);
    if (const std::string fault = missing_store((*config)->store); !fault.empty())
        return complain(fault);
    const auto store = open_store((*config)->store);
    if (!store)
        return complain(store.error().text);
    Bounces bounces(**store, request.domain.empty() ? std::string() : folded_domain(request.domain));
    if (const auto printed = Listing(request, std::move(asked), format, bounces).print(); !printed)
        return complain(printed.error().text);
    return end_output(exit_success);
}

CLI::App* add_command(CLI::App& bounces, const std::string& name, const std::string& help,
                      const std::shared_ptr<Request>& request) {
    CLI::App* command = bounces.add_subcommand(name, help);
    command
        ->add_option("--since", request->since,
                     "Those whose last failure is of this day or later, or of so many days: 90d")
        ->type_name("DATE|DAYSd")
        ->check([](const std::string& text) {
            return read_since(text) ? std::string()
                                    : "\"" + text + "\" is neither a date like 2026-11-22 nor days like 90d";
        });
    CLI::Option* permanent =
        command->add_flag("--permanent", request->permanent, "Those whose last failure is for good");
    command->add_flag("--transient", request->transient, "Those whose last failure is not")
        ->excludes(permanent);
    command->add_option("--domain", request->domain, "Addresses of this domain")
        ->type_name("DOMAIN")
        ->check([](const std::string& text) {
            return folded_domain(text).empty() ? "\"" + text + "\" is no domain" : std::string();
        });
    command
        ->add_option("--user", request->user,
                     "Those whose last failure was reported to this user's desk (login name)")
        ->type_name("USER");
    add_config_option(*command, request->site);
    CLI::Option* json =
        command->add_flag("--json", request->site.json, "One JSON object a line for each domain and address");
    command->add_flag("--csv", request->csv, "Comma-separated values (RFC 4180), with a heading")
        ->excludes(json);
    return command;
}

BounceFormat format_of(const Request& request, BounceFormat otherwise) {
    return request.site.json ? BounceFormat::json : request.csv ? BounceFormat::csv : otherwise;
}

} // namespace

void add_bounces(CLI::App& app, int& status) {
    CLI::App* bounces = app.add_subcommand("bounces", "Addresses and domains that mail does not reach");
    bounces->require_subcommand(1);
    const auto list = std::make_shared<Request>();
    add_command(*bounces, "list", "Print dead domains and addresses, and those that may work another time",
                list)
        ->callback([list, &status] { status = print_bounces(*list, format_of(*list, BounceFormat::text)); });
    const auto all = std::make_shared<Request>();
    add_command(*bounces, "export", "The same for other programs: as CSV where nothing is said", all)
        ->callback([all, &status] { status = print_bounces(*all, format_of(*all, BounceFormat::csv)); });
}

} // namespace columbarium::tools
