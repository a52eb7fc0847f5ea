// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/mailbox.hpp"

#include <gmock/gmock.h>

namespace columbarium::session {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

Command order() {
    return Subscribe{xmpp::Jid::parse("alice@example.com").value()};
}

TEST(Mailbox, OrdersAreForTheSessionOfWhichTheOwnerKnows) {
    Mailbox mailbox;
    mailbox.order(order());
    EXPECT_THAT(mailbox.take_orders(), IsEmpty()) << "there is none";
    mailbox.tell(Connected{"bot@example.com/1"});
    mailbox.order(order());
    EXPECT_THAT(mailbox.take_orders(), IsEmpty()) << "the owner does not know yet";
    EXPECT_THAT(mailbox.take_events(), SizeIs(1));
    mailbox.order(order());
    EXPECT_THAT(mailbox.take_orders(), SizeIs(1));
    EXPECT_THAT(mailbox.take_orders(), IsEmpty());
}

TEST(Mailbox, OrdersOfOneSessionAreNotObeyedInTheNext) {
    Mailbox mailbox;
    mailbox.tell(Connected{"bot@example.com/1"});
    EXPECT_THAT(mailbox.take_events(), SizeIs(1));
    mailbox.order(order()); // in time
    mailbox.tell(Disconnected{"gone", 1});
    mailbox.order(order()); // the owner does not know yet
    EXPECT_THAT(mailbox.take_orders(), IsEmpty());
    mailbox.order(order());
    mailbox.tell(Connected{"bot@example.com/2"});
    mailbox.order(order());
    EXPECT_THAT(mailbox.take_orders(), IsEmpty());
    EXPECT_THAT(mailbox.take_events(), SizeIs(2));
    mailbox.order(order());
    EXPECT_THAT(mailbox.take_orders(), SizeIs(1));
}

} // namespace
} // namespace columbarium::session
