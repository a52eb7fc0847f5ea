// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/desk.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace columbarium::session {

namespace {

// A domain as JIDs have it after their preparation.
std::string prepared_domain(const std::string& domain) {
    const auto jid = xmpp::Jid::parse(domain);
    return jid ? jid->domain() : domain;
}

std::set<std::string> hosted_by(const config::XmppAccount& account) {
    std::set<std::string> domains;
    for (const std::string& domain : account.domains)
        domains.insert(prepared_domain(domain));
    if (domains.empty() && account.kind == config::XmppAccount::Kind::client)
        domains.insert(prepared_domain(account.address));
    return domains;
}

} // namespace

Desk::Desk(config::XmppAccount account, std::vector<std::string> languages,
           const config::NotifyPolicy& notify)
    : account_(std::move(account)), languages_(std::move(languages)), hosted_domains_(hosted_by(account_)),
      outbox_(notify) {}

Reaction Desk::take(const Event& event, std::int64_t now) {
    return std::visit([&](const auto& what) { return on(what, now); }, event);
}

Reaction Desk::on(const Connected&, std::int64_t now) {
    if (connected_since_)
        forget_session(now);
    table_.connected(now);
    connected_since_ = now;
    has_roster_ = is_component();
    last_told_error_.clear();
    Reaction reaction;
    reaction.line = fmt::format("XMPP: connected as {}", account_.address);
    for (const xmpp::Jid& jid : permitting_) {
        table_.set_subscription(jid, presence::Subscription::to, now);
        reaction.orders.emplace_back(Probe{jid});
    }
    return reaction;
}

void Desk::forget_session(std::int64_t now) {
    table_.disconnected();
    outbox_.disconnected(now);
    on_the_way_.clear();
    has_roster_ = false;
}

Reaction Desk::on(const Disconnected& event, std::int64_t now) {
    forget_session(now);
    const bool is_news = connected_since_ || event.reason != last_told_error_;
    connected_since_.reset();
    last_error_ = event.reason;
    last_told_error_ = event.reason;
    retry_at_ = now + event.retry_seconds;
    Reaction reaction;
    if (is_news) {
        reaction.line = fmt::format("XMPP: no session as {}: {}; next try in {} seconds", account_.address,
                                    event.reason, event.retry_seconds);
        reaction.is_trouble = true;
    }
    return reaction;
}

Reaction Desk::on(const RosterItem& event, std::int64_t now) {
    const xmpp::Jid bare = event.jid.bare();
    // To a component anybody can say it.
    if (!is_component() || (is_hosted(bare) && asked_.contains(bare)))
        permit(bare, event.subscription, now);
    return {};
}

Reaction Desk::on(const RosterComplete&, std::int64_t) {
    has_roster_ = true;
    return {};
}

Reaction Desk::on(const PresenceHeard& event, std::int64_t now) {
    const presence::PresenceStanza& stanza = event.stanza;
    // A server tells an address without a roster of those only who allow it. "unavailable" of a bare JID may
    // be the acknowledgement of a request (XP-8), so that it proves nothing.
    const bool proves_permission = stanza.available || !stanza.from.is_bare();
    if (is_component() && proves_permission && is_hosted(stanza.from))
        permit(stanza.from.bare(), presence::Subscription::to, now);
    table_.heard(stanza, now);
    return {};
}

Reaction Desk::on(const SubscriptionRequest& event, std::int64_t now) {
    const xmpp::Jid bare = event.from.bare();
    Reaction reaction;
    if (!may_answer(bare, now))
        return reaction;
    if (!is_hosted(bare)) {
        reaction.orders.emplace_back(Decline{bare});
        return reaction;
    }
    reaction.orders.emplace_back(Approve{bare});
    // He wants it himself, however recently he was asked.
    if (has_roster_ && !is_known(bare, now)) {
        remember_asking(bare, now);
        reaction.orders.emplace_back(Subscribe{bare});
    }
    return reaction;
}

Reaction Desk::on(const PresenceForbidden& event, std::int64_t now) {
    // Of a client the roster says who permits it, and the server pushes the change.
    if (is_component() && !event.is_error)
        permit(event.from.bare(), presence::Subscription::none, now);
    else
        table_.forbidden(event.from);
    return {};
}

Reaction Desk::on(const NotificationAccepted& event, std::int64_t) {
    outbox_.accepted(event.id);
    on_the_way_.erase(event.id);
    return {};
}

Reaction Desk::on(const NotificationRefused& event, std::int64_t now) {
    outbox_.refused(event.id, event.error_type, event.condition, now);
    on_the_way_.erase(event.id);
    return {};
}

Found Desk::look_up(const xmpp::Jid& jid, std::int64_t now) {
    Found found;
    found.presence = table_.look_up(jid, languages_, now);
    // Without a session an order would be forgotten, and without its roster nobody is known.
    const xmpp::Jid bare = jid.bare();
    if (found.presence || !connected_since_ || !has_roster_ || !is_hosted(bare) || !may_ask(bare, now))
        return found;
    if (account_.subscribe)
        found.orders.emplace_back(Subscribe{bare});
    if (is_component())
        found.orders.emplace_back(Probe{bare});
    if (!found.orders.empty())
        remember_asking(bare, now);
    return found;
}

