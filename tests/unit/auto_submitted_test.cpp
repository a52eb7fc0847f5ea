// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/auto_submitted.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace columbarium::triage {
namespace {

struct Row {
    std::string_view raw;
    std::string_view keyword;
};

TEST(AutoSubmitted, AR_2_TellsNoFromEverythingElse) {
    const Row table[] = {
        {"auto-generated", "auto-generated"},
        {"auto-replied (vacation)", "auto-replied"},
        {"auto-notified; owner-email=\"a@b\"", "auto-notified"},
        {"x-foo", "x-foo"},
        {"AUTO-REPLIED", "auto-replied"},
        {"no", "no"},
        {"No", "no"},
        {"no (human)", "no"},
        {"no; x-a=b", "no"},
    };
    for (const Row& row : table)
        EXPECT_EQ(auto_submitted_keyword(row.raw), row.keyword) << row.raw;
}

TEST(AutoSubmitted, AR_25_AllowsCommentsAndFoldsWhereverCfwsMayStand) {
    const Row table[] = {
        {"(comment) auto-generated", "auto-generated"},
        {"(a (nested) comment)auto-generated(another)", "auto-generated"},
        {"(with \\) in it) auto-replied", "auto-replied"},
        {"(; no)\r\n auto-replied\r\n (vacation)", "auto-replied"},
        {"\tauto-generated\t;x=y", "auto-generated"},
        {"auto-generated (warning-timeout)", "auto-generated"},
    };
    for (const Row& row : table)
        EXPECT_EQ(auto_submitted_keyword(row.raw), row.keyword) << row.raw;
}

TEST(AutoSubmitted, AR_26_IgnoresParameters) {
    const Row table[] = {
        {"auto-replied; x=y", "auto-replied"},
        {"auto-replied;x=\"no\"", "auto-replied"},
        {"no;auto-replied=yes; z=\"(;\"", "no"},
    };
    for (const Row& row : table)
        EXPECT_EQ(auto_submitted_keyword(row.raw), row.keyword) << row.raw;
}

TEST(AutoSubmitted, WithoutAKeywordIsEmpty) {
    for (const std::string_view raw : {"", "   ", "(auto-replied)", "; x=y", "(never closed auto-replied"})
        EXPECT_EQ(auto_submitted_keyword(raw), "") << raw;
}

} // namespace
} // namespace columbarium::triage
