// SPDX-License-Identifier: LGPL-2.1-or-later
// The stanzas that RFC 5437, 2.7 and 3 ask for.
#include "session/message_stanza.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pugixml.hpp>

namespace columbarium::session {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t created = 1'709'210'096; // 2024-02-29T12:34:56Z

[[nodiscard]] xmpp::Jid jid(const char* text) {
    auto parsed = xmpp::Jid::parse(text);
    if (!parsed)
        throw std::runtime_error(parsed.error().text);
    return *parsed;
}

[[nodiscard]] notify::Notification notification(const char* to = "romeo@im.example.com") {
    notify::Notification made{"id-1", "romeo", jid(to), false, "", "", "", "", "", 0};
    made.subject = "SIEVE";
    made.body = "<juliet@example.com> You got new mail.";
    made.created = created;
    return made;
}

// Parsed again by somebody who knows nothing of how it was written.
class Parsed {
  public:
    explicit Parsed(const std::string& xml) {
        if (!document_.load_string(xml.c_str(), pugi::parse_default | pugi::parse_ws_pcdata))
            throw std::runtime_error("not well-formed: " + xml);
    }
    [[nodiscard]] pugi::xml_node message() const { return document_.child("message"); }
    [[nodiscard]] std::string attribute(const char* name) const { return message().attribute(name).value(); }
    [[nodiscard]] std::string text(const char* element) const { return message().child_value(element); }
    [[nodiscard]] std::string header(const char* name) const {
        return message().child("headers").find_child_by_attribute("header", "name", name).child_value();
    }

  private:
    pugi::xml_document document_;
};

// As in the first of the RFC's examples: what a script without tags sends.
TEST(MessageStanza, XN_14_XN_18_HasTheUrlOutOfBandBehindTheBody) {
    auto note = notification();
    note.headline = true;
    note.url = "imap://romeo@example.com/INBOX;UIDVALIDITY=385759043/;UID=18";
    EXPECT_EQ(message_stanza(note, "notify.example.com"),
              R"(<message type="headline" id="id-1" to="romeo@im.example.com" from="notify.example.com">)"
              "<subject>SIEVE</subject><body>&lt;juliet@example.com&gt; You got new mail.</body>"
              R"(<x xmlns="jabber:x:oob"><url>)"
              "imap://romeo@example.com/INBOX;UIDVALIDITY=385759043/;UID=18</url></x></message>");
}

// As in the last one: with :importance "1" and :from.
TEST(MessageStanza, XN_15_XN_16_HasTheTagsInHeaders) {
    auto note = notification();
    note.headline = true;
    note.body = "Contact Juliet immediately!";
    note.resent_from = "romeo@example.com";
    note.urgency = "high";
    EXPECT_EQ(message_stanza(note, "notify.example.com"),
              R"(<message type="headline" id="id-1" to="romeo@im.example.com" from="notify.example.com">)"
              "<subject>SIEVE</subject><body>Contact Juliet immediately!</body>"
              R"(<headers xmlns="http://jabber.org/protocol/shim">)"
              R"(<header name="Resent-From">romeo@example.com</header>)"
              R"(<header name="Urgency">high</header></headers></message>)");
}

TEST(MessageStanza, XN_9_TheTypeIsHeadlineOrNormal) {
    auto note = notification();
    EXPECT_EQ(Parsed(message_stanza(note, "")).attribute("type"), "normal");
    note.headline = true;
    EXPECT_EQ(Parsed(message_stanza(note, "")).attribute("type"), "headline");
}

TEST(MessageStanza, XN_10_GoesToTheAddressOfTheUri) {
    EXPECT_EQ(Parsed(message_stanza(notification("romeo@im.example.com"), "")).attribute("to"),
              "romeo@im.example.com");
    EXPECT_EQ(Parsed(message_stanza(notification("romeo@im.example.com/a'b\"<c>&"), "")).attribute("to"),
              "romeo@im.example.com/a'b\"<c>&");
    EXPECT_EQ(Parsed(message_stanza(notification("ji\xC5\x99i@\xC4\x8D"
                                                 "echy.example/v Praze"),
                                    ""))
                  .attribute("to"),
              "ji\xC5\x99i@\xC4\x8D"
              "echy.example/v Praze");
}

TEST(MessageStanza, XN_11_ComesFromTheServiceAndNeverFromTheTag) {
    auto note = notification();
    note.resent_from = "tybalt@example.com";
    const Parsed of_component(message_stanza(note, "notify.example.com"));
    EXPECT_EQ(of_component.attribute("from"), "notify.example.com");
    const Parsed of_client(message_stanza(note, ""));
    EXPECT_FALSE(of_client.message().attribute("from"));
    EXPECT_EQ(of_client.header("Resent-From"), "tybalt@example.com");
}

TEST(MessageStanza, XN_12_XN_13_HasABodyAndASubjectWhereThereIsOne) {
    auto note = notification();
    EXPECT_EQ(Parsed(message_stanza(note, "")).text("body"), note.body);
    EXPECT_EQ(Parsed(message_stanza(note, "")).text("subject"), "SIEVE");
    note.subject.clear();
    EXPECT_FALSE(Parsed(message_stanza(note, "")).message().child("subject"));
}

TEST(MessageStanza, XN_17_SaysNothingThatNobodyAskedFor) {
    const std::string bare = message_stanza(notification(), "");
    for (const char* part : {"headers", "jabber:x:oob", "delay", "from="})
        EXPECT_THAT(bare, Not(HasSubstr(part)));
}

TEST(MessageStanza, XN_16_XN_18_AnyTextComesThroughAsItIs) {
    auto note = notification();
    const std::string text = "&<>'\" ]]> <!-- &amp; %s\n\t\xC3\xA4\xE2\x82\xAC\xF0\x9F\x95\x8A </message>";
    note.body = text;
    note.subject = text;
    note.url = "imap://example.com/a&b<c>";
    note.resent_from = "\"<a&b>\"@example.com";
    const Parsed parsed(message_stanza(note, ""));
    EXPECT_EQ(parsed.text("body"), text);
    EXPECT_EQ(parsed.text("subject"), text);
    EXPECT_EQ(parsed.header("Resent-From"), note.resent_from);
    EXPECT_EQ(std::string(parsed.message().child("x").child_value("url")), note.url);
}

TEST(MessageStanza, XN_7_TheImportanceIsAHeader) {
    auto note = notification();
    note.urgency = "low";
    EXPECT_EQ(Parsed(message_stanza(note, "")).header("Urgency"), "low");
}

TEST(MessageStanza, EN_8_ALateOneTellsWhenItHappened) {
    EXPECT_FALSE(Parsed(message_stanza(notification(), "", created + 60)).message().child("delay"));
    EXPECT_FALSE(Parsed(message_stanza(notification(), "", created - 5)).message().child("delay"));
    const Parsed late(message_stanza(notification(), "notify.example.com", created + 61));
    const pugi::xml_node delay = late.message().child("delay");
    EXPECT_STREQ(delay.attribute("xmlns").value(), "urn:xmpp:delay");
    EXPECT_STREQ(delay.attribute("stamp").value(), "2024-02-29T12:34:56Z");
    EXPECT_STREQ(delay.attribute("from").value(), "notify.example.com");
}

} // namespace

} // namespace columbarium::session
