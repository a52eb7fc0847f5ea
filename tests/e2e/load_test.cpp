// SPDX-License-Identifier: LGPL-2.1-or-later
// The Sieve module in the programs that load it.
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "sieve_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class SieveModule : public SieveTest {
  protected:
    std::string module() {
        return (dovecot().layout().modules.directory / "sieve" / "lib90_sieve_columbarium_plugin.so")
            .string();
    }
};

TEST_F(SieveModule, ShowsItsEntryPointsAndNothingElse) {
    const auto listed = dovecot().run({"nm", "-D", "--defined-only", "--format=posix", module()});
    ASSERT_EQ(listed.status, 0) << to_string(listed);
    std::set<std::string> names;
    std::istringstream lines(listed.output);
    for (std::string line; std::getline(lines, line);)
        names.insert(line.substr(0, line.find(' ')));
    EXPECT_EQ(names,
              (std::set<std::string>{"sieve_columbarium_plugin_version", "sieve_columbarium_plugin_init",
                                     "sieve_columbarium_plugin_deinit", "sieve_columbarium_plugin_load",
                                     "sieve_columbarium_plugin_unload"}));
}

TEST_F(SieveModule, StaysInTheProcessAndTakesDovecotFromItsHost) {
    const auto shown = dovecot().run({"readelf", "-d", module()});
    ASSERT_EQ(shown.status, 0) << to_string(shown);
    EXPECT_THAT(shown.output, HasSubstr("NODELETE"));
    EXPECT_THAT(shown.output, Not(HasSubstr("libdovecot")));
}

TEST_F(SieveModule, IsRefusedByAHostOfAnotherVersion) {
    // The host compares the version symbol; it would skip the check silently where it did not find one.
    const auto text = rig::read_file(module());
    const auto begin = text.find("ABIv");
    ASSERT_NE(begin, std::string::npos);
    auto other = text;
    other.replace(begin, 4, "ABIx");
    const auto directory =
        dovecot().write_file("other/lib90_sieve_columbarium_plugin.so", other).parent_path();
    const auto script_file = dovecot().write_file("a.sieve", "keep;\n");
    const auto refused = dovecot().tool(
        "sievec", {"-o", "plugin/sieve_plugin_dir=" + directory.string(), script_file.string(), "/dev/null"});
    EXPECT_NE(refused.status, 0);
    EXPECT_THAT(refused.errors, HasSubstr("ABIx")) << to_string(refused);
}

TEST_F(SieveModule, IsNamedInTheCapabilitiesOfManageSieve) {
    options.sieve_extensions = "+vnd.columbarium.triage +extlists";
    for (const auto& capabilities : {dovecot().capabilities(), dovecot().capabilities("user")})
        for (const char* extension : {"vnd.columbarium.triage", "extlists"})
            EXPECT_THAT(capabilities.at("SIEVE"), HasSubstr(extension));
}

TEST_F(SieveModule, OffersNothingUntilTheSettingSaysSo) {
    options.sieve_extensions = "";
    EXPECT_THAT(dovecot().capabilities("user").at("SIEVE"),
                AllOf(Not(HasSubstr("columbarium")), Not(HasSubstr("extlists"))));
    EXPECT_EQ(check_script("user", R"(require "extlists";)").status, "NO");
    EXPECT_EQ(check_script("user", R"(require "vnd.columbarium.triage";)").status, "NO");
}

TEST_F(SieveModule, ServesTheToolsWhereItIsNamedOnTheCommandLine) {
    options.sieve_plugins = {};
    options.sieve_extensions = "";
    const std::string plugin =
        (dovecot().layout().modules.directory / "sieve" / "sieve_columbarium").string();
    const auto source =
        dovecot().write_file("a.sieve", R"(require "vnd.columbarium.triage"; route "returns";)").string();
    const auto mail = dovecot().write_file("a.eml", a_bounce()).string();
    const std::string binary = (dovecot().directory() / "a.svbin").string();
    const std::string extensions = "+vnd.columbarium.triage";

    const auto compiled = dovecot().tool("sievec", {"-P", plugin, "-x", extensions, source, binary});
    EXPECT_EQ(compiled.status, 0) << to_string(compiled);
    const auto dumped = dovecot().tool("sieve-dump", {"-P", plugin, "-x", extensions, binary});
    EXPECT_THAT(dumped.output, HasSubstr("ROUTE")) << to_string(dumped);
    const auto tested = dovecot().tool("sieve-test", {"-P", plugin, "-x", extensions, source, mail});
    EXPECT_THAT(tested.output, HasSubstr("route to bucket `returns'")) << to_string(tested);
}

TEST_F(SieveModule, IsLoadedForEachDeliveryOfOneSession) {
    use_script("user", script(R"(if triage "class" "bounce" { route "returns"; })"));
    auto session = dovecot().lmtp();
    for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(session.mail("").code, 250);
        ASSERT_EQ(session.rcpt("user@example.org").code, 250);
        ASSERT_EQ(session.data().code, 354);
        const auto replies = session.send_message(a_bounce(), 1);
        ASSERT_EQ(replies.at(0).code, 250);
    }
    EXPECT_THAT(mailbox("user", "Returns"), SizeIs(20));
}

} // namespace
} // namespace columbarium::e2e
