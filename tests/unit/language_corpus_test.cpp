// SPDX-License-Identifier: LGPL-2.1-or-later
// Languages of real mail. The collection is not part of the project: it is looked for at ../shared/corpus
// from the project's root, and these tests skip where it is not there.
#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "mail_samples.hpp"
#include "triage/body_text.hpp"
#include "triage/prose.hpp"

namespace columbarium::triage {
namespace {

using Values = std::vector<std::string>;

// A newsletter in German.
constexpr std::string_view german = "hard-ham-1-00006";

class LanguageCorpus : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_ = std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / "../shared/corpus";
        if (!std::filesystem::exists(folder_ / "ham"))
            GTEST_SKIP() << "no collection of real mail in " << folder_.lexically_normal()
                         << ": nothing to measure against";
    }

    template <class Look>
    void for_each_ham(Look look) {
        for (const char* name : {"ham", "ham-list"})
            for (const auto& entry : std::filesystem::directory_iterator(folder_ / name)) {
                test::Sample sample(test::read_file(entry.path()));
                look(entry.path().filename().string(), sample);
            }
    }

  private:
    std::filesystem::path folder_;
};

TEST_F(LanguageCorpus, HasTheLanguageOfItsHamRight) {
    std::size_t all = 0;
    std::size_t certain = 0;
    std::string wrong;
    for_each_ham([&](const std::string& file, test::Sample& sample) {
        const auto body = read_body_text(sample.message);
        ASSERT_TRUE(body.has_value());
        const std::string lines = lines_of(body->text, Quoted::left_out, body_text_limit);
        if (prose_of(lines, body_text_limit).words < 20)
            return;
        ++all;
        const Values expected{file.starts_with(german) ? "de" : "en"};
        if (sample[Fact::language] != expected)
            wrong += "\n  " + file;
        certain += sample[Fact::language_confidence] == Values{"high"} ? 1 : 0;
    });
    ASSERT_GT(all, 300U);
    const auto mistakes = static_cast<std::size_t>(std::ranges::count(wrong, '\n'));
    EXPECT_LE(100 * mistakes, 3 * all) << mistakes << " of " << all << ":" << wrong;
    EXPECT_GE(100 * certain, 97 * all) << certain << " of " << all << " with high confidence";
    RecordProperty("right", static_cast<int>(all - mistakes));
    RecordProperty("all", static_cast<int>(all));
}

TEST_F(LanguageCorpus, HasNoGarbledHam) {
    for_each_ham([](const std::string& file, test::Sample& sample) {
        EXPECT_NE(sample[Fact::garbled], Values{"yes"}) << file;
    });
}

// What the header says, word for word, is what the fact has.
TEST_F(LanguageCorpus, HasMailOfTheBatRecognised) {
    std::size_t found = 0;
    for_each_ham([&found](const std::string& file, test::Sample& sample) {
        const std::string& text = sample.text;
        const std::size_t field = text.find("\nX-Mailer: The Bat!");
        if (field == std::string::npos || field > text.find("\n\n"))
            return;
        ++found;
        const Values mailers = sample[Fact::mailer];
        ASSERT_FALSE(mailers.empty()) << file;
        EXPECT_TRUE(mailers.front().starts_with("The Bat!")) << file << ": " << mailers.front();
    });
    EXPECT_GT(found, 0U);
}

} // namespace
} // namespace columbarium::triage
