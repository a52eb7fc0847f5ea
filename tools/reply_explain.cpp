// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply_explain.hpp"

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/ascii.hpp"
#include "config/site_config.hpp"
#include "exit_status.hpp"
#include "file_source.hpp"
#include "mail/address.hpp"
#include "mail/message.hpp"
#include "people_site.hpp"
#include "printable.hpp"
#include "reply/objections.hpp"
#include "tombstone/addressee.hpp"
#include "tombstone/site.hpp"

namespace columbarium::tools {

namespace {

// What the user asked for.
struct Request {
    std::string file;
    std::string from;
    std::vector<std::string> to;
    std::string config; // "": the usual file where it is there, else what holds without one
    bool is_authenticated = false;
    bool json = false;
};

// What would become of a reply for one recipient.
struct Explained {
    std::string recipient;
    std::vector<reply::Objection> objections; // none: he would be spoken for
};

// Whether the configuration tells who the site's people are.
bool knows_people(const config::SiteConfig& site) {
    return !site.people.domains.empty();
}

// Why mail to this address is left alone; nothing where it may be a person's.
std::optional<reply::Objection> objection_to_recipient(const std::string& recipient,
                                                       const config::SiteConfig& site) {
    if (!knows_people(site) || tombstone::person_of_address(recipient, site))
        return std::nullopt;
    return reply::Objection{"CA-10", tombstone::username_of(recipient, site.people)
                                         ? "is a role: mail to it is left alone"
                                         : "is no address of this site's people: mail to it is left alone"};
}

// Addresses with a local part in quotes among them, to which no reply goes.
bool is_address(std::string_view text) {
    return !mail::fold_address(text).empty() ||
           (text.starts_with('"') && text.find("\"@", 1) != std::string_view::npos);
}

// The first of the request's addresses that is none; nothing where all are.
std::optional<std::string> wrong_address(const Request& request) {
    if (const auto from = without_angle_brackets(request.from); !from.empty() && !is_address(from))
        return fmt::format("--from: \"{}\" is no address; \"<>\" is the null one", request.from);
    for (const std::string& to : request.to)
        if (!is_address(without_angle_brackets(to)))
            return fmt::format("--to: \"{}\" is no address", to);
    return std::nullopt;
}

Expected<std::shared_ptr<const config::SiteConfig>> policy_of(const std::string& path) {
    if (!path.empty())
        return config::read_site_config(path);
    std::error_code ignored;
    if (std::filesystem::exists(config::default_site_config_path, ignored))
        return config::read_site_config(config::default_site_config_path);
    return std::make_shared<const config::SiteConfig>();
}

// As delivery asks; only what the store knows of the person, his new address, is not known here.
reply::Question question_about(const std::string& recipient, const std::string& sender,
                               const Request& request, const config::PeoplePolicy& people) {
    reply::Question question;
    question.sender = sender;
    question.recipients = {recipient};
    question.subaddress_delimiters = people.subaddress_delimiters;
    question.domains = people.domains;
    question.is_authenticated = request.is_authenticated;
    if (const auto username = tombstone::username_of(recipient, people))
        if (std::string account = tombstone::account_address(*username, people); !account.empty())
            question.own_addresses.push_back(std::move(account));
    return question;
}

Expected<std::vector<Explained>> explain_recipients(const Request& request, const std::string& sender,
                                                    const config::SiteConfig& site) {
    const Expected<std::unique_ptr<mail::Source>> source = open_message(request.file);
    if (!source)
        return tl::make_unexpected(source.error());
    mail::Message message(**source, {.sender = sender});
    std::vector<Explained> all;
    for (const std::string& to : request.to) {
        const std::string recipient(without_angle_brackets(to));
        if (auto alone = objection_to_recipient(recipient, site)) {
            all.push_back({recipient, {std::move(*alone)}});
            continue;
        }
        const reply::Question question = question_about(recipient, sender, request, site.people);
        auto found = reply::objections(message, question, site.reply);
        if (!found)
            return tl::make_unexpected(found.error());
        const auto addressed = reply::is_addressed(message, recipient, question, site.reply);
        if (!addressed)
            return tl::make_unexpected(addressed.error());
        if (!*addressed)
            found->push_back({"AR-4", "the message does not name this recipient"});
        all.push_back({recipient, std::move(*found)});
    }
    return all;
}

// What stands in files and arguments may be any octets: what is no UTF-8 is replaced, as JSON demands UTF-8.
std::string to_json(const Request& request, const std::string& sender, const std::vector<Explained>& all,
                    const config::SiteConfig& site) {
    nlohmann::ordered_json line;
    line["file"] = request.file;
    line["from"] = sender;
    line["knows_people"] = knows_people(site);
    line["recipients"] = nlohmann::ordered_json::array();
    for (const Explained& explained : all) {
        nlohmann::ordered_json recipient;
        recipient["to"] = explained.recipient;
        recipient["answered"] = explained.objections.empty();
        recipient["objections"] = nlohmann::ordered_json::array();
        for (const reply::Objection& objection : explained.objections)
            recipient["objections"].push_back({{"rule", objection.rule}, {"text", objection.text}});
        line["recipients"].push_back(std::move(recipient));
    }
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

std::string to_text(const std::vector<Explained>& all) {
    std::string text;
    for (const Explained& explained : all) {
        text += fmt::format("{}: {}\n", printable(explained.recipient),
                            explained.objections.empty() ? "would be answered" : "would not be answered");
        for (const reply::Objection& objection : explained.objections)
            text += fmt::format("  {:<6} {}\n", objection.rule, printable(objection.text));
    }
    return text;
}

int explain(const Request& request) {
    if (const auto wrong = wrong_address(request)) {
        complain(*wrong);
        return exit_usage;
    }
    const auto site = policy_of(request.config);
    if (!site)
        return complain(site.error().text);
    const std::string sender(without_angle_brackets(request.from));
    const auto all = explain_recipients(request, sender, **site);
    if (!all)
        return complain(all.error().text);
    std::cout << (request.json ? to_json(request, sender, *all, **site) : to_text(*all));
    if (!request.json && !knows_people(**site))
        std::cout
            << "The configuration has no [people]: whether these are addresses of the site's people cannot "
               "be checked.\n";
    return end_output(exit_success);
}

} // namespace

void add_reply_explain(CLI::App& reply, int& status) {
    const auto request = std::make_shared<Request>();
    CLI::App* command = reply.add_subcommand(
        "explain", "Print whether an automatic reply to a message may go out, and each rule against it");
    command->add_option("FILE", request->file, "The message; \"-\" for standard input")->required();
    command->add_option("--from", request->from, "The envelope sender; \"<>\" for the null one")
        ->required()
        ->type_name("ADDR");
    command->add_option("--to", request->to, "A recipient who has left; may be repeated")
        ->required()
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("ADDR");
    command->add_flag("--authenticated", request->is_authenticated, "The sender has logged in (SMTP AUTH)");
    command->add_option("--config", request->config, "The site's policy")->type_name("PATH");
    command->add_flag("--json", request->json,
                      "One JSON object on a line: file, from, knows_people, recipients");
    command->callback([request, &status] { status = explain(*request); });
}

} // namespace columbarium::tools
