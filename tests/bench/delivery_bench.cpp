// SPDX-License-Identifier: LGPL-2.1-or-later
// What the triage script costs in a delivery over LMTP, beside the same delivery with a script that keeps.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "demo/shipped_configuration.hpp"
#include "paired.hpp"
#include "rig/dovecot.hpp"
#include "rig/mail_text.hpp"

namespace {

using namespace columbarium;

constexpr int rounds = 400;
const std::filesystem::path conf_d = std::filesystem::path(PROJECT_DIRECTORY) / "conf.d";

// conf.d as it is shipped, but that each user's own script sorts his mail.
rig::DovecotOptions options() {
    rig::DovecotOptions chosen = demo::shipped_configuration(conf_d);
    const std::string everybody = "  sieve_before = ";
    chosen.extra_conf.replace(chosen.extra_conf.find(everybody), everybody.size(), "  #sieve_before = ");
    return chosen;
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

void use_script(const rig::Dovecot& dovecot, const std::string& user, const std::string& script) {
    if (!dovecot.put_script(user, "main", script).ok() || !dovecot.activate(user, "main").ok())
        throw std::runtime_error("the script of " + user + " was refused");
}

void deliver(const rig::Dovecot& dovecot, const std::string& user, const std::string& text) {
    const rig::Delivery delivery = dovecot.deliver(text, {"sender@example.com", {user + "@example.org"}});
    if (!delivery.accepted())
        throw std::runtime_error(rig::to_string(delivery));
}

// Both users get the message into INBOX or into a bucket: `keep_script` stores it where triage does.
void triage_against_keep(benchmark::State& state, const std::string& file, const std::string& keep_script) {
    const rig::Dovecot dovecot(options());
    demo::install_triage_script(dovecot, conf_d);
    use_script(dovecot, "keeper", keep_script);
    use_script(dovecot, "second", keep_script);
    use_script(dovecot, "sorter", read_file(conf_d / "sieve/triage.sieve"));
    const std::string text = rig::mail_file(file);
    // "again" is the same as "keep": its ratio tells how far apart two equal things seem on this machine.
    bench::compare(state,
                   {{"keep", [&] { deliver(dovecot, "keeper", text); }},
                    {"triage", [&] { deliver(dovecot, "sorter", text); }},
                    {"again", [&] { deliver(dovecot, "second", text); }}},
                   rounds);
}

constexpr const char* file_into_returns =
    "require [\"fileinto\", \"mailbox\"];\nfileinto :create \"Returns\";\n";

BENCHMARK_CAPTURE(triage_against_keep, personal, "personal-plain.eml", "keep;\n")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(triage_against_keep, attachment, "personal-with-attachment.eml", "keep;\n")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(triage_against_keep, bounce_kept, "dsn-failed-user-unknown.eml", "keep;\n")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(triage_against_keep, bounce_filed, "dsn-failed-user-unknown.eml", file_into_returns)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(triage_against_keep, qmail_bounce_filed, "bounce-qmail.eml", file_into_returns)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

} // namespace
