// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/own_settings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/json_object.hpp"
#include "base/utf8.hpp"
#include "tombstone/changes.hpp"
#include "tombstone/resolve.hpp"

namespace columbarium::tombstone {

namespace {

// Octets. A name that Dovecot has for a user, and an address in JSON's longest spelling.
constexpr std::size_t longest_user = 1'000;
constexpr std::size_t longest_request = 16'384;
constexpr std::size_t longest_text = 200;

tl::unexpected<Error> request_failure(std::string_view fault) {
    return permanent_failure(fmt::format("the request for a setting {}", fault));
}

// For mail clients: an IMAP resp-text is ASCII (RFC 3501 section 9).
Error shown(Error error) {
    std::ranges::replace_if(
        error.text, [](char c) { return is_control(c) || !is_ascii(c); }, '?');
    if (error.text.size() > longest_text)
        error.text.resize(longest_text);
    return error;
}

} // namespace

std::string_view name_of(OwnSetting setting) {
    switch (setting) {
    case OwnSetting::forwarding:
        return "forwarding";
    case OwnSetting::tombstone:
        return "tombstone";
    case OwnSetting::disclosure:
        break;
    }
    return "disclosure";
}

std::optional<OwnSetting> own_setting_of_name(std::string_view name) {
    for (const OwnSetting setting : {OwnSetting::forwarding, OwnSetting::tombstone, OwnSetting::disclosure})
        if (name == name_of(setting))
            return setting;
    return std::nullopt;
}

std::string to_key(const OwnRequest& request) {
    JsonWriter key;
    key.text("user", request.user).text("setting", name_of(request.setting));
    if (request.value)
        key.text("value", *request.value);
    return key.take();
}

Expected<OwnRequest> read_own_request(std::string_view key) {
    auto json = JsonReader::parse(key, longest_request);
    if (!json)
        return request_failure(json.error().text);
    OwnRequest request;
    request.user = json->text("user");
    const std::string setting = json->text("setting");
    if (json->has("value"))
        request.value = json->text("value");
    if (!json->fault().empty())
        return request_failure(fmt::format("is none: {}", json->fault()));
    if (request.user.empty() || request.user.size() > longest_user || has_control(request.user))
        return request_failure("names no user");
    const auto known = own_setting_of_name(setting);
    if (!known)
        return request_failure(fmt::format("names the unknown setting \"{}\"", printable(setting)));
    request.setting = *known;
    return request;
}

std::string own_setting(const Person& person, OwnSetting setting) {
    switch (setting) {
    case OwnSetting::forwarding:
        return person.forwarding_address;
    case OwnSetting::tombstone:
        return person.tombstone_address;
    case OwnSetting::disclosure:
        break;
    }
    return std::string(text_of(person.disclosure));
}

Expected<Step> set_own(const Person& person, OwnSetting setting, std::string_view value, Date today,
                       const config::PeoplePolicy& policy) {
    constexpr std::string_view reason = "set by himself";
    switch (setting) {
    case OwnSetting::forwarding:
        if (has_departed(person, today))
            return permanent_failure("Your mail is not forwarded any more, because your account was "
                                     "cancelled. You may set the tombstone address");
        return set_forwarding(person, value, reason, policy).map_error(shown);
    case OwnSetting::tombstone:
        return set_tombstone(person, value, reason, policy).map_error(shown);
    case OwnSetting::disclosure:
        break;
    }
    return set_disclosure(person, value, reason).map_error(shown);
}

} // namespace columbarium::tombstone
