// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/own_recipient.hpp"

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/json_object.hpp"

namespace columbarium::tombstone {

namespace {

// Octets. A name that Dovecot has for a user, and an address in JSON's longest spelling.
constexpr std::size_t longest_user = 1'000;
constexpr std::size_t longest_request = 16'384;

tl::unexpected<Error> request_failure(std::string_view fault) {
    return permanent_failure(fmt::format("the request about a recipient {}", fault));
}

} // namespace

std::string to_key(const OwnRecipient& recipient) {
    JsonWriter key;
    key.text("user", recipient.user).text("address", recipient.address);
    return key.take();
}

Expected<OwnRecipient> read_own_recipient(std::string_view key) {
    auto json = JsonReader::parse(key, longest_request);
    if (!json)
        return request_failure(json.error().text);
    OwnRecipient recipient;
    recipient.user = json->text("user");
    recipient.address = json->text("address");
    if (!json->fault().empty())
        return request_failure(fmt::format("is none: {}", json->fault()));
    if (recipient.user.empty() || recipient.user.size() > longest_user || has_control(recipient.user))
        return request_failure("names no user");
    if (recipient.address.empty() || has_control(recipient.address))
        return request_failure("names no address");
    return recipient;
}

} // namespace columbarium::tombstone
