// SPDX-License-Identifier: LGPL-2.1-or-later
// What one test with :list against 100,000 contacts costs in a delivery over LMTP, beside the same delivery
// with `address :is` against one literal.
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "paired.hpp"
#include "rig/dovecot.hpp"
#include "rig/mail_text.hpp"

namespace {

using namespace columbarium;

constexpr int rounds = 600;
constexpr int contacts = 100'000;

enum class Book { one_file, folder };

std::string card(int number) {
    return fmt::format("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:card-{0}\r\nFN:Person {0}\r\n"
                       "EMAIL;TYPE=INTERNET:person{0}@example.net\r\nEND:VCARD\r\n",
                       number);
}

rig::DovecotOptions options(Book book) {
    rig::DovecotOptions chosen;
    chosen.sieve_plugins = {"sieve_columbarium"};
    chosen.sieve_extensions = "+extlists";
    chosen.site_config = fmt::format("[lists.\":addrbook:default\"]\ntype = \"vdir\"\n"
                                     "path = \"@directory@/contacts{}\"\n",
                                     book == Book::one_file ? ".vcf" : "");
    return chosen;
}

void write_book(const rig::Dovecot& dovecot, Book book) {
    std::string all;
    for (int number = 0; number < contacts; ++number) {
        if (book == Book::folder)
            (void)dovecot.write_file(fmt::format("contacts/card-{}.vcf", number), card(number));
        else
            all += card(number);
    }
    if (book == Book::one_file)
        (void)dovecot.write_file("contacts.vcf", all);
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

constexpr const char* literal_script = "if address :is \"from\" \"person99999@example.net\" { keep; }\n";
constexpr const char* list_script =
    "require \"extlists\";\nif address :list \"from\" \":addrbook:default\" { keep; }\n";

void list_against_literal(benchmark::State& state, Book book) {
    const rig::Dovecot dovecot(options(book));
    write_book(dovecot, book);
    use_script(dovecot, "literal", literal_script);
    use_script(dovecot, "second", literal_script);
    use_script(dovecot, "lister", list_script);
    const std::string text = rig::message("From: Person <person99999@example.net>\nTo: user@example.org\n"
                                          "Subject: hello\nMessage-ID: <bench@example.net>\n\nHello.\n");
    // "again" is the same as "address :is": its ratio tells how far apart two equal things seem on this
    // machine.
    bench::compare(state,
                   {{"address :is", [&] { deliver(dovecot, "literal", text); }},
                    {":list", [&] { deliver(dovecot, "lister", text); }},
                    {"again", [&] { deliver(dovecot, "second", text); }}},
                   rounds);
}

BENCHMARK_CAPTURE(list_against_literal, one_file, Book::one_file)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(list_against_literal, folder, Book::folder)->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace
