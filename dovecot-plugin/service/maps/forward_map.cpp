// SPDX-License-Identifier: LGPL-2.1-or-later
// The map "forward": how many forwards a user's desk may send in an hour.
#include "maps.hpp"

#include <variant>

#include "desk/forward_count.hpp"

namespace columbarium::service {

namespace {

// Who asks has read columbarium.toml, where it is a channel: we have read an older one. The mail waits until
// we have read that too.
constexpr const char* no_channel_of_ours = "there was no such channel in columbarium.toml when the service "
                                           "started: if it has changed, reload Dovecot "
                                           "(doveadm reload)";

} // namespace

wire::Reply answer_forward(const Question& question) {
    People& people = question.rooms.people;
    const auto count = desk::read_forward_count(question.key);
    if (!count)
        return reply_of(count.error());
    const auto login = question.rooms.owners.allow(question.peer, count->user);
    if (!login)
        return reply_of(login.error());
    if (!people.site_error().empty())
        return {wire::ReplyStatus::temporary, store_is_away};
    const config::Destination* destination = people.site().find_destination(count->channel);
    const auto* channel = destination == nullptr ? nullptr : std::get_if<config::Channel>(&destination->kind);
    if (channel == nullptr || channel->forward_to.empty())
        return {wire::ReplyStatus::temporary, no_channel_of_ours};
    if (count->give_back) {
        const auto given = people.give_back_forward(*login, destination->name);
        return given ? wire::Reply{wire::ReplyStatus::ok, std::string(desk::given_back)}
                     : for_everybody(reply_of(given.error()));
    }
    const auto limit = people.count_forward(*login, destination->name,
                                            {channel->per_hour, people.site().desk.forwards_per_hour});
    if (!limit)
        return for_everybody(reply_of(limit.error()));
    return {wire::ReplyStatus::ok, desk::to_value(*limit)};
}

} // namespace columbarium::service
