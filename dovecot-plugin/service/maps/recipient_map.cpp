// SPDX-License-Identifier: LGPL-2.1-or-later
// The maps "recipient" and "own-recipient": what delivery has to know of the person whom an address belongs
// to.
#include "maps.hpp"

#include "tombstone/addressee.hpp"
#include "tombstone/own_recipient.hpp"
#include "tombstone/site.hpp"

namespace columbarium::service {

namespace {

// Who asks has read columbarium.toml, where it is one of the site's: we have read an older one. Mail to it
// waits until we have read that too.
constexpr const char* no_address_of_ours =
    "this address is none of the site's by what columbarium.toml said when the service started: if it has "
    "changed, reload Dovecot (doveadm reload)";

bool is_of_site(std::string_view address, People& people) {
    return tombstone::username_of(address, people.policy()).has_value();
}

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
    if (!is_of_site(question.key, people)) // also where the site has no people at all
        return {wire::ReplyStatus::temporary, no_address_of_ours};
    const auto username = tombstone::person_of_address(question.key, people.site());
    if (!username)
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
    if (!is_of_site(request->address, people))
        return {wire::ReplyStatus::temporary, no_address_of_ours};
    const auto username = tombstone::person_of_address(request->address, people.site());
    if (!username || username != tombstone::username_of_login(*login, people.policy()))
        return {wire::ReplyStatus::not_found, ""};
    return for_everybody(addressee_of(people, *username));
}

} // namespace columbarium::service
