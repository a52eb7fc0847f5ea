// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tombstone/resolve.hpp"

#include <gtest/gtest.h>

#include "base/ascii.hpp"
#include "lifecycle_fixture.hpp"

namespace columbarium::tombstone {
namespace {

using test::day;

const Date today = day("2026-06-15");

Person person_with(std::string forwarding, std::string tombstone) {
    Person person;
    person.username = "abc1";
    person.forwarding_address = std::move(forwarding);
    person.tombstone_address = std::move(tombstone);
    return person;
}

struct Row {
    const char* name;
    const char* forwarding;
    const char* tombstone;
    const char* cancelled; // "" for nothing
    bool is_new;
    bool is_account_missing;
    Resolution expected;
};

TEST(Resolve, IsATableOfAllThatCanBe) {
    const Resolution to_f = Forward{"f@example.org"};
    const Resolution to_t = ChangeOfAddress{"t@example.org"};
    const Resolution departed = Reject{RejectReason::departed};
    const Resolution no_address = Reject{RejectReason::no_address};
    const Resolution unset = Reject{RejectReason::unset};
    constexpr const char* f = "f@example.org";
    constexpr const char* t = "t@example.org";
    for (const Row& row : {
             Row{"both", f, t, "", false, false, to_f},
             {"forwarding only", f, "", "", false, false, to_f},
             {"tombstone only", "", t, "", false, false, to_t},
             {"new", "", "", "", true, false, no_address},
             {"new after a long absence", "", t, "", true, false, to_t},
             {"unset", "", "", "", false, false, unset},
             {"account missing", f, "", "", false, true, unset},
             {"account missing, tombstone", f, t, "", false, true, to_t},
             {"departed", f, t, "2026-06-14", false, false, to_t},
             {"departed today", f, "", "2026-06-15", false, false, departed},
             {"departed by a clock that was ahead", f, t, "2026-06-16", false, false, to_t},
             {"departed as new", "", "", "2020-01-01", true, false, departed},
             {"departed, account missing", f, "", "2026-06-14", false, true, departed},
         }) {
        Person person = person_with(row.forwarding, row.tombstone);
        person.is_new = row.is_new;
        person.is_account_missing = row.is_account_missing;
        person.cancelled = read_date(row.cancelled);
        EXPECT_EQ(resolve(person, today), row.expected) << row.name;
    }
}

TEST(Resolve, AsksNobodyWhoHoldsWhomWhereNobodyIsCancelled) {
    Person person = person_with("f@example.org", "");
    for (const Hold hold : {Hold::none, Hold::cancelled, Hold::present}) {
        person.hold = hold;
        EXPECT_EQ(resolve(person, today), Resolution(Forward{"f@example.org"}));
    }
}

TEST(Resolve, LC_28_LC_33_ForwardsNobodyWhoIsCancelledWhateverTheClockSays) {
    Person person = person_with("f@example.org", "");
    person.cancelled = today;
    for (const Hold hold : {Hold::none, Hold::cancelled}) {
        person.hold = hold;
        for (const char* date : {"1970-01-01", "2026-06-14", "2026-06-15", "2026-06-16", "9999-12-31"}) {
            EXPECT_TRUE(has_departed(person, day(date))) << date;
            EXPECT_EQ(resolve(person, day(date)), Resolution(Reject{RejectReason::departed})) << date;
        }
    }
}

TEST(Resolve, AsksTheDateOfWhomTheDeskSaysThatHeLeavesOnADayToCome) {
    Person person = person_with("f@example.org", "t@example.org");
    person.cancelled = today;
    person.hold = Hold::leaving;
    EXPECT_EQ(resolve(person, day("2026-06-14")), Resolution(Forward{"f@example.org"}));
    EXPECT_EQ(resolve(person, today), Resolution(ChangeOfAddress{"t@example.org"}));
    EXPECT_EQ(resolve(person, day("2026-06-16")), Resolution(ChangeOfAddress{"t@example.org"}));
}

// RFC 3463 sections 3.2 and 3.3.
TEST(Refusals, HaveTheirEnhancedCodesAndNoNames) {
    EXPECT_TRUE(refusal(RejectReason::departed).starts_with("550 5.1.6 "));
    EXPECT_TRUE(refusal(RejectReason::no_address).starts_with("550 5.1.1 "));
    EXPECT_TRUE(refusal(RejectReason::unset).starts_with("550 5.2.1 "));
    for (const auto reason : {RejectReason::departed, RejectReason::no_address, RejectReason::unset}) {
        EXPECT_TRUE(is_ascii(refusal(reason)) && !has_control(refusal(reason)));
        EXPECT_LT(refusal(reason).size(), 512U) << "RFC 5321 section 4.5.3.1.5";
        EXPECT_EQ(refusal(reason).find('<'), std::string_view::npos) << "section 4.2: 551 only";
    }
}

TEST(ResolutionValues, AreWrittenForPostfix) {
    EXPECT_EQ(to_value(Forward{"a@example.org"}), "DUNNO forward a@example.org");
    EXPECT_EQ(to_value(ChangeOfAddress{"a@example.org"}), "DUNNO change-of-address a@example.org");
    EXPECT_EQ(to_value(Reject{RejectReason::departed}), refusal(RejectReason::departed));
}

TEST(ResolutionValues, AreReadAgain) {
    for (const Resolution& resolution :
         {Resolution(Forward{"a@example.org"}), Resolution(ChangeOfAddress{"A.b@example.org"}),
          Resolution(Reject{RejectReason::departed}), Resolution(Reject{RejectReason::no_address}),
          Resolution(Reject{RejectReason::unset})})
        EXPECT_EQ(read_resolution(to_value(resolution)).value(), resolution);
    EXPECT_EQ(read_resolution("550 5.1.6 gone, in the words of another version").value(),
              Resolution(Reject{RejectReason::departed}));
}

TEST(ResolutionValues, AreNothingElse) {
    for (const char* value : {"", "DUNNO", "DUNNO ", "DUNNO forward", "DUNNO forward ", "DUNNO forward a",
                              "DUNNO forward a@EXAMPLE.org", "DUNNO forward  a@example.org",
                              "DUNNO forward a@example.org ", "DUNNO forward a@example.org,b@example.org",
                              "DUNNO change-of-address x", "dunno forward a@example.org", "OK", "REJECT",
                              "550 5.1.6", "550 5.7.1 no", "551 5.1.6 x", "550 5.1.6 a\r\nb"}) {
        const auto read = read_resolution(value);
        ASSERT_FALSE(read) << value;
        EXPECT_EQ(read.error().kind, ErrorKind::permanent);
    }
}

} // namespace
} // namespace columbarium::tombstone
