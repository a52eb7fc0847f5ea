// SPDX-License-Identifier: LGPL-2.1-or-later
// notify_method_capability with presence (RFC 5435 section 5, RFC 6132), as a script sees it in a delivery.
#include <gmock/gmock.h>

#include "presence_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using PresenceItems = PresenceTest;

TEST_F(PresenceItems, PR_1_PR_2_CompareAsTheTestSays) {
    publish("user@example.com", "xa");
    const std::vector<std::string> right = {
        capability("show", "\"xa\""),
        capability("show", "\"XA\""),
        capability("show", "[\"away\", \"xa\"]"),
        capability("show", "\"x*\"", ":matches"),
        capability("show", "\"x\"", ":contains"),
        capability("show", "\"xa\"", ":comparator \"i;octet\" :is"),
        capability("show", "\"away\"", ":value \"gt\""),
    };
    const std::vector<std::string> wrong = {
        capability("show", "\"away\""),
        capability("show", "\"XA\"", ":comparator \"i;octet\""),
        capability("show", "\"x\""),
        capability("show", "\"zz\"", ":value \"gt\""),
    };
    std::vector<std::string> all = right;
    all.insert(all.end(), wrong.begin(), wrong.end());
    EXPECT_THAT(true_of(all), ::testing::UnorderedElementsAreArray(right));
}

TEST_F(PresenceItems, PR_3_AreNamedInAnyCase) {
    publish("user@example.com", R"({"show": "dnd", "status": "In a meeting"})");
    const std::vector<std::string> tests = {
        capability("Online", "\"yes\""),
        capability("BUSY", "\"yes\""),
        capability("sHoW", "\"dnd\""),
        capability("Status", "\"In a meeting\""),
    };
    EXPECT_THAT(true_of(tests), SizeIs(tests.size()));
}

TEST_F(PresenceItems, PR_4_AreFalseForWrongUrisAndNeverAnError) {
    publish("user@example.com", "xa");
    for (const char* uri :
         {"bogus:user@example.com", "xmpp:", "xmpp://user@example.com", "xmpp:us er@example.com",
          "xmpp:user@example.com%", "xmpp:user@ex\xC3\xA4mple.com", "user@example.com", ""}) {
        const std::vector<std::string> tests = {
            capability("show", "\"*\"", ":matches", uri),
            capability("show", "\"0\"", ":count \"eq\" :comparator \"i;ascii-numeric\"", uri),
            "not " + capability("online", "\"yes\"", "", uri),
        };
        EXPECT_THAT(true_of(tests), ElementsAre(tests.back())) << uri;
    }
    EXPECT_THAT(mailbox("user"), SizeIs(8)) << "each is delivered as the script says";
}

TEST_F(PresenceItems, PR_5_AreFalseWhereNobodyKnowsTheItem) {
    publish("user@example.com", "xa");
    for (const char* name : {"mood", "", "presence", "show "})
        EXPECT_THAT(true_of({capability(name, "\"*\"", ":matches"),
                             capability(name, "\"0\"", ":count \"eq\" :comparator \"i;ascii-numeric\""),
                             capability(name, "\"\"")}),
                    IsEmpty())
            << name;
}

TEST_F(PresenceItems, PR_6_CountOneForAValueHoweverManyTheResources) {
    publish("user@example.com", R"({"show": "xa", "status": "On a trip"})");
    const std::string numeric = " :comparator \"i;ascii-numeric\"";
    const std::vector<std::string> right = {
        capability("show", "\"1\"", ":count \"eq\"" + numeric),
        capability("online", "\"1\"", ":count \"eq\"" + numeric),
        capability("status", "\"1\"", ":count \"eq\"" + numeric),
    };
    std::vector<std::string> all = right;
    all.push_back(capability("show", "\"0\"", ":count \"eq\"" + numeric));
    EXPECT_THAT(true_of(all), ::testing::UnorderedElementsAreArray(right));
}

TEST_F(PresenceItems, AreCountedByTheHostWhichTakesAnEmptyStatusForAValue) {
    // A limit of Pigeonhole, documented: RFC 5435 wants 0 here.
    publish("user@example.com", "xa");
    EXPECT_TRUE(is_true(capability("status", "\"1\"", ":count \"eq\" :comparator \"i;ascii-numeric\"")));
}

TEST_F(PresenceItems, PR_7_PR_16_XN_4_TellWhetherSomebodyIsOnline) {
    publish("user@example.com", "away");
    EXPECT_EQ(item("online"), "yes");
    publish("user@example.com", "offline");
    EXPECT_EQ(item("online"), "maybe") << "RFC 5437 knows no \"no\"";
    EXPECT_EQ(item("show"), "offline");
    EXPECT_EQ(item("busy"), "unknown");
    EXPECT_EQ(item("status"), "");
}

TEST_F(PresenceItems, PR_7_XN_4_TellNoWhereTheSiteWantsIt) {
    options.site_config = "[presence]\noffline_online = \"no\"\n";
    publish("user@example.com", "offline");
    EXPECT_EQ(item("online"), "no");
    unpublish("user@example.com");
    EXPECT_EQ(item("online"), "maybe");
}

