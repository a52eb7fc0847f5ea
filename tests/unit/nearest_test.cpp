// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/nearest.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace columbarium {
namespace {

const std::array<std::string, 5> places = {"returns", "abuse", "help", "Verification Abuse", "se"};

TEST(NearestName, FindsWhatSomebodyMeant) {
    EXPECT_EQ(nearest_name("retruns", places), "returns") << "two letters swapped";
    EXPECT_EQ(nearest_name("return", places), "returns") << "one missing";
    EXPECT_EQ(nearest_name("rreturns", places), "returns") << "one too many";
    EXPECT_EQ(nearest_name("abase", places), "abuse") << "one replaced";
    EXPECT_EQ(nearest_name("verification_abuse", places), "Verification Abuse");
}

TEST(NearestName, IgnoresCase) {
    EXPECT_EQ(nearest_name("ABUSE", places), "abuse");
    EXPECT_EQ(nearest_name("RETRUNS", places), "returns");
}

TEST(NearestName, AllowsAThirdOfALongName) {
    EXPECT_EQ(nearest_name("Verifaction Abus3", places), "Verification Abuse");
    EXPECT_EQ(nearest_name("Verxxxxtion Abxxx", places), "");
}

TEST(NearestName, FindsNothingWhereNothingIsClose) {
    EXPECT_EQ(nearest_name("newsletter", places), "");
    EXPECT_EQ(nearest_name("", places), "");
    EXPECT_EQ(nearest_name("returns", {}), "");
}

TEST(NearestName, DoesNotOfferANameWithoutACommonLetter) {
    EXPECT_EQ(nearest_name("xy", places), "");
}

TEST(NearestName, TakesTheFirstOfEquallyNearOnes) {
    const std::array<std::string, 2> names = {"mail", "main"};
    EXPECT_EQ(nearest_name("maix", names), "mail");
}

TEST(NearestName, BearsAnyText) {
    EXPECT_EQ(nearest_name(std::string(1'000'000, 'a'), places), "");
    EXPECT_EQ(nearest_name(std::string("\0\xff", 2), places), "");
}

} // namespace
} // namespace columbarium
