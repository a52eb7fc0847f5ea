// SPDX-License-Identifier: LGPL-2.1-or-later
// Shows what triage does with real-looking mail: starts a private Dovecot with the shipped configuration,
// delivers messages of tests/mail to support@example.org over LMTP, and prints where each one went.
//   columbarium_demo CONF_D [--keep]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "mail/message.hpp"
#include "mail/source.hpp"
#include "rig/directory.hpp"
#include "rig/dovecot.hpp"
#include "rig/mail_text.hpp"
#include "rig/server_log.hpp"
#include "rig/smtp_sink.hpp"
#include "shipped_configuration.hpp"
#include "triage/facts.hpp"

namespace columbarium::demo {
namespace {

constexpr const char* mailbox_owner = "support";
constexpr const char* recipient = "support@example.org";

constexpr const char* messages[] = {
    "dsn-failed-user-unknown.eml",
    "bounce-qmail.eml",
    "bounce-german-provider.eml",
    "dsn-delayed.eml",
    "dsn-delivered.eml",
    "mdn-displayed.eml",
    "vacation-auto-submitted.eml",
    "ticket-acknowledgement.eml",
    "cron-output.eml",
    "arf-abuse-report.eml",
    "newsletter.eml",
    "mailing-list-post-by-machine.eml",
    "personal-forwards-a-bounce.eml",
    "personal-plain.eml",
    "bad-truncated-dsn.eml",
};

// A script of the mailbox's owner, run after the administrator's for what that left alone.
constexpr const char* owner_script = R"(require "vnd.columbarium.triage";
# Whoever cannot log in is helped by others.
if header :contains "subject" "log in" {
    route "help";
}
)";

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text.empty() ? "-" : text;
}

std::vector<std::string> values(triage::Facts& facts, triage::Fact fact) {
    const auto findings = facts.values(fact);
    if (!findings)
        return {findings.error().text};
    std::vector<std::string> texts;
    for (const auto& finding : *findings)
        texts.push_back(finding.value);
    return texts;
}

// The classes of a message, with the reason where it bounced: "bounce (user-unknown)".
std::string recognised_as(std::string_view text, const std::string& sender) {
    mail::StringSource source(text);
    mail::Message message(source, {.sender = sender});
    triage::Facts facts(message);
    std::string classes = joined(values(facts, triage::Fact::message_class));
    const auto reasons = values(facts, triage::Fact::bounce_reason);
    return reasons.empty() ? classes : classes + " (" + joined(reasons) + ")";
}

// The envelope sender that the fixture's Return-Path names; the null one where it has none.
std::string envelope_sender(std::string_view text) {
    const std::string path = rig::header_field(text, "Return-Path");
    return path.size() > 2 && path.front() == '<' ? path.substr(1, path.size() - 2) : std::string();
}

// How many messages lie in each mailbox.
using Stock = std::map<std::string, std::size_t>;

Stock take_stock(const rig::Dovecot& dovecot) {
    Stock stock;
    rig::ImapSession session = dovecot.imap(mailbox_owner);
    for (const auto& mailbox : session.mailboxes())
        stock[mailbox] = session.messages(mailbox).size();
    return stock;
}

// The mailboxes that hold more than before.
std::vector<std::string> grown(const Stock& before, const Stock& after) {
    std::vector<std::string> names;
    for (const auto& [mailbox, count] : after) {
        const auto old = before.find(mailbox);
        if (count > (old == before.end() ? 0 : old->second))
            names.push_back(mailbox);
    }
    return names;
}

struct Row {
    std::string message;
    std::string recognised;
    std::string place;
    std::string sent;
};

// Delivers one message and finds out what became of it.
Row deliver(const rig::Dovecot& dovecot, const rig::SmtpSink& sink, const std::string& name) {
    const std::string text = rig::message(rig::mail_file(name));
    const std::string sender = envelope_sender(text);
    const Stock before = take_stock(dovecot);
    const std::size_t sent_before = sink.messages().size();
    const auto delivery = dovecot.deliver(text, {.from = sender, .to = {recipient}});
    Row row{name, recognised_as(text, sender), "", ""};
    if (!delivery.accepted()) {
        row.place = "refused: " + to_string(delivery.outcome());
        return row;
    }
    std::vector<std::string> recipients;
    const auto all_sent = sink.messages();
    for (std::size_t i = sent_before; i < all_sent.size(); ++i)
        for (const auto& to : all_sent[i].to)
            recipients.push_back(to.address);
    const auto mailboxes = grown(before, take_stock(dovecot));
    row.place = mailboxes.empty() && !recipients.empty() ? "forwarded" : joined(mailboxes);
    row.sent = recipients.empty() ? "" : "to " + joined(recipients);
    return row;
}