TEST_F(PresenceItems, PR_8_PR_13_SetMatchVariablesFromAStatusInAnyLanguage) {
    publish("user@example.com", "{\"show\": \"xa\", \"status\": \"Auf Reisen nach K\xC3\xB6ln\"}");
    use_script("user", "require [\"enotify\", \"variables\", \"fileinto\", \"mailbox\"];\n"
                       "if notify_method_capability :matches \"xmpp:user@example.com\" \"status\" \"*nach *\""
                       " { fileinto :create \"${1}to ${2}\"; }\n");
    deliver(mail_to_user());
    EXPECT_THAT(mailbox("user", "Auf Reisen to K&APY-ln"), SizeIs(1)) << "the name as IMAP writes it";
}

TEST_F(PresenceItems, PR_9_NeedNothingBesideEnotify) {
    EXPECT_TRUE(
        check_script("user", "require \"enotify\";\nif " + capability("show", "\"xa\"") + " { stop; }\n")
            .ok());
    for (const char* word : {"presence", "notify-presence"})
        EXPECT_FALSE(check_script("user", std::string("require \"") + word + "\";\nkeep;\n").ok()) << word;
    EXPECT_FALSE(check_script("user", "if " + capability("show", "\"xa\"") + " { stop; }\n").ok());
}

struct Published {
    const char* value;
    const char* busy;
    const char* show;
};

TEST_F(PresenceItems, PR_10_PR_11_PR_12_PR_21_HaveTheValuesOfTheRfc) {
    for (const Published& said : {
             Published{"available", "no", "chat"},
             Published{"chat", "no", "chat"},
             Published{"away", "no", "away"},
             Published{"xa", "no", "xa"},
             Published{"dnd", "yes", "dnd"},
             Published{"offline", "unknown", "offline"},
         }) {
        publish("user@example.com", said.value);
        EXPECT_EQ(item("busy"), said.busy) << said.value;
        EXPECT_EQ(item("show"), said.show) << said.value;
    }
}

TEST_F(PresenceItems, PR_12_PR_21_AreWhatTheSiteSays) {
    options.site_config = "[presence]\navailable_show = \"unknown\"\nbusy = [\"dnd\", \"away\"]\n";
    publish("user@example.com", "available");
    EXPECT_EQ(item("show"), "unknown");
    EXPECT_EQ(item("busy"), "no");
    publish("user@example.com", "away");
    EXPECT_EQ(item("busy"), "yes");
}

TEST_F(PresenceItems, PR_13_PR_14_PR_15_AreUnknownWhereNothingIsPublished) {
    EXPECT_EQ(item("show"), "unknown");
    EXPECT_EQ(item("busy"), "unknown");
    EXPECT_EQ(item("online"), "maybe");
    EXPECT_EQ(item("status"), "");
    EXPECT_TRUE(is_true(capability("status", "\"*\"", ":matches"))) << "a value, though empty";
    EXPECT_FALSE(is_true(capability("status", "\"?*\"", ":matches")));
}

TEST_F(PresenceItems, PR_15_AreUnknownWithoutASource) {
    options.plugin_settings.erase("columbarium_presence");
    EXPECT_EQ(item("show"), "unknown");
    EXPECT_EQ(item("online"), "maybe");
    EXPECT_THAT(dovecot().log(), Not(HasSubstr("Warning")));
}

TEST_F(PresenceItems, PR_22_AreAConditionForAnyAction) {
    publish("user@example.com", "dnd");
    use_script("user", "require [\"enotify\", \"fileinto\", \"mailbox\"];\nif " +
                           capability("busy", "\"yes\"") + " { fileinto :create \"Later\"; }\n");
    deliver(mail_to_user());
    EXPECT_THAT(mailbox("user", "Later"), SizeIs(1));
}

TEST_F(PresenceItems, PR_23_RunTheExampleOfRfc6132ThatReadsTheStatus) {
    // Example 3, with the "envelope" that it forgets, the semicolon, and "?*".
    publish("user@example.com", R"({"show": "xa", "status": "Back on Monday"})");
    use_script("user", R"(require ["variables", "envelope", "enotify", "vacation"];
if notify_method_capability "xmpp:user@example.com" "show" ["away", "xa"] {
    if envelope :is "from" "sender@example.com" {
        if notify_method_capability :matches "xmpp:user@example.com" "status" "?*" {
            set "resp_msg" "${0}";
        } else {
            set "resp_msg" "Away.";
        }
        vacation :handle "ext-away" "${resp_msg}";
    }
}
)");
    deliver(mail_to_user());
    const auto replies = sink.wait_for(1);
    ASSERT_THAT(replies, SizeIs(1));
    EXPECT_THAT(replies[0].body(), HasSubstr("Back on Monday"));
}

TEST_F(PresenceItems, AreOfAPersonWhateverTheResourceWhereTheyArePublished) {
    publish("user@example.com", "away");
    EXPECT_EQ(item("show", "user@example.com/phone"), "away");
    EXPECT_EQ(item("show", "USER@EXAMPLE.COM"), "away") << "JIDs are compared prepared";
}

} // namespace
} // namespace columbarium::e2e