Expected<bool> Desk::add(notify::Notification notification, std::int64_t now) {
    return outbox_.add(std::move(notification), now);
}

std::vector<Command> Desk::due(std::int64_t now) {
    std::vector<Command> orders;
    if (!connected_since_)
        return orders;
    const auto hand_over = [&](std::vector<notify::Notification> notifications) {
        for (notify::Notification& notification : notifications) {
            on_the_way_.emplace(notification.id, notify::Outbox::octets_of(notification));
            orders.emplace_back(Send{std::move(notification)});
        }
    };
    if (on_the_way_.empty())
        hand_over(outbox_.take_due(now, 1));
    const std::size_t octets = octets_on_the_way();
    if (on_the_way_.size() < most_on_the_way && octets < most_octets_on_the_way)
        hand_over(
            outbox_.take_due(now, most_on_the_way - on_the_way_.size(), most_octets_on_the_way - octets));
    return orders;
}

std::int64_t Desk::seconds_to_next(std::int64_t now) const {
    return connected_since_ && on_the_way_.empty() ? outbox_.seconds_to_next(now) : -1;
}

std::size_t Desk::octets_on_the_way() const {
    std::size_t octets = 0;
    for (const auto& [id, size] : on_the_way_)
        octets += size;
    return octets;
}

std::string Desk::save_queue() const {
    return outbox_.save();
}

void Desk::load_queue(std::string_view lines, std::int64_t now) {
    outbox_.load(lines, now);
}

std::string Desk::news_of_queue() {
    if (outbox_.last_error() == last_told_queue_error_)
        return {};
    last_told_queue_error_ = outbox_.last_error();
    return last_told_queue_error_;
}

std::string Desk::save_people() const {
    std::string lines;
    for (const xmpp::Jid& jid : permitting_)
        lines += jid.text() + "\n";
    return lines;
}

std::vector<Command> Desk::load_people(std::string_view lines, std::int64_t now) {
    std::vector<Command> orders;
    while (is_component() && !lines.empty()) {
        const auto jid = xmpp::Jid::parse(take_line(lines));
        if (!jid || !is_hosted(*jid) || permitting_.contains(jid->bare()))
            continue;
        permit(jid->bare(), presence::Subscription::to, now);
        if (connected_since_)
            orders.emplace_back(Probe{jid->bare()});
    }
    return orders;
}

DeskStatus Desk::status(std::int64_t now) const {
    DeskStatus status;
    status.connected = connected_since_.has_value();
    status.age = connected_since_ ? std::max<std::int64_t>(0, now - *connected_since_) : 0;
    status.known = table_.known();
    status.available = table_.available();
    status.last_error = last_error_;
    status.retry_in = connected_since_ ? 0 : std::max<std::int64_t>(0, retry_at_ - now);
    status.waiting = outbox_.waiting();
    status.sent = outbox_.sent();
    status.dropped = outbox_.dropped();
    status.last_queue_error = outbox_.last_error();
    return status;
}

void Desk::permit(const xmpp::Jid& bare, presence::Subscription subscription, std::int64_t now) {
    table_.set_subscription(bare, subscription, now);
    if (!is_component())
        return;
    const bool permits =
        subscription == presence::Subscription::to || subscription == presence::Subscription::both;
    if (!permits)
        permitting_.erase(bare);
    else if (permitting_.size() < presence::PresenceTable::most_jids)
        permitting_.insert(bare);
}

bool Desk::is_hosted(const xmpp::Jid& jid) const {
    return !jid.local().empty() && hosted_domains_.contains(jid.domain());
}

bool Desk::is_known(const xmpp::Jid& bare, std::int64_t now) const {
    return table_.look_up(bare, languages_, now).has_value();
}

bool Desk::may_ask(const xmpp::Jid& bare, std::int64_t now) {
    // A clock that was set back must not silence us for longer than a day.
    const auto is_long_ago = [now](std::int64_t when) {
        return when > now || now - when >= ask_again_seconds;
    };
    if (const auto asked = asked_.find(bare); asked != asked_.end())
        return is_long_ago(asked->second);
    while (asked_.size() >= most_asked && is_long_ago(asked_order_.front().first)) {
        const auto& [when, jid] = asked_order_.front();
        if (const auto asked = asked_.find(jid); asked != asked_.end() && asked->second == when)
            asked_.erase(asked);
        asked_order_.pop_front();
    }
    return asked_.size() < most_asked;
}

bool Desk::may_answer(const xmpp::Jid& bare, std::int64_t now) {
    if (now < answered_since_ || now - answered_since_ >= answer_again_seconds) {
        answered_.clear();
        answered_since_ = now;
    }
    return answered_.size() < most_answered && answered_.insert(bare).second;
}

void Desk::remember_asking(const xmpp::Jid& bare, std::int64_t now) {
    if (asked_.size() >= most_asked && !asked_.contains(bare))
        return;
    asked_[bare] = now;
    asked_order_.emplace_back(now, bare);
    // Whoever is asked again and again stands there several times.
    if (asked_order_.size() > 2 * most_asked) {
        asked_order_.clear();
        for (const auto& [jid, when] : asked_)
            asked_order_.emplace_back(when, jid);
        std::sort(asked_order_.begin(), asked_order_.end());
    }
}

} // namespace columbarium::session
