// SPDX-License-Identifier: LGPL-2.1-or-later
#include "maps.hpp"

#include <array>
#include <string_view>

#include "wire/netstring.hpp"

namespace columbarium::service {

namespace {

struct Map {
    std::string_view name;
    wire::Reply (*answer)(Engine& engine, const std::string& key);
};

constexpr std::array maps = {
    Map{"presence", answer_presence},
    Map{"notify", answer_notify},
    Map{"service", answer_service},
};

wire::Reply unknown_map() {
    std::string names;
    for (const Map& map : maps)
        names += (names.empty() ? "" : ", ") + std::string(map.name);
    return {wire::ReplyStatus::permanent, "no such map; there are: " + names};
}

// What stands before a value: "OK ".
constexpr std::size_t longest_value = wire::longest_netstring - 16;

} // namespace

wire::Reply answer(Engine& engine, const wire::Request& request) {
    for (const Map& map : maps)
        if (map.name == request.map) {
            wire::Reply reply = map.answer(engine, request.key);
            if (reply.text.size() <= longest_value)
                return reply;
            return {wire::ReplyStatus::temporary, "the value is too long"};
        }
    return unknown_map();
}

wire::Reply reply_of(const Error& error) {
    return {error.kind == ErrorKind::permanent ? wire::ReplyStatus::permanent : wire::ReplyStatus::temporary,
            error.text};
}

} // namespace columbarium::service
