// SPDX-License-Identifier: LGPL-2.1-or-later
// The modules of doveadm and managesieve: what they show to the programs that load them.
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "doveadm_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CommandModules : public DoveadmTest {
  protected:
    std::string module(const std::string& name) {
        return (dovecot().layout().modules.directory / name).string();
    }

    std::set<std::string> symbols_of(const std::string& file) {
        const auto listed = dovecot().run({"nm", "-D", "--defined-only", "--format=posix", file});
        EXPECT_EQ(listed.status, 0) << to_string(listed);
        std::set<std::string> names;
        std::istringstream lines(listed.output);
        for (std::string line; std::getline(lines, line);)
            names.insert(line.substr(0, line.find(' ')));
        return names;
    }

    void expect_to_stay_and_to_take_dovecot_from_its_host(const std::string& file) {
        const auto shown = dovecot().run({"readelf", "-d", file});
        EXPECT_EQ(shown.status, 0) << to_string(shown);
        EXPECT_THAT(shown.output, HasSubstr("NODELETE"));
        EXPECT_THAT(shown.output, Not(HasSubstr("libdovecot")));
    }
};

TEST_F(CommandModules, OfDoveadmShowsItsEntryPointsAndNothingElse) {
    const std::string file = module("doveadm/lib10_doveadm_columbarium_plugin.so");
    EXPECT_EQ(symbols_of(file),
              (std::set<std::string>{"doveadm_columbarium_plugin_version", "doveadm_columbarium_plugin_init",
                                     "doveadm_columbarium_plugin_deinit"}));
    expect_to_stay_and_to_take_dovecot_from_its_host(file);
}

TEST_F(CommandModules, OfManageSieveShowsItsEntryPointsAndNothingElse) {
    const std::string file = module("lib95_managesieve_columbarium_plugin.so");
    EXPECT_EQ(symbols_of(file), (std::set<std::string>{"managesieve_columbarium_plugin_version",
                                                       "managesieve_columbarium_plugin_binary_dependency",
                                                       "managesieve_columbarium_plugin_init",
                                                       "managesieve_columbarium_plugin_deinit"}));
    expect_to_stay_and_to_take_dovecot_from_its_host(file);
}

TEST_F(CommandModules, OfDoveadmBringsItsCommandsIntoTheHelp) {
    const auto usage = dovecot().tool("doveadm", {"columbarium"});
    for (const char* command : {"lists", "lookup", "members", "sync", "import"})
        EXPECT_THAT(usage.errors + usage.output, HasSubstr(command));
}

TEST_F(CommandModules, OfDoveadmIsRefusedByAHostOfAnotherVersion) {
    const std::string file = module("doveadm/lib10_doveadm_columbarium_plugin.so");
    auto text = rig::read_file(file);
    const auto begin = text.find("ABIv");
    ASSERT_NE(begin, std::string::npos);
    text.replace(begin, 4, "ABIx");
    dovecot().write_file("modules/doveadm/lib10_doveadm_columbarium_plugin.so", text);
    const auto refused = dovecot().tool("doveadm", {"columbarium", "lists", "-u", "alice"});
    EXPECT_NE(refused.status, 0);
    EXPECT_THAT(refused.errors, HasSubstr("ABIx")) << to_string(refused);
}

} // namespace
} // namespace columbarium::e2e
