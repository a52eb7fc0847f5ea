// SPDX-License-Identifier: LGPL-2.1-or-later
// Octets of a socketmap connection: netstrings, requests in pieces, replies. The first octet says how the
// rest is cut into pieces.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "wire/netstring.hpp"
#include "wire/request_parser.hpp"
#include "wire/socketmap.hpp"

namespace {

using namespace columbarium;

void require(bool holds) {
    if (!holds)
        std::abort();
}

// What was read from a connection: its requests as frames, and whether it ended with a failure.
struct Conversation {
    std::vector<std::string> frames;
    bool failed = false;
    bool operator==(const Conversation&) const = default;
};

Conversation conversation_of(std::string_view octets, std::size_t piece) {
    wire::RequestParser parser;
    Conversation conversation;
    for (std::size_t at = 0; at < octets.size() && !conversation.failed; at += piece) {
        parser.feed(octets.substr(at, piece));
        for (;;) {
            const auto request = parser.next();
            if (!request) {
                require(request.error().kind == ErrorKind::permanent && !request.error().text.empty());
                require(!parser.next());
                conversation.failed = true;
                break;
            }
            if (!*request)
                break;
            require(wire::is_map_name((*request)->map));
            conversation.frames.push_back(wire::encode(**request));
        }
    }
    return conversation;
}

// What is read is what was written: the frames are the beginning of the octets.
void check_requests(std::string_view octets, std::size_t piece) {
    const Conversation whole = conversation_of(octets, octets.size() + 1);
    require(conversation_of(octets, piece) == whole);
    require(conversation_of(octets, 1) == whole);
    for (const std::string& frame : whole.frames) {
        require(octets.starts_with(frame));
        octets.remove_prefix(frame.size());
    }
}

void check_netstring(std::string_view octets) {
    const wire::NetstringRead read = wire::read_netstring(octets);
    const bool complete = read.state == wire::NetstringState::complete;
    require(complete == (read.consumed > 0));
    if (complete) {
        std::string again;
        wire::append_netstring(again, read.content);
        require(octets.substr(0, read.consumed) == again);
    }
    // A state that is no beginning any more does not change with what follows.
    for (std::size_t length = 0; length <= octets.size() && length < 40; ++length) {
        const wire::NetstringRead part = wire::read_netstring(octets.substr(0, length));
        if (part.state != wire::NetstringState::incomplete)
            require(part.state == read.state && part.consumed == read.consumed);
    }
}

void check_request(std::string_view content) {
    const auto request = wire::decode_request(content);
    if (!request)
        return require(request.error().kind == ErrorKind::permanent);
    std::string frame;
    wire::append_netstring(frame, content);
    require(wire::encode(*request) == frame);
}

void check_reply(std::string_view content) {
    const auto reply = wire::decode_reply(content);
    if (!reply)
        return require(reply.error().kind == ErrorKind::permanent);
    const std::string frame = wire::encode(*reply);
    const wire::NetstringRead read = wire::read_netstring(frame, frame.size());
    require(read.state == wire::NetstringState::complete && read.consumed == frame.size());
    const auto again = wire::decode_reply(read.content);
    require(again && again->status == reply->status && again->text == reply->text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    if (octets == 0)
        return 0;
    const std::string_view text(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    check_requests(text.substr(1), std::size_t{data[0]} + 1);
    check_netstring(text);
    check_request(text);
    check_reply(text);
    return 0;
}
