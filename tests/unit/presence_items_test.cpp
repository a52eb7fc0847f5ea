// SPDX-License-Identifier: LGPL-2.1-or-later
#include "presence/items.hpp"

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace columbarium::presence {
namespace {

Presence available(Show show, bool receives = true) {
    Presence presence;
    presence.knowledge = Knowledge::available;
    presence.show = show;
    presence.receives = receives;
    return presence;
}

Presence offline(std::string status = {}) {
    Presence presence;
    presence.knowledge = Knowledge::offline;
    presence.status = std::move(status);
    return presence;
}

Presence with_status(Presence presence, std::string status) {
    presence.status = std::move(status);
    return presence;
}

struct Item {
    const char* what;
    std::string item;
    Presence presence;
    std::optional<std::string> expected;
};

void PrintTo(const Item& item, std::ostream* stream) {
    *stream << item.what;
}

class PresenceItems : public ::testing::TestWithParam<Item> {};

TEST_P(PresenceItems, HaveTheValuesOfTheirSpecifications) {
    EXPECT_EQ(item_value(GetParam().item, GetParam().presence, config::PresencePolicy()),
              GetParam().expected);
}

const Item items[] = {
    {"PR_3_OnlineInAnyCase", "Online", available(Show::away), "yes"},
    {"PR_3_BusyInAnyCase", "BUSY", available(Show::dnd), "yes"},
    {"PR_3_ShowInAnyCase", "Show", available(Show::xa), "xa"},
    {"PR_3_StatusInAnyCase", "sTATUS", with_status(available(Show::xa), "out"), "out"},
    {"PR_5_UnknownItem", "location", available(Show::chat), std::nullopt},
    {"PR_5_EmptyItem", "", available(Show::chat), std::nullopt},
    {"PR_5_ItemWithABlank", "show ", available(Show::chat), std::nullopt},
    {"PR_7_OnlineWhereADeviceReceives", "online", available(Show::dnd), "yes"},
    {"PR_24_OnlineMaybeWhereNoDeviceReceives", "online", available(Show::chat, false), "maybe"},
    {"PR_10_PR_21_BusyOfDnd", "busy", available(Show::dnd), "yes"},
    {"PR_10_PR_21_BusyOfChat", "busy", available(Show::chat), "no"},
    {"PR_10_PR_21_BusyOfAvailable", "busy", available(Show::available), "no"},
    {"PR_10_PR_21_BusyOfAway", "busy", available(Show::away), "no"},
    {"PR_10_PR_21_BusyOfXa", "busy", available(Show::xa), "no"},
    {"PR_10_PR_21_BusyOfOffline", "busy", offline(), "unknown"},
    {"PR_10_PR_21_BusyOfUnknown", "busy", Presence(), "unknown"},
    {"PR_11_ShowAway", "show", available(Show::away), "away"},
    {"PR_11_ShowChat", "show", available(Show::chat), "chat"},
    {"PR_11_ShowDnd", "show", available(Show::dnd), "dnd"},
    {"PR_11_ShowXa", "show", available(Show::xa), "xa"},
    {"PR_11_PR_16_ShowOffline", "show", offline(), "offline"},
    {"PR_11_PR_15_ShowUnknown", "show", Presence(), "unknown"},
    {"PR_12_ShowOfAvailable", "show", available(Show::available), "chat"},
    {"PR_13_StatusIsAsWritten", "status", with_status(available(Show::away), "  Bin im Café,\n zurück um 3 "),
     "  Bin im Café,\n zurück um 3 "},
    {"PR_13_StatusUnknownIsAText", "status", with_status(available(Show::away), "unknown"), "unknown"},
    {"PR_13_PR_14_StatusOfNothing", "status", available(Show::away), ""},
    {"PR_14_PR_15_StatusOfUnknown", "status", Presence(), ""},
    {"PR_15_StaleTextOfUnknownIsNotTold", "status", with_status(Presence(), "old"), ""},
    {"PR_15_OnlineOfUnknown", "online", Presence(), "maybe"},
    {"PR_15_BusyOfUnknown", "busy", Presence(), "unknown"},
    {"PR_16_BusyOfOffline", "busy", offline(), "unknown"},
    {"PR_16_StatusOfOffline", "status", offline("Good night"), "Good night"},
    {"PR_16_StatusOfOfflineWithoutWords", "status", offline(), ""},
    {"PR_16_XN_4_OnlineOfOffline", "online", offline(), "maybe"},
};

INSTANTIATE_TEST_SUITE_P(Table, PresenceItems, ::testing::ValuesIn(items),
                         [](const auto& item) { return std::string(item.param.what); });

TEST(PresencePolicies, PR_12_TheSiteSaysWhatAvailableIsCalled) {
    config::PresencePolicy policy;
    policy.available_show = "unknown";
    EXPECT_EQ(item_value("show", available(Show::available), policy), "unknown");
    EXPECT_EQ(item_value("show", available(Show::chat), policy), "chat");
    EXPECT_EQ(item_value("show", offline(), policy), "offline");
}

TEST(PresencePolicies, PR_21_TheSiteSaysWhatBusyIs) {
    config::PresencePolicy policy;
    policy.busy = {"xa", "available"};
    EXPECT_EQ(item_value("busy", available(Show::dnd), policy), "no");
    EXPECT_EQ(item_value("busy", available(Show::xa), policy), "yes");
    EXPECT_EQ(item_value("busy", available(Show::available), policy), "yes");
    EXPECT_EQ(item_value("busy", offline(), policy), "unknown");
    policy.busy.clear();
    EXPECT_EQ(item_value("busy", available(Show::dnd), policy), "no");
}

TEST(PresencePolicies, XN_4_OfflineIsNoOnlyWhereTheSiteWantsIt) {
    config::PresencePolicy policy;
    policy.offline_is_no = true;
    EXPECT_EQ(item_value("online", offline(), policy), "no");
    EXPECT_EQ(item_value("online", Presence(), policy), "maybe") << "nobody knows, or nobody may know";
    EXPECT_EQ(item_value("online", available(Show::xa, false), policy), "maybe");
}

TEST(PresencePolicies, PR_7_PR_10_PR_11_NoPresenceHasAValueOutsideOfTheSets) {
    const std::vector<std::string> online = {"yes", "no", "maybe"};
    const std::vector<std::string> busy = {"yes", "no", "unknown"};
    const std::vector<std::string> show = {"away", "chat", "dnd", "offline", "xa", "unknown"};
    const auto is_in = [](const std::vector<std::string>& set, const std::optional<std::string>& value) {
        return value && std::ranges::find(set, *value) != set.end();
    };
    config::PresencePolicy policy;
    for (const bool offline_is_no : {false, true})
        for (const Knowledge knowledge : {Knowledge::unknown, Knowledge::offline, Knowledge::available})
            for (const Show shown : {Show::chat, Show::available, Show::away, Show::xa, Show::dnd})
                for (const bool receives : {false, true}) {
                    Presence presence = available(shown, receives);
                    presence.knowledge = knowledge;
                    policy.offline_is_no = offline_is_no;
                    EXPECT_TRUE(is_in(online, item_value("online", presence, policy)));
                    EXPECT_TRUE(is_in(busy, item_value("busy", presence, policy)));
                    EXPECT_TRUE(is_in(show, item_value("show", presence, policy)));
                }
}

} // namespace
} // namespace columbarium::presence
