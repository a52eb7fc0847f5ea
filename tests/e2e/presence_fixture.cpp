// SPDX-License-Identifier: LGPL-2.1-or-later
#include "presence_fixture.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "rig/eventually.hpp"
#include "rig/server_log.hpp"

namespace columbarium::e2e {

PresenceTest::PresenceTest() {
    options.sieve_plugins = {"sieve_columbarium"};
    options.sieve_extensions = "+extlists +vacation-seconds";
    options.plugin_settings["sieve_vacation_min_period"] = "0";
    options.plugin_settings["columbarium_presence"] = "dict:file:@directory@/presence.dict";
    options.plugin_settings["columbarium_jid"] = "%n@example.com";
    options.site_config = "[lists.\":addrbook:default\"]\ntype = \"vdir\"\npath = \"~/contacts\"\n";
}

void PresenceTest::publish(const std::string& jid, const std::string& value) {
    published_[jid] = value;
    std::string dict;
    for (const auto& [key, text] : published_)
        dict += "priv/presence/" + key + "\n" + text + "\n";
    // As a program would do it: nobody sees half a file.
    const auto fresh = dovecot().write_file("presence.dict.new", dict);
    std::filesystem::rename(fresh, dovecot().directory() / "presence.dict");
}

void PresenceTest::unpublish(const std::string& jid) {
    published_.erase(jid);
    dovecot().write_file("presence.dict", "");
    for (const auto& [key, text] : std::map(published_))
        publish(key, text);
}

rig::SocketmapServer& PresenceTest::serve(rig::SocketmapServer::Responder responder) {
    service_.reset();
    service_ = std::make_unique<rig::SocketmapServer>(dovecot().directory() / "run" / "columbarium",
                                                      std::move(responder));
    return *service_;
}

void PresenceTest::write_card(const std::string& user, const std::string& address, const std::string& group) {
    dovecot().write_file("home/" + user + "/contacts/" + address + ".vcf",
                         "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + address + "\r\nFN:" + address +
                             "\r\nN:;;;;\r\nEMAIL:" + address + "\r\nCATEGORIES:" + group +
                             "\r\nEND:VCARD\r\n");
}

std::set<std::string> PresenceTest::true_of(const std::vector<std::string>& tests, const std::string& user) {
    std::string script = "require [\"enotify\", \"variables\", \"relational\", \"imap4flags\","
                         " \"comparator-i;ascii-numeric\"];\n";
    for (std::size_t number = 0; number < tests.size(); ++number)
        script += "if " + tests[number] + " { addflag \"$t" + std::to_string(number) + "\"; }\n";
    use_script(user, script);
    const std::size_t before = mailbox(user).size();
    deliver(mail_to_user(), {.from = "sender@example.net", .to = {user + "@example.org"}});
    const auto messages = mailbox(user);
    EXPECT_EQ(messages.size(), before + 1);
    std::set<std::string> found;
    for (std::size_t number = 0; number < tests.size(); ++number)
        if (messages.back().has_flag("$t" + std::to_string(number)))
            found.insert(tests[number]);
    return found;
}

std::string PresenceTest::item(const std::string& name, const std::string& jid) {
    use_script("user", "require [\"enotify\", \"variables\", \"fileinto\", \"mailbox\"];\nif " +
                           capability(name, "\"*\"", ":matches", "xmpp:" + jid) +
                           " { fileinto :create \"is ${0}\"; } else { fileinto :create \"nothing\"; }\n");
    const auto known = mailboxes("user");
    std::map<std::string, std::size_t> before;
    for (const auto& folder : known)
        before[folder] = mailbox("user", folder).size();
    deliver(mail_to_user());
    for (const auto& folder : mailboxes("user"))
        if (mailbox("user", folder).size() > before[folder])
            return folder.starts_with("is") ? folder.substr(std::min<std::size_t>(3, folder.size())) : folder;
    ADD_FAILURE() << "the message is nowhere";
    return {};
}

std::vector<std::string> PresenceTest::log_lines(const std::string& text) {
    // Lines reach the log through a process of their own, some time after the reply.
    const bool came = rig::eventually(rig::default_deadline,
                                      [&] { return dovecot().log().find(text) != std::string::npos; });
    EXPECT_TRUE(came) << "no line holds " << text;
    auto lines = rig::lines_with(dovecot().log(), text);
    return lines.empty() ? std::vector<std::string>{""} : lines;
}

std::string mail_to_user(const std::string& subject, int id) {
    return rig::message("From: Sender <sender@example.net>\nTo: user@example.org\nSubject: " + subject +
                        "\nDate: Tue, 05 May 2026 10:00:00 +0000\nMessage-ID: <" + std::to_string(id) +
                        "@example.net>\n\nHello\n");
}

std::string capability(const std::string& item, const std::string& keys, const std::string& match,
                       const std::string& uri) {
    return "notify_method_capability " + match + (match.empty() ? "" : " ") + "\"" + uri + "\" \"" + item +
           "\" " + keys;
}

} // namespace columbarium::e2e
