// SPDX-License-Identifier: LGPL-2.1-or-later
// What bounces say of addresses reaches the store.
#include <memory>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>

#include "desk_fixture.hpp"
#include "rig/eventually.hpp"
#include "store/store.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeskBounce : public DeskTest {
  protected:
    [[nodiscard]] std::vector<desk::KeptBounce> recorded() {
        config::StorePlace place;
        place.path = (dovecot().directory() / "store/desk.sqlite").string();
        const auto store = store::Store::open(place, "");
        if (!store)
            throw std::runtime_error(store.error().text);
        std::vector<desk::KeptBounce> all;
        const auto read = (*store)->for_each_bounce({}, [&](const desk::KeptBounce& bounce) {
            all.push_back(bounce);
            return true;
        });
        EXPECT_TRUE(read.has_value());
        return all;
    }
};

TEST_F(DeskBounce, IsRecordedWhereTheDestinationSaysSo) {
    route(R"(if triage "class" "bounce" { route "returns"; })", a_bounce(), "");
    EXPECT_THAT(mailbox("support", "Returns"), SizeIs(1));
    const auto kept = recorded();
    ASSERT_THAT(kept, SizeIs(1));
    EXPECT_EQ(kept[0].user, "support");
    EXPECT_EQ(kept[0].record.address, "walter@example.com");
    EXPECT_EQ(kept[0].record.status, "5.1.1");
    EXPECT_EQ(kept[0].record.reason, "user-unknown");
    EXPECT_TRUE(kept[0].record.is_permanent);
}

TEST_F(DeskBounce, IsOneRecordHoweverOftenItComes) {
    for (int i = 0; i < 2; ++i)
        route(R"(route "returns"; route "returns";)", a_bounce(), "");
    EXPECT_THAT(recorded(), SizeIs(1));
}

TEST_F(DeskBounce, HasARecordForEachRecipient) {
    route(R"(route "returns";)", rig::mail_file("dsn-several-recipients.eml"), "");
    EXPECT_THAT(recorded(), SizeIs(3));
}

TEST_F(DeskBounce, IsNotRecordedInOtherBuckets) {
    route(R"(route "misc";)", a_bounce(), "");
    route(R"(route "returns";)", a_request("no bounce"));
    EXPECT_THAT(mailbox("support", "Misc"), SizeIs(1));
    EXPECT_THAT(mailbox("support", "Returns"), SizeIs(1));
    route(R"(route "returns";)", a_bounce(), ""); // so that there is a store
    EXPECT_THAT(recorded(), SizeIs(1));
}

TEST_F(DeskBounce, WaitsWhereTheServiceIsAway) {
    options.service = false;
    const auto delivery = try_to_route(R"(route "returns";)", a_bounce(), "");
    EXPECT_TRUE(delivery.outcome().temporary()) << to_string(delivery);
    EXPECT_THAT(mailbox("support", "Returns"), IsEmpty());
    EXPECT_THAT(mailbox("support"), IsEmpty());
}

} // namespace
} // namespace columbarium::e2e
