// SPDX-License-Identifier: LGPL-2.1-or-later
// The server's side of XEP-0114, for what a real server does not do on demand: thousands of people at once,
// silence, refusal, a break.
//
//     XmppComponentServer server;
//     ... component server.component(), secret_file server.secret_file(), host 127.0.0.1, port server.port()
//     ... ASSERT_TRUE(server.wait_for_session(1)); server.send_people(10'000);
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "directory.hpp"
#include "socket.hpp"

namespace columbarium::rig {

struct XmppComponentServerOptions {
    std::string component = "columbarium.example.com";
    std::string secret = "component's secret";
    // Each `subscribe` is answered with `subscribed`; each `probe` with an available presence.
    bool has_people = true;
};

// On 127.0.0.1, in a thread of the test process; one component after the other. What the component sends to
// its own address comes back to it, as from a real server.
class XmppComponentServer {
  public:
    explicit XmppComponentServer(XmppComponentServerOptions options = {});
    XmppComponentServer(const XmppComponentServer&) = delete;
    XmppComponentServer& operator=(const XmppComponentServer&) = delete;
    ~XmppComponentServer();

    [[nodiscard]] std::uint16_t port() const { return listener_.port; }
    [[nodiscard]] const std::string& component() const { return options_.component; }
    // One line, readable for everybody.
    [[nodiscard]] std::filesystem::path secret_file() const;

    // Whether so many sessions had begun in time.
    [[nodiscard]] bool wait_for_session(std::size_t count, Milliseconds deadline = default_deadline) const;

    // Sends these octets to the component. Throws std::runtime_error where there is none.
    void send(std::string_view xml);

    // For each of person-0@DOMAIN, person-1@DOMAIN ...: `subscribed`, and a presence of the resource "phone"
    // with this <show/> ("" for none) and <status/>.
    void send_people(std::size_t count, const std::string& domain = "example.com",
                     const std::string& show = "xa", const std::string& status = "On a trip");

    // From now on nothing is answered, while the connection stays; a component that connects waits for ever.
    void go_silent(bool silent = true) { is_silent_ = silent; }
    // From now on handshakes are refused with <not-authorized/>.
    void refuse(bool refusing = true) { is_refusing_ = refusing; }
    // Breaks the connection that there is.
    void disconnect();

    // All stanzas that came so far, as they came.
    [[nodiscard]] std::vector<std::string> stanzas() const;
    // Whether a stanza came that holds this text, in time.
    [[nodiscard]] bool wait_for(std::string_view part, Milliseconds deadline = default_deadline) const;

  private:
    void serve();
    void serve(int client);
    [[nodiscard]] bool greet(int client, std::string& received);
    void hear(const std::string& stanza);

    XmppComponentServerOptions options_;
    TemporaryDirectory directory_;
    Listener listener_;
    mutable std::mutex mutex_;
    std::mutex sending_;
    std::vector<std::string> stanzas_;
    int client_ = -1;
    std::atomic<std::size_t> sessions_ = 0;
    std::atomic<bool> is_silent_ = false;
    std::atomic<bool> is_refusing_ = false;
    std::atomic<bool> is_stopping_ = false;
    std::thread thread_;
};

} // namespace columbarium::rig
