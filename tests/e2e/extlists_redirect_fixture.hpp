// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixture of tests of redirect :list.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include <gmock/gmock.h>

#include "extlists_fixture.hpp"

namespace columbarium::e2e {

using Recipients = std::multiset<std::string>;

class RedirectToList : public ExtlistsTest {
  protected:
    static constexpr const char* to_team = R"(redirect :list "tag:example.com,2026:team";)";

    // Everybody whom the sink has got a message for, each as often as a message came.
    Recipients recipients() {
        Recipients all;
        for (const rig::SentMessage& message : sink.messages())
            for (const auto& to : message.to)
                all.insert(to.address);
        return all;
    }

    // Nothing is sent, the message is kept, and the author is told why.
    void expect_error(const std::string& text, std::string_view told) {
        use_script("user", script(text));
        deliver(letter("Subject: " + text.substr(0, 40)));
        EXPECT_THAT(sink.messages(), ::testing::IsEmpty());
        EXPECT_THAT(mailbox("user"), ::testing::SizeIs(1));
        EXPECT_TRUE(comes_into_log_of_scripts("user", told)) << log_of_scripts("user");
    }
};

// The members of team.
inline const Recipients& team() {
    static const auto* const members =
        new Recipients{"ann@example.net", "bob@example.net", "carol@example.net"};
    return *members;
}

} // namespace columbarium::e2e
