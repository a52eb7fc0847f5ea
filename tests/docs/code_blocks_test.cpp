// SPDX-License-Identifier: LGPL-2.1-or-later
// The reader of examples finds them, and tells what differs from what is shown.
#include "code_blocks.hpp"

#include <gmock/gmock.h>

namespace columbarium::docs {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using Lines = std::vector<std::string>;

TEST(CodeBlocks, AreFoundWithTheirMarkAndPlace) {
    const auto blocks =
        code_blocks("a.md", "text\n\n```sieve refused\nkeep\n```\nmore\n```text\nline 1\n```\n");
    ASSERT_THAT(blocks, SizeIs(2));
    EXPECT_EQ(blocks[0].line, 3U);
    EXPECT_EQ(blocks[0].mark, "sieve refused");
    EXPECT_EQ(blocks[0].text, "keep\n");
    EXPECT_EQ(blocks[0].next_text, "line 1\n");
    EXPECT_EQ(blocks[1].mark, "text");
}

TEST(CodeBlocks, OfAConsoleHoldCommandsAndTheirOutput) {
    const auto commands = console_commands("$ one\na\n\nb\n$ two\n");
    ASSERT_THAT(commands, SizeIs(2));
    EXPECT_EQ(commands[0].command, "one");
    EXPECT_THAT(commands[0].output, ElementsAre("a", "", "b"));
    EXPECT_THAT(commands[1].output, SizeIs(0));
}

TEST(CodeBlocks, ShowOutputLineByLine) {
    EXPECT_TRUE(is_as_shown(Lines{"a ", "b"}, Lines{"a", "b"}));
    EXPECT_TRUE(is_as_shown({}, {}));
    EXPECT_FALSE(is_as_shown(Lines{"a"}, Lines{"a", "b"}));
    EXPECT_FALSE(is_as_shown(Lines{"a", "b"}, Lines{"a"}));
    EXPECT_FALSE(is_as_shown(Lines{" a"}, Lines{"a"}));
}

TEST(CodeBlocks, LeaveOutLinesAtAnEllipsis) {
    EXPECT_TRUE(is_as_shown(Lines{"a", "x", "y", "b"}, Lines{"a", "...", "b"}));
    EXPECT_TRUE(is_as_shown(Lines{"a", "b"}, Lines{"a", "...", "b", "..."}));
    EXPECT_TRUE(is_as_shown(Lines{"a", "b", "x", "b", "c"}, Lines{"...", "b", "c"}));
    EXPECT_TRUE(is_as_shown({}, Lines{"..."}));
    EXPECT_FALSE(is_as_shown(Lines{"a", "x"}, Lines{"a", "...", "b"}));
    EXPECT_FALSE(is_as_shown(Lines{"x", "b"}, Lines{"a", "...", "b"}));
    EXPECT_FALSE(is_as_shown(Lines{"a", "b", "x"}, Lines{"a", "...", "b"}));
}

} // namespace
} // namespace columbarium::docs
