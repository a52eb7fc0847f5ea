// SPDX-License-Identifier: LGPL-2.1-or-later
#include "wire/socketmap.hpp"

#include <algorithm>
#include <array>

#include "wire/netstring.hpp"

namespace columbarium::wire {

namespace {

struct StatusWord {
    ReplyStatus status;
    std::string_view word;
};

constexpr std::array<StatusWord, 5> status_words = {{
    {ReplyStatus::ok, "OK"},
    {ReplyStatus::not_found, "NOTFOUND"},
    {ReplyStatus::temporary, "TEMP"},
    {ReplyStatus::timeout, "TIMEOUT"},
    {ReplyStatus::permanent, "PERM"},
}};

std::string_view word_of(ReplyStatus status) {
    return std::find_if(status_words.begin(), status_words.end(),
                        [status](const StatusWord& entry) { return entry.status == status; })
        ->word;
}

std::string frame_of(std::string_view word, std::string_view text) {
    std::string content(word);
    content += ' ';
    content += text;
    std::string frame;
    frame.reserve(content.size() + 8); // up to six digits, the colon and the comma
    append_netstring(frame, content);
    return frame;
}

} // namespace

bool is_map_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::string encode(const Request& request) {
    return frame_of(request.map, request.key);
}

std::string encode(const Reply& reply) {
    return frame_of(word_of(reply.status),
                    reply.status == ReplyStatus::not_found ? std::string_view() : reply.text);
}

Expected<Request> decode_request(std::string_view content) {
    const std::size_t blank = content.find(' ');
    if (blank == std::string_view::npos)
        return permanent_failure("a socketmap request without a blank behind the map's name");
    const std::string_view map = content.substr(0, blank);
    if (!is_map_name(map))
        return permanent_failure("a socketmap request whose map has no name of printable ASCII");
    return Request{std::string(map), std::string(content.substr(blank + 1))};
}

Expected<Reply> decode_reply(std::string_view content) {
    const std::size_t blank = content.find(' ');
    const std::string_view word = content.substr(0, blank);
    const auto* entry = std::find_if(status_words.begin(), status_words.end(),
                                     [word](const StatusWord& known) { return known.word == word; });
    if (entry == status_words.end())
        return permanent_failure("a socketmap reply that begins with none of OK, NOTFOUND, TEMP, TIMEOUT and "
                                 "PERM");
    if (blank == std::string_view::npos && entry->status == ReplyStatus::ok)
        return permanent_failure("a socketmap reply that is OK, without a blank and a value");
    Reply reply{entry->status, {}};
    if (blank != std::string_view::npos && entry->status != ReplyStatus::not_found)
        reply.text = content.substr(blank + 1);
    return reply;
}

} // namespace columbarium::wire
