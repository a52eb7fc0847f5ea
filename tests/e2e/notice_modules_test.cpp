// SPDX-License-Identifier: LGPL-2.1-or-later
// The modules of LMTP and LDA: what they show to the programs that load them.
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "rig/directory.hpp"
#include "rig/mail_test.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class NoticeModules : public rig::MailTest {
  protected:
    std::string module(const std::string& name) {
        return (dovecot().layout().modules.directory / name).string();
    }

    std::set<std::string> symbols_of(const std::string& file) {
        const auto listed = dovecot().run({"nm", "-D", "--defined-only", "--format=posix", file});
        EXPECT_EQ(listed.status, 0) << rig::to_string(listed);
        std::set<std::string> names;
        std::istringstream lines(listed.output);
        for (std::string line; std::getline(lines, line);)
            names.insert(line.substr(0, line.find(' ')));
        return names;
    }

    void expect_entry_points(const std::string& file, const std::string& name) {
        EXPECT_EQ(symbols_of(file),
                  (std::set<std::string>{name + "_plugin_version", name + "_plugin_binary_dependency",
                                         name + "_plugin_init", name + "_plugin_deinit"}));
        const auto shown = dovecot().run({"readelf", "-d", file});
        EXPECT_EQ(shown.status, 0) << rig::to_string(shown);
        EXPECT_THAT(shown.output, HasSubstr("NODELETE"));
        EXPECT_THAT(shown.output, Not(HasSubstr("libdovecot")));
    }
};

TEST_F(NoticeModules, OfLmtpShowsItsEntryPointsAndNothingElse) {
    expect_entry_points(module("lib95_lmtp_columbarium_plugin.so"), "lmtp_columbarium");
}

TEST_F(NoticeModules, OfLdaShowsItsEntryPointsAndNothingElse) {
    expect_entry_points(module("lib95_columbarium_plugin.so"), "columbarium");
}

TEST_F(NoticeModules, LeaveASiteWithoutPeopleAlone) {
    options.lmtp_plugins = {"lmtp_columbarium"};
    options.lda_plugins = {"columbarium"};
    EXPECT_TRUE(
        deliver("Subject: hello\r\n\r\nHello.\r\n", {"a@example.com", {"user@example.org"}}).accepted());
    const auto result = dovecot().deliver_with_lda("user", "Subject: hello\n\nHello.\n");
    EXPECT_EQ(result.status, 0) << rig::to_string(result);
    EXPECT_EQ(mailbox("user").size(), 2U);
}

} // namespace
} // namespace columbarium::e2e