void print_table(const std::vector<Row>& rows) {
    std::size_t message = 0;
    std::size_t recognised = 0;
    std::size_t place = 0;
    for (const auto& row : rows) {
        message = std::max(message, row.message.size());
        recognised = std::max(recognised, row.recognised.size());
        place = std::max(place, row.place.size());
    }
    for (const auto& row : rows)
        std::printf("%-*s  %-*s  %-*s  %s\n", static_cast<int>(message), row.message.c_str(),
                    static_cast<int>(recognised), row.recognised.c_str(), static_cast<int>(place),
                    row.place.c_str(), row.sent.c_str());
}

void print_how_to_look(const rig::Dovecot& dovecot) {
    const std::string directory = dovecot.directory().string();
    std::printf("\nThe server goes on running, on this machine's loopback only:\n"
                "  IMAP         127.0.0.1 port %u, without TLS, user %s, password secret\n"
                "  ManageSieve  127.0.0.1 port %u, the same user\n"
                "  LMTP         127.0.0.1 port %u\n"
                "  files        %s (dovecot.conf, columbarium.toml, sieve, log)\n"
                "Forwards are refused from now on; nothing leaves this machine.\n"
                "To stop it and remove its files:\n"
                "  %skill %d && %srm -rf %s\n",
                dovecot.imap_port(), mailbox_owner, dovecot.managesieve_port(), dovecot.lmtp_port(),
                directory.c_str(), ::geteuid() == 0 ? "sudo " : "", dovecot.pid(),
                ::geteuid() == 0 ? "sudo " : "", directory.c_str());
}

bool script_is_taken(const rig::Dovecot& dovecot) {
    const auto stored = dovecot.put_script(mailbox_owner, "main", owner_script);
    const auto activated = stored.ok() ? dovecot.activate(mailbox_owner, "main") : stored;
    if (!activated.ok())
        std::fprintf(stderr, "the script of %s was refused: %s\n", mailbox_owner,
                     to_string(activated).c_str());
    return activated.ok();
}

// True when the log holds nothing that a server in good health does not write.
bool log_is_quiet(const std::string& log) {
    const auto alarms = rig::alarms_in(log);
    for (const auto& alarm : alarms)
        std::fprintf(stderr, "in Dovecot's log: %s\n", alarm.c_str());
    return alarms.empty();
}

int show(const std::filesystem::path& conf_d, bool keep) {
    const auto started = std::chrono::steady_clock::now();
    std::printf("Starting a private Dovecot on loopback with the configuration in conf.d ...\n");
    std::fflush(stdout);
    const rig::SmtpSink sink;
    rig::DovecotOptions options = shipped_configuration(conf_d);
    options.submission_port = sink.port();
    options.keep_running = keep;
    rig::Dovecot dovecot(options);
    install_triage_script(dovecot, conf_d);
    if (!script_is_taken(dovecot))
        return 1;

    std::printf("Delivering %zu messages to %s over LMTP ...\n\n", std::size(messages), recipient);
    std::fflush(stdout);
    std::vector<Row> rows = {{"MESSAGE", "RECOGNISED AS", "WENT TO", "SENT OUT"}};
    bool all_accepted = true;
    for (const char* name : messages) {
        rows.push_back(deliver(dovecot, sink, name));
        all_accepted = all_accepted && !rows.back().place.starts_with("refused");
    }
    print_table(rows);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started;
    std::printf("\n%zu messages delivered in %.1f s, server start included.\n", std::size(messages),
                taken.count());
    if (keep)
        print_how_to_look(dovecot);
    else
        dovecot.stop();
    return log_is_quiet(dovecot.log()) && all_accepted ? 0 : 1;
}

} // namespace
} // namespace columbarium::demo

int main(int argc, char** argv) {
    const bool keep = argc == 3 && std::string_view(argv[2]) == "--keep";
    if (argc != 2 && !keep) {
        std::fprintf(stderr, "usage: columbarium_demo CONF_D [--keep]\n");
        return 64; // EX_USAGE of sysexits.h
    }
    try {
        return columbarium::demo::show(argv[1], keep);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "columbarium_demo: %s\n", failure.what());
        return 1;
    }
}
