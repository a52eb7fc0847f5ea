// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage_explain.hpp"

#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "config/site_config.hpp"
#include "exit_status.hpp"
#include "file_source.hpp"
#include "printable.hpp"
#include "triage/facts.hpp"

namespace columbarium::tools {

namespace {

using FactValues = std::vector<std::pair<std::string, std::vector<triage::Finding>>>;

// What the user asked for.
struct Request {
    bool json = false;
    bool rules = false;
    std::string config; // "": the one of the system, where it is there
    std::vector<std::string> files;
};

// Progress on standard error, on a terminal only, from the third second on.
class Progress {
  public:
    explicit Progress(std::size_t total) : total_(total), shows_(::isatty(STDERR_FILENO) == 1) {}

    void step() {
        ++done_;
        const auto now = std::chrono::steady_clock::now();
        if (!shows_ || now < next_)
            return;
        next_ = now + std::chrono::milliseconds(200);
        fmt::print(stderr, "\r{} of {} messages", done_, total_);
        drawn_ = true;
    }

    // Makes the line free for other output.
    void clear() {
        if (drawn_)
            fmt::print(stderr, "\r{:40}\r", "");
        drawn_ = false;
    }

  private:
    std::size_t total_;
    std::size_t done_ = 0;
    bool shows_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + std::chrono::seconds(2);
};

using SharedConfig = std::shared_ptr<const config::SiteConfig>;

// The site's policy; the defaults where the system has none and the user named none.
Expected<SharedConfig> site_config(const std::string& named) {
    std::error_code failed;
    if (named.empty() && !std::filesystem::exists(config::default_site_config_path, failed))
        return std::make_shared<const config::SiteConfig>();
    return config::read_site_config(named.empty() ? config::default_site_config_path : named);
}

Expected<FactValues> facts_of(const std::string& file, const config::TriagePolicy& policy) {
    Expected<std::unique_ptr<mail::Source>> source = open_message(file);
    if (!source)
        return tl::make_unexpected(source.error());
    mail::Message message(**source);
    triage::Facts facts(message, policy);
    FactValues all;
    const auto add = [&all](std::string name, const Expected<std::span<const triage::Finding>>& values) {
        if (values)
            all.emplace_back(std::move(name), std::vector<triage::Finding>(values->begin(), values->end()));
        return values.has_value();
    };
    for (const triage::FactInfo& info : triage::fact_registry()) {
        const auto values = facts.values(info.fact);
        if (!add(std::string(info.name), values))
            return tl::make_unexpected(values.error());
    }
    for (const config::TokenPattern& token : policy.tokens) {
        const auto values = facts.token_values(token.name);
        if (!add("token." + token.name, values))
            return tl::make_unexpected(values.error());
    }
    return all;
}

// A file's name may hold any octet: what is no UTF-8 is replaced, as JSON demands UTF-8.
std::string to_json(const std::string& file, const FactValues& facts, bool rules) {
    nlohmann::ordered_json line;
    line["file"] = file;
    line["facts"] = nlohmann::ordered_json::object();
    for (const auto& [name, values] : facts) {
        nlohmann::ordered_json list = nlohmann::ordered_json::array();
        for (const triage::Finding& finding : values)
            list.push_back(finding.value);
        line["facts"][name] = std::move(list);
    }
    if (rules) {
        line["rules"] = nlohmann::ordered_json::object();
        for (const auto& [name, values] : facts) {
            nlohmann::ordered_json list = nlohmann::ordered_json::array();
            for (const triage::Finding& finding : values)
                list.push_back(finding.rule);
            line["rules"][name] = std::move(list);
        }
    }
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string to_text(const std::string& file, const FactValues& facts) {
    std::string text = printable(file) + "\n";
    for (const auto& [name, values] : facts)
        for (const triage::Finding& finding : values)
            text += fmt::format("  {:<18} {}{}\n", name, printable(finding.value),
                                finding.rule.empty() ? "" : "  (" + printable(finding.rule) + ")");
    return text;
}

int explain(const Request& request) {
    const Expected<SharedConfig> site = site_config(request.config);
    if (!site) {
        std::cerr << "columbarium: " << printable(site.error().text) << '\n';
        return exit_failure;
    }
    int status = exit_success;
    Progress progress(request.files.size());
    for (const std::string& file : request.files) {
        const Expected<FactValues> facts = facts_of(file, (*site)->triage);
        if (facts) {
            progress.clear();
            if (request.json)
                std::cout << to_json(file, *facts, request.rules) << '\n';
            else
                std::cout << to_text(file, *facts);
        } else {
            progress.clear();
            std::cout.flush();
            std::cerr << "columbarium: " << printable(facts.error().text) << '\n';
            status = exit_failure;
        }
        progress.step();
    }
    progress.clear();
    std::cout.flush();
    if (!std::cout) {
        std::cerr << "columbarium: cannot write to standard output\n";
        status = exit_failure;
    }
    return status;
}

} // namespace

void add_triage_explain(CLI::App& triage, int& status) {
    const auto request = std::make_shared<Request>();
    CLI::App* command =
        triage.add_subcommand("explain", "Print all facts of messages and the rule behind each");
    command->add_flag("--json", request->json, "One JSON object a line: file, facts");
    command->add_flag("--rules", request->rules, "With --json: the rules as well, in a third key");
    command->add_option("--config", request->config,
                        "The site's columbarium.toml; else /etc/dovecot/columbarium.toml where it is there");
    command->add_option("FILE", request->files, "Messages; standard input where none is given, or for \"-\"");
    command->callback([request, &status] {
        if (request->files.empty())
            request->files.emplace_back("-");
        status = explain(*request);
    });
}

} // namespace columbarium::tools
