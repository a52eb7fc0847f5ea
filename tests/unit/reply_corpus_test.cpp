// SPDX-License-Identifier: LGPL-2.1-or-later
// Which real mail would be answered. The collection is not part of the project: it is looked for at
// ../shared/corpus from the project's root, and these tests skip where it is not there.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/ascii.hpp"
#include "mail/address.hpp"
#include "mail/message.hpp"
#include "mail_samples.hpp"
#include "reply/objections.hpp"

namespace columbarium::reply {
namespace {

namespace fs = std::filesystem;

fs::path corpus() {
    return fs::path(COLUMBARIUM_SOURCE_DIR) / "../shared/corpus";
}

struct Told {
    std::vector<Objection> objections;
    std::vector<std::string> recipients; // those that To and Cc name
    bool is_addressed = false;           // the first of them
};

std::vector<std::string> recipients_of(const mail::HeaderFields& header) {
    std::vector<std::string> recipients;
    for (const mail::HeaderField& field : header.fields())
        if (equals_ignoring_case(field.name, "To") || equals_ignoring_case(field.name, "Cc"))
            for (const mail::Mailbox& mailbox : mail::parse_mailboxes(field.raw))
                recipients.push_back(mailbox.address);
    return recipients;
}

std::string sender_of(mail::Message& message, const mail::HeaderFields& header) {
    if (const auto sender = message.sender(); sender && *sender)
        return **sender;
    const std::vector<mail::Mailbox> from = mail::parse_mailboxes(header.raw("From"));
    return from.empty() ? std::string() : from.front().address;
}

// A message that came to the one that it is addressed to; to somebody who has left where it names nobody.
Told told(const fs::path& file) {
    const std::string text = test::read_file(file);
    mail::StringSource source(text);
    mail::Message message(source);
    const auto header = message.header();
    Told result;
    if (!header) {
        ADD_FAILURE() << file << ": " << header.error().text;
        return result;
    }
    Question question;
    question.sender = sender_of(message, **header);
    result.recipients = recipients_of(**header);
    question.recipients = {result.recipients.empty() ? "abc1@cam.example.org" : result.recipients.front()};
    const config::ReplyPolicy policy;
    const auto found = objections(message, question, policy);
    const auto addressed = is_addressed(message, question.recipients.front(), question, policy);
    if (!found || !addressed) {
        ADD_FAILURE() << file << ": cannot be read";
        return result;
    }
    result.objections = *found;
    result.is_addressed = *addressed;
    return result;
}

class ReplyCorpus : public ::testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        if (!fs::exists(corpus() / "labels.tsv"))
            GTEST_SKIP() << "no collection of real mail in " << corpus().lexically_normal()
                         << ": nothing to measure against";
    }

    static std::vector<fs::path> files_of(const std::string& folder) {
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(corpus() / folder))
            files.push_back(entry.path());
        EXPECT_FALSE(files.empty()) << folder;
        return files;
    }
};

class ReplyCorpusOfMachines : public ReplyCorpus {};

TEST_P(ReplyCorpusOfMachines, AR_9_AR_10_HasNotOneMessageAnswered) {
    for (const fs::path& file : files_of(GetParam()))
        EXPECT_FALSE(told(file).objections.empty()) << file;
}

INSTANTIATE_TEST_SUITE_P(Folders, ReplyCorpusOfMachines,
                         ::testing::Values("bounce", "auto-reply", "ham-list", "abuse-report"),
                         [](const auto& folder) {
                             std::string name = folder.param;
                             std::erase(name, '-');
                             return name;
                         });

TEST_F(ReplyCorpus, AR_4_HasNearlyAllHamThatIsAddressedToOnePersonAnswered) {
    std::size_t all = 0;
    std::size_t answered = 0;
    std::string others;
    for (const fs::path& file : files_of("ham")) {
        const Told result = told(file);
        if (result.recipients.size() != 1)
            continue;
        ++all;
        if (result.objections.empty() && result.is_addressed) {
            ++answered;
            continue;
        }
        others += "\n  " + file.filename().string();
        for (const Objection& objection : result.objections)
            others += "\n    " + objection.rule + " " + objection.text;
    }
    ASSERT_GT(all, 200U);
    EXPECT_GE(100 * answered, 95 * all) << answered << " of " << all << ", not:" << others;
    RecordProperty("answered", static_cast<int>(answered));
    RecordProperty("all", static_cast<int>(all));
}

} // namespace
} // namespace columbarium::reply
