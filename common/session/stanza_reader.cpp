// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/stanza_reader.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <strophe.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace columbarium::session {

namespace {

constexpr std::size_t longest_condition = 64;

[[nodiscard]] std::string_view view(const char* text) {
    return text == nullptr ? std::string_view() : std::string_view(text);
}

[[nodiscard]] std::string text_of(xmpp_stanza_t* element, std::size_t longest) {
    char* const text = xmpp_stanza_get_text(element);
    std::string result(cut_at_character(view(text), longest));
    xmpp_free(xmpp_stanza_get_context(element), text);
    return result;
}

[[nodiscard]] bool is_element(xmpp_stanza_t* stanza, std::string_view name) {
    return xmpp_stanza_is_tag(stanza) != 0 && view(xmpp_stanza_get_name(stanza)) == name;
}

template <class Visit>
void for_each_child(xmpp_stanza_t* parent, const Visit& visit) {
    for (xmpp_stanza_t* child = xmpp_stanza_get_children(parent); child != nullptr;
         child = xmpp_stanza_get_next(child))
        visit(child);
}

[[nodiscard]] std::optional<xmpp::Jid> jid_of(xmpp_stanza_t* stanza, const char* name) {
    auto jid = xmpp::Jid::parse(view(xmpp_stanza_get_attribute(stanza, name)));
    if (!jid)
        return std::nullopt;
    return std::move(*jid);
}

// XP-11: one of four words, exactly; everything else is a person who is there.
[[nodiscard]] presence::Show show_of(const std::string& word) {
    using presence::Show;
    return word == "away"   ? Show::away
           : word == "chat" ? Show::chat
           : word == "dnd"  ? Show::dnd
           : word == "xa"   ? Show::xa
                            : Show::available;
}

// What is no number counts as absent.
[[nodiscard]] int priority_of(std::string_view text) {
    constexpr int lowest = -128;
    constexpr int highest = 127;
    text = trim(text);
    int priority = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), priority);
    if (error == std::errc::result_out_of_range)
        return text.front() == '-' ? lowest : highest;
    if (error != std::errc() || end != text.data() + text.size())
        return 0;
    return std::clamp(priority, lowest, highest);
}

[[nodiscard]] presence::StatusText status_of(xmpp_stanza_t* element) {
    // libstrophe drops the prefix of xml:lang.
    std::string language = attribute_of(element, "lang");
    return {language.size() > longest_language ? std::string() : std::move(language),
            text_of(element, presence::PresenceTable::longest_status)};
}

[[nodiscard]] presence::PresenceStanza presence_of(xmpp_stanza_t* stanza, xmpp::Jid from, bool available) {
    constexpr std::size_t longest_word = 32;
    presence::PresenceStanza heard{std::move(from), available, presence::Show::available, {}, 0};
    bool has_show = false;
    for_each_child(stanza, [&](xmpp_stanza_t* child) {
        if (is_element(child, "status") && heard.statuses.size() < most_statuses) {
            heard.statuses.push_back(status_of(child));
        } else if (is_element(child, "show") && !has_show) {
            heard.show = show_of(text_of(child, longest_word));
            has_show = true;
        } else if (is_element(child, "priority")) {
            heard.priority = priority_of(text_of(child, longest_word));
        }
    });
    return heard;
}

// "remove" and what nobody knows are none.
[[nodiscard]] presence::Subscription subscription_of(const std::string& word) {
    using presence::Subscription;
    return word == "to"     ? Subscription::to
           : word == "from" ? Subscription::from
           : word == "both" ? Subscription::both
                            : Subscription::none;
}

} // namespace

std::string attribute_of(Stanza* stanza, const char* name) {
    return std::string(view(xmpp_stanza_get_attribute(stanza, name)));
}

std::optional<Event> read_presence(Stanza* stanza) {
    auto from = jid_of(stanza, "from");
    if (!from)
        return std::nullopt;
    const bool has_type = xmpp_stanza_get_attribute(stanza, "type") != nullptr;
    const std::string type = attribute_of(stanza, "type");
    if (!has_type || type == "unavailable")
        return PresenceHeard{presence_of(stanza, std::move(*from), !has_type)};
    if (type == "subscribe")
        return SubscriptionRequest{std::move(*from)};
    if (type == "unsubscribed" || type == "error")
        return PresenceForbidden{std::move(*from), type == "error"};
    return std::nullopt;
}

std::vector<RosterItem> read_roster(Stanza* iq) {
    std::vector<RosterItem> items;
    xmpp_stanza_t* const query = xmpp_stanza_get_child_by_name_and_ns(iq, "query", XMPP_NS_ROSTER);
    if (query == nullptr)
        return items;
    for_each_child(query, [&items](xmpp_stanza_t* child) {
        if (!is_element(child, "item"))
            return;
        if (auto jid = jid_of(child, "jid"))
            items.push_back({std::move(*jid), subscription_of(attribute_of(child, "subscription"))});
    });
    return items;
}

NotificationRefused read_error(Stanza* stanza) {
    NotificationRefused refused{attribute_of(stanza, "id"), "", "undefined-condition"};
    xmpp_stanza_t* const error = xmpp_stanza_get_child_by_name(stanza, "error");
    if (error == nullptr)
        return refused;
    refused.error_type = cut_at_character(view(xmpp_stanza_get_type(error)), longest_condition);
    for_each_child(error, [&refused](xmpp_stanza_t* child) {
        if (view(xmpp_stanza_get_ns(child)) == XMPP_NS_STANZAS_IETF && !is_element(child, "text"))
            refused.condition = cut_at_character(view(xmpp_stanza_get_name(child)), longest_condition);
    });
    return refused;
}

std::string payload_namespace(Stanza* iq) {
    for (xmpp_stanza_t* child = xmpp_stanza_get_children(iq); child != nullptr;
         child = xmpp_stanza_get_next(child))
        if (xmpp_stanza_is_tag(child) != 0)
            return std::string(view(xmpp_stanza_get_ns(child)));
    return {};
}

} // namespace columbarium::session
