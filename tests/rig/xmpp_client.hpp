// SPDX-License-Identifier: LGPL-2.1-or-later
// A person's XMPP client: libstrophe in a thread of its own, TLS with a test's authority.
//
//     XmppClient phone({.jid = prosody.jid("alice"), .password = prosody.password("alice"),
//                       .resource = "phone", .port = prosody.port(), .ca_file = prosody.ca_file()});
//     phone.presence("xa", "On a trip");
//     ASSERT_TRUE(phone.wait_for_messages(1));
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "eventually.hpp"

namespace columbarium::rig {

struct XmppClientOptions {
    std::string jid; // bare
    std::string password;
    std::string resource = "test";
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::filesystem::path ca_file;
    // Answers each `subscribe` with `subscribed`, and with a `subscribe` of its own if
    // `returns_subscription`.
    bool approves = true;
    bool returns_subscription = false;
    // Sends an available presence without <show/> as soon as it is connected.
    bool initial_presence = true;
};

// A <message/> that came, errors too.
struct XmppMessage {
    std::string from;
    std::string to;
    std::string type; // "" for none
    std::string id;
    std::string subject;
    std::string body;
    std::string stanza; // the whole of it
};

// A <presence/> that came from somebody.
struct XmppPresence {
    std::string from;
    std::string type; // "" for none
    std::string show;
    std::string status;
    std::string stanza;
};

class XmppClient {
  public:
    // Connects, logs in and asks for the roster. Throws std::runtime_error where that takes longer than
    // default_deadline, or the server refuses.
    explicit XmppClient(XmppClientOptions options);
    XmppClient(const XmppClient&) = delete;
    XmppClient& operator=(const XmppClient&) = delete;
    // As leave(), if it was not called.
    ~XmppClient();

    // Sends a presence; `show` is "away", "chat", "dnd", "xa" or "" (available).
    void presence(const std::string& show, const std::string& status = "", int priority = 0);

    // Sends <presence type="unavailable"/> with a status, but stays connected.
    void unavailable(const std::string& status = "");

    // Logs out: an unavailable presence with a status, the end of the stream. Returns when it is done.
    void leave(const std::string& status = "");

    // Breaks the connection without a word.
    void vanish();

    // <presence type="subscribe"/> and the like.
    void presence_type(const std::string& to, const std::string& type);

    // Sends these octets as they are.
    void send_raw(const std::string& xml);

    // Sends an empty <iq/> to the server and waits for its answer: whatever was sent before has arrived.
    void flush();

    [[nodiscard]] bool is_connected() const;
    [[nodiscard]] std::string full_jid() const;

    // What has come so far.
    [[nodiscard]] std::vector<XmppMessage> messages() const;
    [[nodiscard]] std::vector<XmppPresence> presences() const;
    // Bare JID -> "none", "to", "from", "both"; pushes are applied.
    [[nodiscard]] std::map<std::string, std::string> roster() const;

    // Whether as many messages were there in time.
    [[nodiscard]] bool wait_for_messages(std::size_t count, Milliseconds deadline = default_deadline) const;
    // Whether the roster had this line in time.
    [[nodiscard]] bool wait_for_subscription(const std::string& jid, const std::string& subscription,
                                             Milliseconds deadline = default_deadline) const;

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

} // namespace columbarium::rig
