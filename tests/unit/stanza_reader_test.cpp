// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/stanza_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stanza_fixture.hpp"

namespace columbarium::session {

namespace {

using presence::Show;
using presence::Subscription;
using test::StanzaOf;

[[nodiscard]] std::optional<Event> read(const std::string& attributes, const std::string& inner = "") {
    const StanzaOf stanza("<presence from='juliet@example.com/balcony' " + attributes + ">" + inner +
                          "</presence>");
    return read_presence(stanza.get());
}

[[nodiscard]] presence::PresenceStanza heard(const std::string& inner) {
    const auto event = read("", inner);
    return std::get<PresenceHeard>(event.value()).stanza;
}

TEST(StanzaReader, XP_10_ThePresenceTypesAreToldApart) {
    EXPECT_TRUE(std::get<PresenceHeard>(read("").value()).stanza.available);
    EXPECT_FALSE(std::get<PresenceHeard>(read("type='unavailable'").value()).stanza.available);
    EXPECT_TRUE(std::holds_alternative<SubscriptionRequest>(read("type='subscribe'").value()));
    EXPECT_FALSE(std::get<PresenceForbidden>(read("type='unsubscribed'").value()).is_error);
    EXPECT_TRUE(std::get<PresenceForbidden>(read("type='error'").value()).is_error);
    for (const char* type : {"available", "probe", "subscribed", "unsubscribe", "invisible", ""})
        EXPECT_FALSE(read(std::string("type='") + type + "'")) << type;
}

TEST(StanzaReader, XP_14_AnAnswerToAProbeThatForbidsIsNoOffline) {
    const auto event = read("type='unsubscribed'", "<status>no</status>");
    EXPECT_EQ(std::get<PresenceForbidden>(event.value()).from.text(), "juliet@example.com/balcony");
}

TEST(StanzaReader, XP_11_ShowIsOneOfFourWordsExactly) {
    EXPECT_EQ(heard("").show, Show::available);
    EXPECT_EQ(heard("<show>away</show>").show, Show::away);
    EXPECT_EQ(heard("<show>chat</show>").show, Show::chat);
    EXPECT_EQ(heard("<show>dnd</show>").show, Show::dnd);
    EXPECT_EQ(heard("<show>xa</show>").show, Show::xa);
    for (const char* other : {"<show/>", "<show>DND</show>", "<show> dnd</show>", "<show>dnd </show>",
                              "<show>online</show>", "<show>dnddnddnddnddnddnddnddnddnddnddnddnd</show>"})
        EXPECT_EQ(heard(other).show, Show::available) << other;
    EXPECT_EQ(heard("<show>xa</show><show>dnd</show>").show, Show::xa); // at most one
}

TEST(StanzaReader, XP_12_StatusesAreKeptWithTheirLanguages) {
    const auto stanza = heard("<status>On a trip</status><status xml:lang='de'>Verreist</status>"
                              "<status xml:lang='cs'/>");
    ASSERT_EQ(stanza.statuses.size(), 3U);
    EXPECT_EQ(stanza.statuses[0].language, "");
    EXPECT_EQ(stanza.statuses[0].text, "On a trip");
    EXPECT_EQ(stanza.statuses[1].language, "de");
    EXPECT_EQ(stanza.statuses[1].text, "Verreist");
    EXPECT_EQ(stanza.statuses[2].language, "cs");
    EXPECT_EQ(stanza.statuses[2].text, "");
}

TEST(StanzaReader, XP_12_AnUnavailablePresenceMayHaveAStatus) {
    const auto event = read("type='unavailable'", "<status>Good night</status>");
    EXPECT_EQ(std::get<PresenceHeard>(event.value()).stanza.statuses.at(0).text, "Good night");
}

TEST(StanzaReader, XP_12_PrioritiesAreBounded) {
    const auto priority = [](const std::string& text) {
        return heard("<priority>" + text + "</priority>").priority;
    };
    EXPECT_EQ(heard("").priority, 0);
    EXPECT_EQ(priority("5"), 5);
    EXPECT_EQ(priority(" -1\n"), -1);
    EXPECT_EQ(priority("127"), 127);
    EXPECT_EQ(priority("128"), 127);
    EXPECT_EQ(priority("-129"), -128);
    EXPECT_EQ(priority("99999999999999999999"), 127);
    EXPECT_EQ(priority("-99999999999999999999"), -128);
    EXPECT_EQ(priority("high"), 0);
    EXPECT_EQ(priority("5x"), 0);
    EXPECT_EQ(priority(""), 0);
}

TEST(StanzaReader, TextsAreBoundedAtACharacter) {
    std::string text = "a";
    while (text.size() < 5'000)
        text += "\xE2\x82\xAC";
    const auto stanza = heard("<status>" + text + "</status>");
    const std::string& kept = stanza.statuses.at(0).text;
    EXPECT_LE(kept.size(), presence::PresenceTable::longest_status);
    EXPECT_EQ(kept, text.substr(0, kept.size()));
    EXPECT_EQ((kept.size() - 1) % 3, 0U);
    EXPECT_GT(kept.size(), presence::PresenceTable::longest_status - 4);

    std::string many;
    for (int count = 0; count < 100; ++count)
        many += "<status xml:lang='" + std::string(1'000, 'x') + "'>x</status>";
    const auto crowded = heard(many);
    EXPECT_EQ(crowded.statuses.size(), most_statuses);
    EXPECT_EQ(crowded.statuses[0].language, "");
}

TEST(StanzaReader, WhoIsNobodyIsNotHeard) {
    for (const char* from : {"", "from=''", "from='@example.com'", "from='a@@b'"}) {
        const StanzaOf stanza(std::string("<presence ") + from + "/>");
        EXPECT_FALSE(read_presence(stanza.get())) << from;
    }
}

TEST(StanzaReader, XP_4_RosterLinesWithOtherSubscriptionsAreNone) {
    const StanzaOf stanza(
        "<iq type='result'><query xmlns='jabber:iq:roster'>"
        "<item jid='to@example.com' subscription='to' name='x'><group>Friends</group></item>"
        "<item jid='from@example.com' subscription='from'/><item jid='both@example.com' subscription='both'/>"
        "<item jid='none@example.com' subscription='none' ask='subscribe'/><item jid='absent@example.com'/>"
        "<item jid='other@example.com' subscription='BOTH'/><item jid='gone@example.com' "
        "subscription='remove'/><item jid='a@@b' subscription='both'/><item subscription='both'/>"
        "<other jid='bad@example.com' subscription='both'/></query></iq>");
    std::vector<std::pair<std::string, Subscription>> lines;
    for (const RosterItem& item : read_roster(stanza.get()))
        lines.emplace_back(item.jid.text(), item.subscription);
    EXPECT_THAT(lines, ::testing::ElementsAre(std::pair("to@example.com", Subscription::to),
                                              std::pair("from@example.com", Subscription::from),
                                              std::pair("both@example.com", Subscription::both),
                                              std::pair("none@example.com", Subscription::none),
                                              std::pair("absent@example.com", Subscription::none),
                                              std::pair("other@example.com", Subscription::none),
                                              std::pair("gone@example.com", Subscription::none)));
}

TEST(StanzaReader, ARosterWithoutAQueryIsEmpty) {
    EXPECT_TRUE(read_roster(StanzaOf("<iq type='result'/>").get()).empty());
    EXPECT_TRUE(
        read_roster(StanzaOf("<iq><query xmlns='jabber:iq:version'><item jid='a@b'/></query></iq>").get())
            .empty());
}

TEST(StanzaReader, XP_17_AnUnknownConditionIsUndefined) {
    const auto refused = [](const std::string& inner) {
        const StanzaOf stanza("<message type='error' id='note-1'><body>x</body>" + inner + "</message>");
        return read_error(stanza.get());
    };
    const auto known =
        refused("<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>No.</text></error>");
    EXPECT_EQ(known.id, "note-1");
    EXPECT_EQ(known.error_type, "cancel");
    EXPECT_EQ(known.condition, "service-unavailable");
    EXPECT_EQ(refused("<error type='wait'><too-late xmlns='urn:other'/></error>").condition,
              "undefined-condition");
    EXPECT_EQ(refused("").condition, "undefined-condition");
    EXPECT_EQ(refused("").error_type, "");
}

} // namespace

} // namespace columbarium::session
