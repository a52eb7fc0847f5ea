// SPDX-License-Identifier: LGPL-2.1-or-later
#include "extlists_fixture.hpp"

#include <filesystem>

#include "rig/eventually.hpp"

namespace columbarium::e2e {

namespace {

constexpr const char* lists_of_tests = R"([lists]
redirect = ["tag:example.com,2026:team", "tag:example.com,2026:crowd", "tag:example.com,2026:words",
            "tag:example.com,2026:empty", "tag:example.com,2026:missing", ":addrbook:default"]
redirect_recipients = 5

[lists.":addrbook:default"]
type = "vdir"
path = "~/contacts"

[lists."tag:example.com,2026:staff"]
type = "file"
path = "@directory@/lists/staff"

[lists."tag:example.com,2026:team"]
type = "file"
path = "@directory@/lists/team"

[lists."tag:example.com,2026:crowd"]
type = "file"
path = "@directory@/lists/crowd"

[lists."tag:example.com,2026:words"]
type = "file"
path = "@directory@/lists/words"

[lists."tag:example.com,2026:empty"]
type = "file"
path = "@directory@/lists/empty"

[lists."tag:example.com,2026:missing"]
type = "file"
path = "@directory@/lists/missing"

[lists."tag:example.com,2026:remote"]
type = "carddav"
url = "https://127.0.0.1:1/dav/"
)";

} // namespace

ExtlistsTest::ExtlistsTest() {
    options.sieve_extensions = "+extlists +vnd.columbarium.triage +editheader";
    options.site_config = lists_of_tests;
}

void ExtlistsTest::write_lists() {
    auto& server = dovecot();
    (void)server.write_file("lists/staff",
                            "wilma@example.org\nBarney Rubble <Barney@Example.org>\n@sub.example.org\n");
    (void)server.write_file("lists/team", "ann@example.net\nBob Builder <bob@example.net>\n"
                                          "ANN@example.net\ncarol@example.net\n");
    (void)server.write_file("lists/crowd", "a1@example.net\na2@example.net\na3@example.net\n"
                                           "a4@example.net\na5@example.net\na6@example.net\n");
    (void)server.write_file("lists/words",
                            "# no addresses\n2026-12-25\nhello world\nB\u00fcro\n.exe\nmalware.exe\n"
                            "192.0.2.1\nfred\nexample.com\nsite\n\\Flagged\n");
    (void)server.write_file("lists/empty", "# nobody\n");
}

void ExtlistsTest::write_card(const std::string& user, const std::string& name, const std::string& address,
                              const std::string& more) {
    (void)dovecot().write_file("home/" + user + "/contacts/" + address + ".vcf",
                               "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + address + "\r\nFN:" + name +
                                   "\r\nEMAIL;TYPE=INTERNET:" + address + "\r\n" + more + "END:VCARD\r\n");
}

void ExtlistsTest::write_book() {
    write_card("user", "Fred Foobar", "Fred@Example.com", "CATEGORIES:Friends\r\n");
    write_card("user", "Ann Example", "ann@example.net");
}

std::string ExtlistsTest::script(std::string_view text) {
    return R"(require ["extlists", "envelope", "variables", "imap4flags", "fileinto", "mailbox", "relational",)"
           R"( "comparator-i;ascii-numeric", "subaddress", "date", "index", "copy", "mime", "foreverypart",)"
           R"( "body", "environment", "regex", "editheader", "vnd.columbarium.triage"];)"
           "\n" +
           std::string(text) + "\n";
}

std::string ExtlistsTest::log_of_scripts(const std::string& user) {
    const auto file = dovecot().directory() / "home" / user / ".dovecot.sieve.log";
    return std::filesystem::exists(file) ? rig::read_file(file) : std::string();
}

bool ExtlistsTest::comes_into_log_of_scripts(const std::string& user, std::string_view text) {
    return rig::eventually(rig::default_deadline,
                           [&] { return log_of_scripts(user).find(text) != std::string::npos; });
}

Flags Extlists::flags_of(const std::string& text, const std::string& message, const std::string& from) {
    use_script("user", script(text));
    deliver(message, {.from = from});
    const auto inbox = mailbox("user");
    return inbox.empty() ? Flags{"no message"} : inbox.back().flags;
}

std::string letter(std::string_view fields) {
    std::string text(fields);
    if (!text.ends_with('\n'))
        text += '\n';
    if (text.find("To:") == std::string::npos)
        text += "To: user@example.org\n";
    return rig::message(text + "Date: Fri, 25 Dec 2026 10:00:00 +0000\nMessage-ID: <" +
                        std::to_string(std::hash<std::string>()(text)) + "@example.net>\n\nHello.\n");
}

} // namespace columbarium::e2e
