// SPDX-License-Identifier: LGPL-2.1-or-later
// A client of socketmap and what tests of it need. No test measures time: what matters is that the client
// comes back, and what it says.
#pragma once

#include <filesystem>
#include <functional>
#include <future>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scratch_folder.hpp"
#include "unix_listener.hpp"
#include "wire/client.hpp"

namespace columbarium::wire {

inline const Request question{"presence", "ann@example.com"};

// For what must not take it, and for what must.
inline Clock::time_point in_good_time() {
    return Clock::now() + std::chrono::milliseconds(test::patience_milliseconds);
}
inline Clock::time_point soon() {
    return Clock::now() + std::chrono::milliseconds(60);
}

// A server in a thread of its own; what it throws is thrown by finish().
class Server {
  public:
    explicit Server(std::function<void()> behaviour)
        : finished_(std::async(std::launch::async, std::move(behaviour))) {}
    void finish() { finished_.get(); }

  private:
    std::future<void> finished_;
};

// Descriptors of this process that are connected to the socket.
inline std::vector<int> connections_to(const std::string& path) {
    std::vector<int> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        const int descriptor = std::stoi(entry.path().filename().string());
        sockaddr_un address{};
        socklen_t length = sizeof(address);
        if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &length) == 0 &&
            address.sun_family == AF_UNIX && path == address.sun_path)
            found.push_back(descriptor);
    }
    return found;
}

// More than one while somebody looks.
inline std::size_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

class WireClient : public ::testing::Test {
  protected:
    // Asks, and expects a temporary failure that names the socket.
    static std::string failure_of(Client& client, const std::string& socket, Clock::time_point deadline) {
        const auto reply = client.ask(question, deadline);
        if (reply) {
            ADD_FAILURE() << "a reply: " << reply->text;
            return {};
        }
        EXPECT_EQ(reply.error().kind, ErrorKind::temporary);
        EXPECT_THAT(reply.error().text, ::testing::StartsWith(socket + ": "));
        EXPECT_THAT(connections_to(socket), ::testing::IsEmpty())
            << "after a failure the connection is closed";
        return reply.error().text;
    }

    static std::string value_of(Client& client, const Request& request = question) {
        const auto reply = client.ask(request, in_good_time());
        EXPECT_TRUE(reply.has_value()) << reply.error().text;
        return reply.value_or(Reply{}).text;
    }

    // What the client says where the server answers its question with these octets and waits, or closes.
    std::string failure_after(const std::string& octets, bool closes, Clock::time_point deadline) const {
        const test::UnixListener listener(path);
        std::promise<void> client_is_done;
        Server server([&] {
            test::Peer peer = listener.accept();
            static_cast<void>(peer.read());
            peer.write(octets);
            if (!closes)
                client_is_done.get_future().wait();
        });
        Client client(path);
        const std::string text = failure_of(client, path, deadline);
        client_is_done.set_value();
        server.finish();
        return text;
    }

    test::ScratchFolder folder;
    const std::string path = folder / "socket";
};

} // namespace columbarium::wire
