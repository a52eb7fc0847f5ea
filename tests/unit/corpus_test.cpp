// SPDX-License-Identifier: LGPL-2.1-or-later
// What real mail is taken for. The collection is not part of the project: it is looked for at
// ../shared/corpus from the project's root, and these tests skip where it is not there.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "mail_samples.hpp"
#include "triage/facts.hpp"

namespace columbarium::triage {
namespace {

using Values = std::vector<std::string>;

// What is known of a message: its folder's class, and the status of each recipient where somebody found one.
struct Labelled {
    std::string message_class;
    Values statuses;
};

// What the facts say of it.
struct Told {
    Values classes;
    Values statuses;
    Values recipients;
};

std::filesystem::path corpus() {
    return std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / "../shared/corpus";
}

// labels.tsv: file, class, status, reply code, reason; a row for each recipient.
std::map<std::string, Labelled> read_labels() {
    std::map<std::string, Labelled> labels;
    std::istringstream lines(test::read_file(corpus() / "labels.tsv"));
    std::string line;
    std::getline(lines, line); // the names of the columns
    while (std::getline(lines, line)) {
        std::istringstream columns(line);
        std::string file;
        std::string message_class;
        std::string status;
        std::getline(columns, file, '\t');
        std::getline(columns, message_class, '\t');
        std::getline(columns, status, '\t');
        Labelled& labelled = labels[file];
        labelled.message_class = message_class;
        if (!status.empty())
            labelled.statuses.push_back(status);
    }
    return labels;
}

bool holds(const Values& values, std::string_view value) {
    return std::ranges::find(values, value) != values.end();
}

bool is_notice(const Told& told) {
    return holds(told.classes, "bounce") || holds(told.classes, "delay-notice");
}

// Files of the folder "bounce" that are none. Two are reports that say themselves that the message arrived:
// one of Amazon's with "notificationType":"Delivery", one with Action: deliverable and Status: 2.1.5 for both
// recipients (DS-6: the action decides). The third is a person's mail from Apple Mail, "Fwd: Returned mail",
// that quotes a bounce: a forwarded one is not one (MD-6).
const std::set<std::string, std::less<>> no_bounces = {
    "bounce/lhost-amazonses-13.eml", "bounce/rfc3464-28.eml", "bounce/lhost-sendmail-14.eml"};

// A message of the folder "ham" that is a bounce: Demon's mailer gives a message up and returns it.
constexpr std::string_view bounce_among_ham = "ham/easy-ham-2-01304";

class Corpus : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (!std::filesystem::exists(corpus() / "labels.tsv"))
            return;
        labels = read_labels();
    }

    static void TearDownTestSuite() { labels.clear(); }

    void SetUp() override {
        if (labels.empty())
            GTEST_SKIP() << "no collection of real mail in " << corpus().lexically_normal()
                         << ": nothing to measure against";
    }

    // Files of a class, without those that are wrongly in it.
    static Values files_of(std::string_view message_class) {
        Values files;
        for (const auto& [file, labelled] : labels)
            if (labelled.message_class == message_class && !no_bounces.contains(file))
                files.push_back(file);
        EXPECT_FALSE(files.empty()) << message_class;
        return files;
    }

    static Told told(const std::string& file) {
        test::Sample sample(test::read_file(corpus() / file));
        return {sample[Fact::message_class], sample[Fact::bounce_status], sample[Fact::bounce_recipient]};
    }

    static std::map<std::string, Labelled> labels;
};

std::map<std::string, Labelled> Corpus::labels;

// At least this part of a thousand; `others` are named where it is not reached.
void expect_share(std::size_t right, std::size_t all, std::size_t per_mille, const Values& others) {
    std::string names;
    for (const std::string& other : others)
        names += "\n  " + other;
    EXPECT_GE(1000 * right, per_mille * all) << right << " of " << all << ", not:" << names;
    ::testing::Test::RecordProperty("right", static_cast<int>(right));
    ::testing::Test::RecordProperty("all", static_cast<int>(all));
}

TEST_F(Corpus, HasItsBouncesRecognised) {
    Values missed;
    const Values files = files_of("bounce");
    for (const std::string& file : files)
        if (!is_notice(told(file)))
            missed.push_back(file);
    expect_share(files.size() - missed.size(), files.size(), 990, missed);
}

TEST_F(Corpus, HasEveryAbuseReportAndAutoReplyRecognised) {
    for (const std::string message_class : {"abuse-report", "auto-reply"})
        for (const std::string& file : files_of(message_class))
            EXPECT_TRUE(holds(told(file).classes, message_class)) << file;
}

TEST_F(Corpus, HasNextToNoHamTakenForABounce) {
    Values taken;
    const Values files = files_of("ham");
    for (const std::string& file : files)
        if (is_notice(told(file)) && !file.starts_with(bounce_among_ham))
            taken.push_back(file);
    expect_share(files.size() - taken.size(), files.size(), 997, taken);
}

TEST_F(Corpus, HasNextToNoListMailOrSpamTakenForABounce) {
    for (const std::string message_class : {"ham-list", "spam"}) {
        Values taken;
        const Values files = files_of(message_class);
        for (const std::string& file : files)
            if (is_notice(told(file)))
                taken.push_back(file);
        expect_share(files.size() - taken.size(), files.size(), 990, taken);
    }
}

TEST_F(Corpus, HasItsRecipientsFound) {
    Values without;
    const Values files = files_of("bounce");
    for (const std::string& file : files) {
        const Values recipients = told(file).recipients;
        if (std::ranges::all_of(recipients, &std::string::empty))
            without.push_back(file);
    }
    expect_share(files.size() - without.size(), files.size(), 950, without);
}

// Codes like 5.0.947 are the labelling tool's own, for messages that hold none: only their class counts.
bool is_tools_own(std::string_view status) {
    return status.substr(1).starts_with(".0.9") && status.size() == 7;
}

TEST_F(Corpus, HasTheStatusOfItsRecipientsRight) {
    std::size_t all = 0;
    Values wrong;
    for (const std::string& file : files_of("bounce"))
        for (const std::string& status : labels[file].statuses) {
            ++all;
            const Values said = told(file).statuses;
            const bool right = is_tools_own(status)
                                   ? std::ranges::any_of(said,
                                                         [&status](const std::string& value) {
                                                             return value.starts_with(status.front());
                                                         })
                                   : holds(said, status);
            if (!right)
                wrong.push_back(file + ": " + status + ", told: " + ::testing::PrintToString(said));
        }
    ASSERT_GT(all, 0U);
    expect_share(all - wrong.size(), all, 900, wrong);
}

} // namespace
} // namespace columbarium::triage
