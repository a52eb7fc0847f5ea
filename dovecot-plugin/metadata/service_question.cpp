// SPDX-License-Identifier: LGPL-2.1-or-later
#include "service_question.hpp"

#include <chrono>
#include <string_view>

#include "wire/client.hpp"

namespace columbarium::metadata {

namespace {

constexpr const char* socket_name = "/columbarium-settings";
constexpr const char* map = "settings";
constexpr std::chrono::seconds patience{5};

constexpr std::size_t longest_text = 200;

constexpr const char* nobody_text =
    "This account belongs to nobody who has an address of the site, so that there is nothing to set";
constexpr const char* unavailable_text =
    "The address cannot be read or changed at the moment; please try again later";

// What stands behind IMAP's NO is printable ASCII, and must not look like a response code.
std::string shown(std::string_view text) {
    std::string result;
    for (const char letter : text.substr(0, longest_text))
        result += letter >= ' ' && letter <= '~' ? letter : '?';
    return result.starts_with('[') ? " " + result : result;
}

} // namespace

Answer ask_service(const std::string& base_dir, const tombstone::OwnRequest& request) {
    wire::Client client(base_dir + socket_name);
    const auto reply = client.ask_patiently({map, tombstone::to_key(request)}, wire::Clock::now() + patience);
    if (!reply)
        return {Answer::Kind::unavailable, unavailable_text, reply.error().text};
    switch (reply->status) {
    case wire::ReplyStatus::ok:
        return {Answer::Kind::value, reply->text, ""};
    case wire::ReplyStatus::not_found:
        return {Answer::Kind::nobody, nobody_text, ""};
    case wire::ReplyStatus::permanent:
        return {Answer::Kind::refused, shown(reply->text), ""};
    case wire::ReplyStatus::temporary:
    case wire::ReplyStatus::timeout:
        break;
    }
    return {Answer::Kind::unavailable, unavailable_text, "the service: " + reply->text};
}

} // namespace columbarium::metadata
