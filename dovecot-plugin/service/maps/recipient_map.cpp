// SPDX-License-Identifier: LGPL-2.1-or-later
// The maps "recipient" and "own-recipient": what delivery has to know of the person whom an address belongs
// to.
#include "maps.hpp"

#include "tombstone/addressee.hpp"
#include "tombstone/own_recipient.hpp"
#include "tombstone/site.hpp"

namespace columbarium::service {

namespace {

wire::Reply addressee_of(People& people, const std::string& username) {
    const auto person = people.find(username);
    if (!person)
        return reply_of(person.error());
    if (!*person)
        return {wire::ReplyStatus::not_found, ""};
    return {wire::ReplyStatus::ok,
            tombstone::to_value(tombstone::addressee_of(**person, People::today(), people.site()))};
}

} // namespace

wire::Reply answer_recipient(const Question& question) {
    People& people = question.rooms.people;
    if (const std::string& fault = people.site_error(); !fault.empty())
        return {wire::ReplyStatus::temporary, fault};
    const auto username = tombstone::person_of_address(question.key, people.site());
    if (!username) // also where the site has no people at all
        return {wire::ReplyStatus::not_found, ""};
    return addressee_of(people, *username);
}

wire::Reply answer_own_recipient(const Question& question) {
    People& people = question.rooms.people;
    const auto request = tombstone::read_own_recipient(question.key);
    if (!request)
        return reply_of(request.error());
    const auto login = question.rooms.owners.allow(question.peer, request->user);
    if (!login)
        return reply_of(login.error());
    if (!people.site_error().empty())
        return {wire::ReplyStatus::temporary, store_is_away};
    const auto username = tombstone::person_of_address(request->address, people.site());
    if (!username || username != tombstone::username_of_login(*login, people.policy()))
        return {wire::ReplyStatus::not_found, ""};
    return for_everybody(addressee_of(people, *username));
}

} // namespace columbarium::service
