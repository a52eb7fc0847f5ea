// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/lookup_keys.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace columbarium::lists {
namespace {

using Forms = std::vector<std::string>;

TEST(LookupKeys, EL_13_BlanksAndLineEndsAroundAValueDoNotCount) {
    EXPECT_EQ(lookup_keys("  a \t", "").exact, "a");
    EXPECT_EQ(lookup_keys("\r\n Monday night\r\n", "").exact, "Monday night");
}

TEST(LookupKeys, EL_21_AnAddressIsLookedUpInItsFoldedForm) {
    const LookupKeys keys = lookup_keys(" Fred+Lists@EXAMPLE.com ", "");
    EXPECT_EQ(keys.exact, "Fred+Lists@EXAMPLE.com");
    EXPECT_EQ(keys.text, "fred+lists@example.com");
    EXPECT_EQ(keys.addresses, Forms{"fred+lists@example.com"});
    EXPECT_EQ(keys.domain, "@example.com");
}

TEST(LookupKeys, AnAddressIsLookedUpWithoutItsSubaddressToo) {
    EXPECT_EQ(lookup_keys("Fred+Lists@x", "+").addresses, (Forms{"fred+lists@x", "fred@x"}));
    EXPECT_EQ(lookup_keys("Fred@x", "+").addresses, Forms{"fred@x"});
}

TEST(LookupKeys, OtherTextHasNoAddress) {
    for (const char* text : {"2026-12-25", "Fred <fred@x>", "a@x, b@x", "example.org", "a b@x"}) {
        const LookupKeys keys = lookup_keys(text, "+");
        EXPECT_EQ(keys.exact, text);
        EXPECT_TRUE(keys.addresses.empty()) << text;
        EXPECT_EQ(keys.domain, "") << text;
    }
}

TEST(LookupKeys, EL_17_EL_23_NothingIsLookedUpForEmptyLongAndCutValues) {
    const std::string nul("fred@x\0y", 8);
    const std::string longest(value_limit, 'a');
    for (const std::string& text : {std::string(), std::string(" \r\n"), nul, longest + "a"}) {
        const LookupKeys keys = lookup_keys(text, "+");
        EXPECT_EQ(keys.exact, "");
        EXPECT_EQ(keys.text, "");
        EXPECT_TRUE(keys.addresses.empty());
        EXPECT_EQ(keys.domain, "");
    }
    EXPECT_EQ(lookup_keys(longest, "").exact, longest);
    EXPECT_EQ(lookup_keys(" " + longest + " ", "").exact, longest);
}

} // namespace
} // namespace columbarium::lists
