// SPDX-License-Identifier: LGPL-2.1-or-later
// What becomes of people when a CSV feed is damaged, through a whole sync.
#include <gmock/gmock.h>

#include "people_site_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* head = "username,full_name,affiliation\n";

class DamagedCsvFeed : public ::testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        site.folder().write("people.csv",
                            std::string(head) + "abc1,Alice,Physics\nvic1,Victor,Maths\nxyz2,Xavier,Bio\n");
        ASSERT_EQ(site.people({"sync"}).status, 0);
    }

    // Anybody may vanish: no brake stops the sync.
    PeopleSite site{"", "vanishing_percent = 100\n"};
};

// Where a quote is missing, one row holds the others, and all of it is good CSV.
TEST_P(DamagedCsvFeed, LC_30_CancelsNobodyWhomARowMayHide) {
    site.folder().write("people.csv", std::string(head) + GetParam());
    const rig::RunResult result = site.people({"sync"});
    EXPECT_NE(result.status, 0);
    EXPECT_THAT(to_string(result), AllOf(HasSubstr("people.csv:2: abc1: "), HasSubstr("is a quote missing?"),
                                         HasSubstr("nobody is cancelled")));
    for (const char* username : {"abc1", "vic1", "xyz2"})
        EXPECT_TRUE(site.show(username).at("cancelled").is_null()) << username;
}

INSTANTIATE_TEST_SUITE_P(Rows, DamagedCsvFeed,
                         ::testing::Values("abc1,\"Alice,Physics\nvic1,Victor,Maths\nxyz2,Xavier,Bio\"\n",
                                           "abc1,\"Alice\nvic1,Victor\",Maths\nxyz2,Xavier,Bio\n",
                                           "abc1,Alice,Physics,vic1,Victor,Maths,xyz2,Xavier,Bio\n"));

} // namespace
} // namespace columbarium::e2e
