// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/notice_signature.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace columbarium::triage {
namespace {

struct Row {
    const char* from;
    std::string_view text;
    Tidings tidings;
};

TEST(NoticeSignature, OfASubjectTellsTheTidings) {
    const Row table[] = {
        {"Postfix", "Undelivered Mail Returned to Sender", Tidings::failed},
        {"Exim", "Mail delivery failed: returning message to sender", Tidings::failed},
        {"qmail", "failure notice", Tidings::failed},
        {"Sendmail", "Returned mail: User unknown", Tidings::failed},
        {"Exchange", "Undeliverable: The contract", Tidings::failed},
        {"Domino", "DELIVERY FAILURE: User walter not listed in Domino Directory", Tidings::failed},
        {"GroupWise", "Message status - undeliverable", Tidings::failed},
        {"RFC 3464", "Delivery Status Notification (Failure)", Tidings::failed},
        {"in French", "Échec de la remise de votre message", Tidings::failed},
        {"in German", "Ihre Nachricht konnte nicht zugestellt werden", Tidings::failed},
        {"in Spanish", "Correo devuelto", Tidings::failed},
        {"in Japanese", "メールを送信できませんでした", Tidings::failed},
        {"Exim", "Warning: message 1pXyZa-0001bC-2D delayed 24 hours", Tidings::delayed},
        {"Sendmail", "Warning: could not send message for past 4 hours", Tidings::delayed},
        {"RFC 3464", "Delivery Status Notification (Delay)", Tidings::delayed},
        {"RFC 3464", "Delivery Status Notification (Success)", Tidings::delivered},
        {"Sendmail", "Return receipt", Tidings::delivered},
        {"Outlook", "Read: The contract", Tidings::read},
        {"a person", "When to sow beans", Tidings::none},
        {"a person", "The form you asked for", Tidings::none},
        {"a machine", "nightly build 812 finished", Tidings::none},
        {"empty", "", Tidings::none},
    };
    for (const Row& row : table)
        EXPECT_EQ(signature_of_subject(row.text).tidings, row.tidings) << row.from << ": " << row.text;
}

TEST(NoticeSignature, OfATextTellsTheTidings) {
    const Row table[] = {
        {"Postfix", "I'm sorry to have to inform you that your message could not be\ndelivered",
         Tidings::failed},
        {"qmail", "I'm afraid I wasn't able to deliver your message to the following addresses.",
         Tidings::failed},
        {"Exim", "A message that you sent could not be delivered to one or more of its\nrecipients.",
         Tidings::failed},
        {"Sendmail", "   ----- The following addresses had delivery problems -----", Tidings::failed},
        {"Exchange", "did not reach the following recipient(s):", Tidings::failed},
        {"Domino", "was not delivered to:\n\n  walter@corp.example.net", Tidings::failed},
        {"in German", "Ihre E-Mail konnte nicht zugestellt werden.", Tidings::failed},
        {"in French", "Votre message n'a pas pu être remis à l'adresse suivante :", Tidings::failed},
        {"Sendmail", "**      THIS IS A WARNING MESSAGE ONLY      **", Tidings::delayed},
        {"Exim", "A message that you sent has not yet been delivered to one or more of its\nrecipients",
         Tidings::delayed},
        {"a person", "Mine froze when I sowed them in April. Who waits until May?", Tidings::none},
        {"empty", "", Tidings::none},
    };
    for (const Row& row : table)
        EXPECT_EQ(signature_of_text(row.text).tidings, row.tidings) << row.from << ": " << row.text;
}

TEST(NoticeSignature, SaysHowMuchItProvesAndWhy) {
    const Signature system =
        signature_of_text("This message was created automatically by mail delivery software.");
    EXPECT_EQ(system.strength, Strength::system);
    EXPECT_FALSE(system.rule.empty());
    const Signature words = signature_of_text("the letter was returned to you");
    EXPECT_EQ(words.strength, Strength::phrase) << "a person may write this";
    EXPECT_EQ(signature_of_text("").strength, Strength::nothing);
}

} // namespace
} // namespace columbarium::triage
