// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/conversation.hpp"

#include <algorithm>
#include <ctime>
#include <string_view>
#include <utility>

#include <strophe.h>

#include "session/message_stanza.hpp"
#include "session/xml.hpp"

namespace columbarium::session {

namespace {

constexpr const char* ping_namespace = "urn:xmpp:ping";
// Nobody's chat comes to a resource with a negative priority (RFC 6121, 8.5.2).
constexpr const char* priority = "-1";

[[nodiscard]] std::string name_of(Stanza* stanza) {
    const char* const name = xmpp_stanza_get_name(stanza);
    return name == nullptr ? std::string() : std::string(name);
}

// As JIDs have it after their preparation.
[[nodiscard]] std::string domain_of(const std::string& address) {
    const auto jid = xmpp::Jid::parse(address);
    return jid ? jid->domain() : address.substr(address.find('@') + 1);
}

// An error comes from whom the notification was sent to, or from a server on the way.
[[nodiscard]] bool may_refuse(const std::string& from, const xmpp::Jid& to, const std::string& own_domain) {
    if (from.empty())
        return true;
    const auto jid = xmpp::Jid::parse(from);
    return jid && (jid->bare() == to.bare() ||
                   (jid->local().empty() && (jid->domain() == to.domain() || jid->domain() == own_domain)));
}

// Who we are, for those who ask (XEP-0030).
void describe(pugi::xml_node query, bool is_component) {
    const pugi::xml_node identity = add_element(query, "identity");
    set_attribute(identity, "category", is_component ? "component" : "client");
    set_attribute(identity, "type", is_component ? "presence" : "bot");
    set_attribute(identity, "name", "Columbarium");
    for (const char* feature : {XMPP_NS_DISCO_INFO, ping_namespace})
        set_attribute(add_element(query, "feature"), "var", feature);
}

} // namespace

Conversation::Conversation(const config::XmppAccount& account, std::string id_prefix, Outlets outlets)
    : is_component_(account.kind == config::XmppAccount::Kind::component), address_(account.address),
      domain_(domain_of(account.address)), ping_time_(account.ping_seconds),
      answer_time_(account.answer_seconds), id_prefix_(std::move(id_prefix)), outlets_(std::move(outlets)) {}

void Conversation::begin(const std::string& jid, TimePoint now) {
    answered_ = now;
    jid_ = jid;
    outlets_.tell(Connected{jid});
    if (is_component_)
        return;
    roster_id_ = new_id();
    asked_ = now;
    send_iq("get", roster_id_, "query", XMPP_NS_ROSTER, "");
}

void Conversation::hear(Stanza* stanza, TimePoint now) {
    const std::string name = name_of(stanza);
    if (name == "presence")
        hear_presence(stanza);
    else if (name == "message")
        hear_message(stanza);
    else if (name == "iq")
        hear_iq(stanza, now);
}

void Conversation::hear_presence(Stanza* stanza) {
    // A component has no roster (XP-24): what a push would say, the answer to its `subscribe` says.
    if (is_component_ && attribute_of(stanza, "type") == "subscribed") {
        if (auto from = xmpp::Jid::parse(attribute_of(stanza, "from")))
            outlets_.tell(RosterItem{from->bare(), presence::Subscription::to});
    } else if (auto event = read_presence(stanza)) {
        outlets_.tell(std::move(*event));
    }
}

// XN-20: never answered. Only errors for what we sent are of interest.
void Conversation::hear_message(Stanza* stanza) {
    if (attribute_of(stanza, "type") != "error")
        return;
    const std::string id = attribute_of(stanza, "id");
    const auto sent = sent_to_.find(id);
    if (sent == sent_to_.end() || !may_refuse(attribute_of(stanza, "from"), sent->second, domain_))
        return;
    std::erase(unconfirmed_, id);
    std::erase(confirmed_by_ping_, id);
    outlets_.tell(read_error(stanza));
}

void Conversation::hear_iq(Stanza* stanza, TimePoint now) {
    const std::string type = attribute_of(stanza, "type");
    const std::string id = attribute_of(stanza, "id");
    // A component pings itself, through the server: its own request that comes back is the answer.
    const bool is_answer = type == "result" || type == "error" || (!ping_id_.empty() && id == ping_id_);
    if (is_answer)
        hear_answer(id, stanza, now);
    else if (type == "get" || type == "set")
        hear_request(stanza, type);
}

// Ours are answered by the own server, in its own name, in that of the account, or in none.
bool Conversation::may_answer(const std::string& from) const {
    if (from.empty())
        return true;
    const auto jid = xmpp::Jid::parse(from);
    if (!jid)
        return false;
    const auto is = [&jid](const std::string& address) {
        const auto own = xmpp::Jid::parse(address);
        return own && *own == *jid;
    };
    return is(domain_) || is(address_) || is(jid_);
}

void Conversation::hear_answer(const std::string& id, Stanza* stanza, TimePoint now) {
    if (id.empty() || !may_answer(attribute_of(stanza, "from")))
        return;
    if (id == ping_id_) {
        ping_id_.clear();
        answered_ = now;
        for (std::string& notification : std::exchange(confirmed_by_ping_, {}))
            outlets_.tell(NotificationAccepted{std::move(notification)});
    } else if (id == roster_id_) {
        hear_roster(stanza, now);
    }
}

void Conversation::hear_roster(Stanza* stanza, TimePoint now) {
    roster_id_.clear();
    answered_ = now;
    if (attribute_of(stanza, "type") != "result") {
        fault_ = "the server gives no roster (" + read_error(stanza).condition + ")";
        return;
    }
    for (RosterItem& item : read_roster(stanza))
        outlets_.tell(std::move(item));
    outlets_.tell(RosterComplete{});
    send(std::string("<presence><priority>") + priority + "</priority></presence>");
}

void Conversation::hear_request(Stanza* stanza, const std::string& type) {
    const std::string payload = payload_namespace(stanza);
    if (is_component_ || type != "set" || payload != XMPP_NS_ROSTER) {
        answer(stanza, type == "get" ? payload : "");
        return;
    }
    // XP-7: who else tells of our roster is ignored.
    const std::string from = attribute_of(stanza, "from");
    if (!from.empty()) {
        const auto sender = xmpp::Jid::parse(from);
        const auto own = xmpp::Jid::parse(address_);
        if (!sender || !own || *sender != own->bare())
            return;
    }
    for (RosterItem& item : read_roster(stanza))
        outlets_.tell(std::move(item));
    pugi::xml_document result;
    const pugi::xml_node iq = add_element(result.root(), "iq");
    set_attribute(iq, "type", "result");
    set_attribute(iq, "id", attribute_of(stanza, "id"));
    send(to_text(result));
}

// Each request has to be answered (RFC 6120, 8.2.3). We know two kinds.
void Conversation::answer(Stanza* request, const std::string& payload_namespace) {
    const bool asks_who = payload_namespace == XMPP_NS_DISCO_INFO;
    const bool is_known = asks_who || payload_namespace == ping_namespace;
    pugi::xml_document document;
    const pugi::xml_node iq = add_element(document.root(), "iq");
    set_attribute(iq, "type", is_known ? "result" : "error");
    set_attribute(iq, "id", attribute_of(request, "id"));
    if (const std::string from = attribute_of(request, "from"); !from.empty())
        set_attribute(iq, "to", from);
    if (is_component_)
        set_attribute(iq, "from", attribute_of(request, "to"));
    if (asks_who) {
        describe(add_element(iq, "query", XMPP_NS_DISCO_INFO), is_component_);
    } else if (!is_known) {
        const pugi::xml_node error = add_element(iq, "error");
        set_attribute(error, "type", "cancel");
        add_element(error, "service-unavailable", XMPP_NS_STANZAS_IETF);
    }
    send(to_text(document));
}

void Conversation::obey(const Command& command) {
    if (const auto* send = std::get_if<Send>(&command))
        send_notification(send->notification);
    else if (const auto* subscribe = std::get_if<Subscribe>(&command))
        send_presence("subscribe", subscribe->jid.bare().text());
    else if (const auto* approve = std::get_if<Approve>(&command))
        send_presence("subscribed", approve->jid.bare().text());
    else if (const auto* decline = std::get_if<Decline>(&command))
        send_presence("unsubscribed", decline->jid.bare().text());
    else if (const auto* probe = std::get_if<Probe>(&command); probe != nullptr && is_component_)
        send_presence("probe", probe->jid.bare().text()); // XP-9: a client's server does it
}

void Conversation::send_notification(const notify::Notification& notification) {
    send(message_stanza(notification, is_component_ ? address_ : "", std::time(nullptr)));
    unconfirmed_.push_back(notification.id);
    if (sent_to_.insert_or_assign(notification.id, notification.to).second)
        sent_order_.push_back(notification.id);
    if (sent_order_.size() > most_remembered) {
        sent_to_.erase(sent_order_.front());
        sent_order_.pop_front();
    }
}

void Conversation::send_presence(const char* type, const std::string& to) {
    pugi::xml_document document;
    const pugi::xml_node presence = add_element(document.root(), "presence");
    set_attribute(presence, "type", type);
    // Others see it: nothing of it may tell what the next question's id is.
    set_attribute(presence, "id", "presence-" + std::to_string(++last_presence_));
    set_attribute(presence, "to", to);
    if (is_component_)
        set_attribute(presence, "from", address_);
    send(to_text(document));
}

void Conversation::send_iq(const char* type, const std::string& id, const char* name,
                           const char* xml_namespace, const std::string& to) {
    pugi::xml_document document;
    const pugi::xml_node iq = add_element(document.root(), "iq");
    set_attribute(iq, "type", type);
    set_attribute(iq, "id", id);
    if (!to.empty())
        set_attribute(iq, "to", to);
    if (is_component_)
        set_attribute(iq, "from", address_);
    add_element(iq, name, xml_namespace);
    send(to_text(document));
}

void Conversation::send(const std::string& xml) {
    unanswered_octets_ += xml.size();
    outlets_.send(xml);
}

void Conversation::ping(TimePoint now) {
    ping_id_ = new_id();
    asked_ = now;
    confirmed_by_ping_ = std::exchange(unconfirmed_, {});
    reading_time_ = std::chrono::seconds(std::exchange(unanswered_octets_, 0) / octets_a_second);
    send_iq("get", ping_id_, "ping", ping_namespace, domain_);
}

void Conversation::tick(TimePoint now) {
    if (ping_id_.empty() && roster_id_.empty() && (!unconfirmed_.empty() || now - answered_ >= ping_time_))
        ping(now);
}

void Conversation::excuse(TimePoint now) {
    asked_ = now;
}

void Conversation::notice_life(TimePoint now) {
    alive_ = now;
}

TimePoint Conversation::deadline() const {
    const TimePoint last = asked_ + longest_patience * answer_time_;
    return std::min(std::max(asked_, alive_) + answer_time_, last) + reading_time_;
}

TimePoint Conversation::next() const {
    return ping_id_.empty() && roster_id_.empty() ? answered_ + ping_time_ : deadline();
}

bool Conversation::is_dead(TimePoint now) const {
    return (!ping_id_.empty() || !roster_id_.empty()) && now >= deadline();
}

std::string Conversation::new_id() {
    return id_prefix_ + "-" + std::to_string(++last_id_);
}

} // namespace columbarium::session
