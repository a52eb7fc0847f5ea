// SPDX-License-Identifier: LGPL-2.1-or-later
// Real mail of people on a desk as it is shipped: none of it goes anywhere but to the inbox. The collection
// is not part of the project: it is looked for at ../shared/corpus from the project's root, and this test
// skips where it is not there.
#include <algorithm>

#include <gmock/gmock.h>

#include "mail/message.hpp"
#include "mail/source.hpp"
#include "rig/directory.hpp"
#include "triage/facts.hpp"
#include "triage_page_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

bool is_personal(const std::string& text) {
    mail::StringSource source(text);
    mail::Message message(source);
    triage::Facts facts(message);
    const auto classes = facts.values(triage::Fact::message_class);
    return classes && std::ranges::any_of(*classes, [](const triage::Finding& finding) {
               return finding.value == "personal";
           });
}

// One of the messages is in German, and the page sends what the desk cannot read to the engineers: this desk
// reads it.
class TriageCorpus : public TriageDesk {
  protected:
    TriageCorpus() {
        const std::string languages = "languages = [\"en\"]";
        const auto at = options.site_config.find("\n" + languages) + 1;
        options.site_config.replace(at, languages.size(), "languages = [\"en\", \"de\"]");
    }
};

TEST_F(TriageCorpus, NoMailOfPeopleIsRoutedAnywhereButTheInbox) {
    const auto ham = std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / "../shared/corpus/ham";
    if (!std::filesystem::exists(ham))
        GTEST_SKIP() << "no collection at " << ham;
    open_desk();
    std::size_t delivered = 0;
    for (const auto& file : std::filesystem::directory_iterator(ham)) {
        const std::string text = rig::read_file(file.path());
        if (!is_personal(text))
            continue;
        // A mailbox each, so that a failure names the message.
        const std::string user = "m" + std::to_string(delivered++);
        deliver(rig::message(text), {.from = "sender@example.com", .to = {user + "@example.org"}});
        EXPECT_THAT(mailboxes(user), ElementsAre("INBOX")) << file.path();
    }
    EXPECT_GT(delivered, 200U);
    EXPECT_THAT(sink.messages(), IsEmpty());
}

} // namespace
} // namespace columbarium::e2e
