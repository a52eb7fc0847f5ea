// SPDX-License-Identifier: LGPL-2.1-or-later
// What the scripts that are shipped, and the manual, warn of: an automatic answer is noise, and tells those
// who get it where somebody is.
#include <filesystem>
#include <string>

#include <gmock/gmock.h>

#include "rig/directory.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// The text with its line breaks, and the signs of comments after them, as blanks.
std::string running_text_of(const std::string& name) {
    const std::string text = rig::read_file(std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / name);
    std::string running;
    for (const char c : text)
        if (c != '#')
            running += c == '\n' ? ' ' : c;
    for (std::size_t at = 0; (at = running.find("  ", at)) != std::string::npos;)
        running.erase(at, 1);
    return running;
}

std::string script(const std::string& name) {
    return running_text_of("conf.d/sieve/" + name + ".sieve");
}

TEST(Rfc6133Templates, EX_6_WarnOfAnswersThatNobodyNeeds) {
    EXPECT_THAT(script("away-with-status"),
                AllOf(HasSubstr("Do you need it?"), HasSubstr("each automatic one is a mail more")));
    EXPECT_THAT(script("assistant-and-friends"), HasSubstr("most of them did not expect you to answer"));
    EXPECT_THAT(script("acknowledge"), HasSubstr("Somebody who writes ten times gets ten replies"));
    EXPECT_THAT(running_text_of("docs/presence.md"),
                HasSubstr("Before you answer mail automatically, think twice"));
}

TEST(Rfc6133Templates, EX_6_PR_20_WarnOfWhatTheyTellAndToWhom) {
    EXPECT_THAT(script("away-with-status"),
                AllOf(HasSubstr("Whoever gets the reply learns that you are away"),
                      HasSubstr("whoever writes again and again can watch you come and go"),
                      HasSubstr("Your status goes out as you wrote it")));
    EXPECT_THAT(script("assistant-and-friends"),
                AllOf(HasSubstr("with each reply a stranger learns something about your day"),
                      HasSubstr("lets a reader of the replies follow you closely"),
                      HasSubstr("addresses are easily forged")));
    EXPECT_THAT(script("colleagues"), AllOf(HasSubstr("Everything here hangs on the right list"),
                                            HasSubstr("a sender's address is only a claim")));
    EXPECT_THAT(script("copy-to-backup"),
                HasSubstr("The senders are not told that somebody else reads their mail"));
    EXPECT_THAT(running_text_of("docs/presence.md"),
                AllOf(HasSubstr("What presence tells strangers"),
                      HasSubstr("A sender can write again and again to see it change")));
}

} // namespace
} // namespace columbarium::e2e
