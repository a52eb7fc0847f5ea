// SPDX-License-Identifier: LGPL-2.1-or-later
// The map "settings": what users see and set of themselves, over IMAP METADATA.
#include "maps.hpp"

#include "tombstone/own_settings.hpp"
#include "tombstone/site.hpp"

namespace columbarium::service {

namespace {

// As the history has it.
constexpr const char* author = "metadata";

// Somebody else may change the same person at the same time; hardly more often than this.
constexpr int most_tries = 5;

// The value after it was set.
wire::Reply set(People& people, const std::string& username, const tombstone::OwnRequest& request) {
    for (int tries = 0; tries < most_tries; ++tries) {
        const auto person = people.find(username);
        if (!person)
            return reply_of(person.error());
        if (!*person)
            return {wire::ReplyStatus::not_found, ""};
        const auto step = tombstone::set_own(**person, request.setting, request.value.value_or(""),
                                             People::today(), people.policy());
        if (!step)
            return reply_of(step.error());
        if (step->person != **person) {
            const auto kept = people.keep(*step, author);
            if (!kept)
                return reply_of(kept.error());
            if (!*kept)
                continue;
        }
        return {wire::ReplyStatus::ok, tombstone::own_setting(step->person, request.setting)};
    }
    return {wire::ReplyStatus::temporary, "others change the same person all the time"};
}

wire::Reply get(People& people, const std::string& username, const tombstone::OwnRequest& request) {
    const auto person = people.find(username);
    if (!person)
        return reply_of(person.error());
    if (!*person)
        return {wire::ReplyStatus::not_found, ""};
    return {wire::ReplyStatus::ok, tombstone::own_setting(**person, request.setting)};
}

} // namespace

wire::Reply answer_settings(const Question& question) {
    People& people = question.rooms.people;
    const auto request = tombstone::read_own_request(question.key);
    if (!request)
        return reply_of(request.error());
    const auto login = question.rooms.owners.allow(question.peer, request->user);
    if (!login)
        return reply_of(login.error());
    const auto username = tombstone::username_of_login(*login, people.policy());
    if (!username && people.are_configured())
        return {wire::ReplyStatus::not_found, ""};
    return for_everybody(request->value ? set(people, username.value_or(""), *request)
                                        : get(people, username.value_or(""), *request));
}

} // namespace columbarium::service
