// SPDX-License-Identifier: LGPL-2.1-or-later
// What presence costs a delivery over LMTP: the first script of RFC 6133 beside
// the same script without its presence tests; and how long a delivery waits
// where nobody answers.
#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "paired.hpp"
#include "presence_server.hpp"
#include "rig/mail_text.hpp"
#include "rig/smtp_sink.hpp"
#include "wire/client.hpp"

namespace {

using namespace columbarium;

constexpr int rounds = 600;
constexpr int rounds_of_outages = 100;

constexpr const char* address_book = "[lists.\":addrbook:default\"]\ntype = \"file\"\n"
                                     "path = \"@directory@/contacts\"\n";

void use_script(const rig::Dovecot& dovecot, const std::string& user, const std::string& script) {
    if (!dovecot.put_script(user, "main", script).ok() || !dovecot.activate(user, "main").ok())
        throw std::runtime_error("the script of " + user + " was refused");
}

void deliver(const rig::Dovecot& dovecot, const std::string& user) {
    static const std::string text = rig::message("From: Fred <fred@example.net>\nTo: user@example.org\n"
                                                 "Subject: hello\nMessage-ID: <b@example.net>\n\nHello.\n");
    const rig::Delivery delivery = dovecot.deliver(text, {"fred@example.net", {user + "@example.org"}});
    if (!delivery.accepted())
        throw std::runtime_error(rig::to_string(delivery));
}

// Example 1 of RFC 6133 for this user; `with_presence` false: with its presence
// tests taken out.
std::string first_script(const std::string& user, bool with_presence) {
    const std::string uri = "xmpp:" + user + "@example.com";
    return fmt::format(
        R"(require ["envelope", "extlists", "enotify", "variables", "vacation-seconds"];
if allof (envelope :list "from" ":addrbook:default"{}) {{
    set "resp_msg" "Away for a while, without access to email.";
    {}
    vacation :handle "ext-away" :seconds 1800 "${{resp_msg}}";
}}
)",
        with_presence ? ", notify_method_capability \"" + uri + "\" \"show\" \"xa\"" : "",
        with_presence ? "if notify_method_capability :matches \"" + uri +
                            "\" \"status\" \"?*\" { set \"resp_msg\" \"${0}\"; }"
                      : "");
}

void first_script_of_rfc_6133(benchmark::State& state) {
    const bench::PresenceServer server(10'000, address_book);
    const rig::Dovecot& dovecot = server.dovecot();
    (void)dovecot.write_file("contacts", "fred@example.net\n");
    use_script(dovecot, "person-1", first_script("person-1", false));
    use_script(dovecot, "person-2", first_script("person-2", true));
    use_script(dovecot, "person-3", first_script("person-3", false));
    bench::compare(state,
                   {{"without presence", [&] { deliver(dovecot, "person-1"); }},
                    {"with presence", [&] { deliver(dovecot, "person-2"); }},
                    {"again", [&] { deliver(dovecot, "person-3"); }}},
                   rounds);
}
BENCHMARK(first_script_of_rfc_6133)->Iterations(1)->Unit(benchmark::kMillisecond);

enum class Outage { none, no_service, service_hangs, server_refuses, server_silent };

constexpr const char* asking_script = R"(require ["enotify"];
if notify_method_capability "xmpp:asking@example.com" "show" "xa" { keep; }
if notify_method_capability "xmpp:asking@example.com" "busy" "yes" { keep; }
if notify_method_capability "xmpp:asking@example.com/phone" "show" "xa" { keep; }
)";

void outage(benchmark::State& state, Outage kind) {
    rig::XmppComponentServer xmpp;
    xmpp.refuse(kind == Outage::server_refuses);
    xmpp.go_silent(kind == Outage::server_silent);
    rig::DovecotOptions options = bench::presence_options(xmpp);
    options.service = kind != Outage::no_service;
    const rig::Dovecot dovecot(options);
    bench::write_secret(dovecot);
    use_script(dovecot, "asking", asking_script);
    use_script(dovecot, "plain", "if header \"x-nothing\" \"xa\" { keep; }\n");
    pid_t stopped = -1;
    if (options.service) {
        wire::Client client((dovecot.directory() / "run/columbarium").string());
        const auto reply = client.ask({"service", "status"}, wire::Clock::now() + std::chrono::seconds(5));
        if (!reply)
            throw std::runtime_error(reply.error().text);
        if (kind == Outage::service_hangs)
            stopped = nlohmann::json::parse(reply->text)["pid"].get<pid_t>();
    }
    if (stopped > 0)
        kill(stopped, SIGSTOP);
    bench::compare(
        state,
        {{"plain", [&] { deliver(dovecot, "plain"); }}, {"asking", [&] { deliver(dovecot, "asking"); }}},
        rounds_of_outages);
    if (stopped > 0)
        kill(stopped, SIGCONT);
    state.counters["delay ms"] = (state.counters["asking us"] - state.counters["plain us"]) / 1000;
}
BENCHMARK_CAPTURE(outage, none, Outage::none)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(outage, no_service, Outage::no_service)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(outage, service_hangs, Outage::service_hangs)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(outage, server_refuses, Outage::server_refuses)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(outage, server_silent, Outage::server_silent)->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace
