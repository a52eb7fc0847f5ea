// SPDX-License-Identifier: LGPL-2.1-or-later
#include "wire/client.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "wire/netstring.hpp"
#include "wire/unix_stream.hpp"

namespace columbarium::wire {

namespace {

constexpr std::chrono::milliseconds pause_without_a_server{10};

} // namespace

Client::Client(std::string socket_path) : stream_(std::make_unique<UnixStream>(std::move(socket_path))) {}

Client::~Client() = default;

Expected<Reply> Client::ask(const Request& request, Clock::time_point deadline) {
    if (!is_map_name(request.map))
        return permanent_failure("the name of a map must be printable ASCII without blanks");
    if (request.map.size() + 1 + request.key.size() > longest_netstring)
        return permanent_failure(fmt::format("a key of {} octets is too long for the map {}",
                                             request.key.size(), request.map.substr(0, 100)));
    was_absent_ = false;
    if (stream_->is_connected() && !stream_->is_quiet())
        stream_->close();
    const std::string frame = encode(request);
    for (bool kept = stream_->is_connected();; kept = false) {
        if (const auto connected = connect(deadline); !connected)
            return tl::make_unexpected(connected.error());
        auto reply = exchange(frame, deadline);
        if (reply && *reply)
            return std::move(**reply);
        stream_->close();
        if (!reply)
            return tl::make_unexpected(std::move(reply.error()));
        if (!kept) {
            was_absent_ = true;
            return stream_->failure("the server closed the connection without a reply");
        }
    }
}

Expected<Reply> Client::ask_patiently(const Request& request, Clock::time_point deadline) {
    for (;;) {
        auto reply = ask(request, deadline);
        if (reply || !was_absent_ || Clock::now() + pause_without_a_server >= deadline)
            return reply;
        pause(deadline, pause_without_a_server);
    }
}

Expected<void> Client::connect(Clock::time_point deadline) {
    auto connected = stream_->connect(deadline);
    if (!connected)
        was_absent_ = stream_->was_nobody_there();
    return connected;
}

Expected<std::optional<Reply>> Client::exchange(std::string_view frame, Clock::time_point deadline) const {
    const Expected<bool> sent = stream_->send(frame, deadline);
    if (!sent)
        return tl::make_unexpected(sent.error());
    if (!*sent)
        return std::nullopt;
    return receive(deadline);
}

Expected<std::optional<Reply>> Client::receive(Clock::time_point deadline) const {
    std::string received;
    for (;;) {
        const Expected<bool> more = stream_->receive(received, !received.empty(), deadline);
        if (!more)
            return tl::make_unexpected(more.error());
        if (!*more && received.empty())
            return std::nullopt;
        if (!*more)
            return stream_->failure("the server closed the connection within a reply");

        const NetstringRead read = read_netstring(received);
        if (read.state == NetstringState::incomplete) {
            if (Clock::now() >= deadline)
                return stream_->failure("the deadline passed before the reply was complete");
            continue;
        }
        if (read.state == NetstringState::malformed)
            return stream_->failure("the answer is no socketmap reply: no netstring");
        if (read.consumed != received.size())
            return stream_->failure("the server answered more than it was asked");
        Expected<Reply> reply = decode_reply(read.content);
        if (!reply)
            return stream_->failure(fmt::format("the answer is {}", reply.error().text));
        return std::optional<Reply>(std::move(*reply));
    }
}

} // namespace columbarium::wire
