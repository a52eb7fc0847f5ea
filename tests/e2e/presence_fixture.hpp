// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of presence and notifications in scripts: a site without an XMPP server, where
// presence is published in a dict, or told by a stand-in for the service.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rig/mail_test.hpp"
#include "rig/socketmap_server.hpp"

namespace columbarium::e2e {

class PresenceTest : public rig::MailTest {
  protected:
    // Every user NAME has the JID NAME@example.com; presence comes from the file presence.dict of the
    // server's directory. The address book is ~/contacts.
    PresenceTest();

    // Publishes what the dict says of a JID from now on: "xa", or an object of JSON.
    void publish(const std::string& jid, const std::string& value);
    void unpublish(const std::string& jid);

    // Lets a stand-in for the service answer from now on, for the source `xmpp`; the server is started first.
    rig::SocketmapServer& serve(rig::SocketmapServer::Responder responder);

    // A card of the user's address book, member of a group of this name.
    void write_card(const std::string& user, const std::string& address, const std::string& group);

    // Runs a script with all these tests for one message, and returns those that are true.
    [[nodiscard]] std::set<std::string> true_of(const std::vector<std::string>& tests,
                                                const std::string& user = "user");
    [[nodiscard]] bool is_true(const std::string& test, const std::string& user = "user") {
        return !true_of({test}, user).empty();
    }

    // The value of an item of this JID; "nothing" where the test is false for every value.
    [[nodiscard]] std::string item(const std::string& name, const std::string& jid = "user@example.com");

    // The lines of the log that hold `text`; waits for the first, which is expected to come.
    [[nodiscard]] std::vector<std::string> log_lines(const std::string& text);

  private:
    std::map<std::string, std::string> published_;
    std::unique_ptr<rig::SocketmapServer> service_;
};

// A message for user@example.org with the Message-ID <ID@example.net>.
[[nodiscard]] std::string mail_to_user(const std::string& subject = "Hello", int id = 1);

// notify_method_capability with this match type, URI, item and keys.
[[nodiscard]] std::string capability(const std::string& item, const std::string& keys,
                                     const std::string& match = "",
                                     const std::string& uri = "xmpp:user@example.com");

} // namespace columbarium::e2e
