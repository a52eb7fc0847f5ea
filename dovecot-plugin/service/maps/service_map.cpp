// SPDX-License-Identifier: LGPL-2.1-or-later
// The map "service", for people: `columbarium service status` prints what it says.
#include "maps.hpp"

#include <string_view>

#include <unistd.h>

#include <nlohmann/json.hpp>

namespace columbarium::service {

namespace {

std::string_view name_of(config::XmppAccount::Kind kind) {
    switch (kind) {
    case config::XmppAccount::Kind::client:
        return "client";
    case config::XmppAccount::Kind::component:
        return "component";
    case config::XmppAccount::Kind::none:
        break;
    }
    return "none";
}

std::string status(const Engine& engine, const People& people) {
    const session::DeskStatus status = engine.status();
    nlohmann::ordered_json value;
    value["xmpp"] = {{"configured", engine.has_xmpp()},
                     {"kind", name_of(engine.kind())},
                     {"connected", status.connected},
                     {"address", engine.address()},
                     {"age", status.age},
                     {"known", status.known},
                     {"available", status.available},
                     {"last_error", engine.trouble().empty() ? status.last_error : engine.trouble()},
                     {"retry_in", status.retry_in}};
    value["queue"] = {{"waiting", status.waiting},
                      {"sent", status.sent},
                      {"dropped", status.dropped},
                      {"last_error", status.last_queue_error}};
    value["people"] = {{"configured", people.are_configured()}, {"last_error", people.trouble()}};
    value["pid"] = ::getpid();
    value["uptime"] = engine.uptime();
    value["version"] = COLUMBARIUM_VERSION;
    value["configuration_error"] = engine.trouble();
    // What others wrote may be no UTF-8.
    return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace

wire::Reply answer_service(const Question& question) {
    if (question.key != "status")
        return {wire::ReplyStatus::not_found, ""};
    return {wire::ReplyStatus::ok, status(question.rooms.engine, question.rooms.people)};
}

} // namespace columbarium::service
