// SPDX-License-Identifier: LGPL-2.1-or-later
// Forwards of real mail. The collection is not part of the project: it is looked for at ../shared/corpus from
// the project's root, and these tests skip where it is not there.
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "forward_fixture.hpp"
#include "mail_samples.hpp"

namespace columbarium::desk {
namespace {

namespace fs = std::filesystem;

// Calls `look(text, file)` for each message; how many there were.
template <class Look>
std::size_t for_each_message(Look look) {
    const fs::path corpus = fs::path(COLUMBARIUM_SOURCE_DIR) / "../shared/corpus";
    std::size_t messages = 0;
    for (const char* folder : {"ham", "ham-list", "spam", "bounce", "auto-reply", "abuse-report"})
        if (fs::is_directory(corpus / folder))
            for (const auto& entry : fs::recursive_directory_iterator(corpus / folder))
                if (entry.is_regular_file()) {
                    look(test::read_file(entry.path()), entry.path());
                    ++messages;
                }
    return messages;
}

TEST(DeskForwardCorpus, IsAttachedOctetForOctetInASoundForward) {
    const std::size_t messages = for_each_message([](const std::string& text, const fs::path& file) {
        const auto forward = test::ForwardStory().compose(text);
        ASSERT_TRUE(forward.has_value()) << file << ": " << forward.error().text;
        EXPECT_EQ(test::fault_of_forward(*forward), "") << file;
        EXPECT_TRUE(forward->attaches_original) << file;
        const std::string whole = test::whole_of(*forward, text);
        EXPECT_EQ(test::attached_in(whole) == test::with_crlf(text), true) << file;
    });
    if (messages == 0)
        GTEST_SKIP() << "no collection of mail";
}

TEST(DeskForwardCorpus, MakesSoundForwardsInline) {
    std::size_t as_inline = 0;
    const std::size_t messages = for_each_message([&](const std::string& text, const fs::path& file) {
        const auto forward = test::ForwardStory().as_inline().compose(text);
        ASSERT_TRUE(forward.has_value()) << file << ": " << forward.error().text;
        EXPECT_EQ(test::fault_of_forward(*forward), "") << file;
        as_inline += forward->attaches_original ? 0 : 1;
    });
    if (messages == 0)
        GTEST_SKIP() << "no collection of mail";
    // Most mail has nothing that would be lost.
    EXPECT_GT(as_inline * 2, messages);
    RecordProperty("inline", static_cast<int>(as_inline));
    RecordProperty("messages", static_cast<int>(messages));
}

TEST(DeskForwardCorpus, HasNoObjectionToMailThatNoDeskForwarded) {
    const std::size_t messages = for_each_message([](const std::string& text, const fs::path& file) {
        mail::StringSource source(text);
        mail::Message message(source);
        const auto objections = forward_objections({}, "support@example.org", message);
        ASSERT_TRUE(objections.has_value()) << file;
        EXPECT_TRUE(objections->empty()) << file << ": " << objections->front();
    });
    if (messages == 0)
        GTEST_SKIP() << "no collection of mail";
}

} // namespace
} // namespace columbarium::desk
