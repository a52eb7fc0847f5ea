// SPDX-License-Identifier: LGPL-2.1-or-later
// What XMPP servers, and people through them, send: any stanza, to a client and to a component. Nothing that
// they say may make us tell or send what is not well-formed, or believe a notification taken or refused that
// was not sent.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <pugixml.hpp>
#include <strophe.h>

#include "session/conversation.hpp"
#include "session/stanza_reader.hpp"
#include "xmpp/jid.hpp"

namespace {

using namespace columbarium;

void require(bool holds) {
    if (!holds)
        std::abort();
}

void check(const session::Event& event) {
    if (const auto* heard = std::get_if<session::PresenceHeard>(&event)) {
        const presence::PresenceStanza& stanza = heard->stanza;
        require(stanza.priority >= -128 && stanza.priority <= 127);
        require(stanza.statuses.size() <= session::most_statuses);
        for (const presence::StatusText& status : stanza.statuses)
            require(status.text.size() <= presence::PresenceTable::longest_status &&
                    status.language.size() <= session::longest_language);
    } else if (const auto* accepted = std::get_if<session::NotificationAccepted>(&event)) {
        require(accepted->id == "note");
    } else if (const auto* refused = std::get_if<session::NotificationRefused>(&event)) {
        require(refused->id == "note" && !refused->condition.empty());
    }
}

void hear(config::XmppAccount::Kind kind, const char* address, session::Stanza* stanza) {
    config::XmppAccount account;
    account.kind = kind;
    account.address = address;
    const auto check_xml = [](const std::string& xml) {
        require(static_cast<bool>(pugi::xml_document().load_string(xml.c_str())));
    };
    session::Conversation conversation(account, "x", {check_xml, check});
    const session::TimePoint now{std::chrono::hours(1)};
    conversation.begin(address, now);
    conversation.hear(stanza, now); // may be the roster: its id is x-1
    conversation.obey(session::Send{
        {"note", "a", xmpp::Jid::parse("a@example.com").value(), false, "", "b", "", "", "", 0}});
    conversation.tick(now);
    for (int time = 0; time < 2; ++time)
        conversation.hear(stanza, now);
    require(conversation.next() > now && !conversation.is_dead(now));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    const std::string xml(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    xmpp_ctx_t* const context = xmpp_ctx_new(nullptr, nullptr);
    if (xmpp_stanza_t* const stanza = xmpp_stanza_new_from_string(context, xml.c_str())) {
        hear(config::XmppAccount::Kind::client, "bot@example.com", stanza);
        hear(config::XmppAccount::Kind::component, "bot.example.com", stanza);
        xmpp_stanza_release(stanza);
    }
    xmpp_ctx_free(context);
    return 0;
}
