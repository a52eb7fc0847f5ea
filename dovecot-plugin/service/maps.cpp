// SPDX-License-Identifier: LGPL-2.1-or-later
#include "maps.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "wire/netstring.hpp"

namespace columbarium::service {

namespace {

struct Map {
    std::string_view name;
    std::initializer_list<Listener> listeners;
    wire::Reply (*answer)(const Question& question);

    [[nodiscard]] bool is_for(Listener listener) const {
        return std::ranges::find(listeners, listener) != listeners.end();
    }
};

constexpr std::initializer_list<Listener> mail{Listener::mail};
constexpr std::initializer_list<Listener> people{Listener::people};
constexpr std::initializer_list<Listener> delivery{Listener::delivery};
constexpr std::initializer_list<Listener> settings{Listener::settings};
constexpr std::initializer_list<Listener> delivery_and_settings{Listener::delivery, Listener::settings};
constexpr std::initializer_list<Listener> closed_ones{Listener::mail, Listener::people, Listener::delivery};

constexpr std::array maps = {
    Map{"presence", mail, answer_presence},
    Map{"notify", mail, answer_notify},
    Map{"forwarding", people, answer_forwarding},
    Map{"tombstone", people, answer_tombstone},
    Map{"resolve", people, answer_resolve},
    Map{"recipient", delivery, answer_recipient},
    Map{"own-recipient", settings, answer_own_recipient},
    Map{"reply", delivery_and_settings, answer_reply},
    Map{"settings", settings, answer_settings},
    Map{"forward", settings, answer_forward},
    Map{"bounce", settings, answer_bounce},
    Map{"service", closed_ones, answer_service},
};

wire::Reply unknown_map(Listener listener) {
    std::string names;
    for (const Map& map : maps)
        if (map.is_for(listener))
            names += (names.empty() ? "" : ", ") + std::string(map.name);
    return {wire::ReplyStatus::permanent, "no such map on this socket; there are: " + names};
}

// What stands before a value: "OK ".
constexpr std::size_t longest_value = wire::longest_netstring - 16;

} // namespace

wire::Reply answer(const Question& question, std::string_view map_name) {
    for (const Map& map : maps)
        if (map.name == map_name && map.is_for(question.peer.listener)) {
            wire::Reply reply = map.answer(question);
            if (reply.text.size() <= longest_value)
                return reply;
            return {wire::ReplyStatus::temporary, "the value is too long"};
        }
    return unknown_map(question.peer.listener);
}

wire::Reply for_everybody(wire::Reply reply) {
    if (reply.status == wire::ReplyStatus::temporary)
        reply.text = store_is_away;
    return reply;
}

wire::Reply reply_of(const Error& error) {
    return {error.kind == ErrorKind::permanent ? wire::ReplyStatus::permanent : wire::ReplyStatus::temporary,
            error.text};
}

} // namespace columbarium::service
