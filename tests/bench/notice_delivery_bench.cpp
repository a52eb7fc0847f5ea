// SPDX-License-Identifier: LGPL-2.1-or-later
// What the module costs an LMTP delivery to somebody who is here: outside the tombstone domains, where it has
// nothing to ask, and inside, where the service says that his mail goes to his account. Two servers, one with
// the module and one without, are delivered to in turn; a second user of the one without tells how exact that
// is.
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "config/store_place.hpp"
#include "paired.hpp"
#include "rig/dovecot.hpp"
#include "rig/mail_text.hpp"
#include "store/store.hpp"

namespace {

using namespace columbarium;

constexpr int rounds = 1'500;
constexpr const char* user = "present";
constexpr const char* outside = "example.org";
constexpr const char* inside = "cam.example.org";
constexpr const char* accounts = "hermes.example.org";

rig::DovecotOptions options_with(bool module) {
    rig::DovecotOptions options;
    options.site_config = "[people]\n"
                          "domains = [\"cam.example.org\"]\n"
                          "account_domain = \"hermes.example.org\"\n"
                          "accounts = \"userdb\"\n"
                          "[store]\n"
                          "sqlite = \"@directory@/store/people.sqlite\"\n";
    options.service = true;
    if (module)
        options.lmtp_plugins = {"lmtp_columbarium"};
    return options;
}

void put_present(const rig::Dovecot& dovecot) {
    std::filesystem::remove(dovecot.write_file("store/empty", ""));
    config::StorePlace place;
    place.path = (dovecot.directory() / "store/people.sqlite").string();
    auto opened = store::Store::open(place, "");
    if (!opened)
        throw std::runtime_error(opened.error().text);
    tombstone::Person person;
    person.username = user;
    person.forwarding_address = std::string(user) + "@" + accounts;
    const std::array writes{store::Write{&person, {}}};
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (const auto written = (*opened)->write(writes, {"bench", now}); !written)
        throw std::runtime_error(written.error().text);
    // The service runs as somebody else.
    for (const auto& file : std::filesystem::directory_iterator(dovecot.directory() / "store"))
        std::filesystem::permissions(file, std::filesystem::perms::all);
}

void deliver(const rig::Dovecot& dovecot, const std::string& recipient) {
    static const std::string text = rig::message("From: Fred <fred@example.net>\nTo: present@example.org\n"
                                                 "Subject: hello\nMessage-ID: <b@example.net>\n\nHello.\n");
    const rig::Delivery delivery = dovecot.deliver(text, {"fred@example.net", {recipient}});
    if (!delivery.accepted())
        throw std::runtime_error(rig::to_string(delivery) + dovecot.log());
}

// The first domain is for the server without the module.
void deliveries(benchmark::State& state, const std::string& without, const std::string& with) {
    const rig::Dovecot plain(options_with(false));
    const rig::Dovecot server(options_with(true));
    put_present(server);
    bench::compare(state,
                   {{"without module", [&] { deliver(plain, "present@" + without); }},
                    {"with module", [&] { deliver(server, "present@" + with); }},
                    {"without again", [&] { deliver(plain, "again@" + without); }}},
                   rounds);
}
BENCHMARK_CAPTURE(deliveries, outside, outside, outside)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(deliveries, inside, accounts, inside)->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace
