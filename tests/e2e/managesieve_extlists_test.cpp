// SPDX-License-Identifier: LGPL-2.1-or-later
// The capability EXTLISTS in ManageSieve (RFC 6134 section 2.8).
#include <algorithm>
#include <stdexcept>

#include <gmock/gmock.h>

#include "rig/eventually.hpp"
#include "sieve_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;

class ManageSieveExtlists : public rig::MailTest {
  protected:
    ManageSieveExtlists() {
        options.sieve_plugins = {"sieve_columbarium"};
        options.sieve_extensions = "+extlists";
        options.extra_conf = "protocol sieve {\n  mail_plugins = $mail_plugins managesieve_columbarium\n}\n";
    }
};

TEST_F(ManageSieveExtlists, EL_68_EL_69_NamesTheSchemesOfListsAfterLogin) {
    const auto capabilities = dovecot().capabilities("user");
    ASSERT_EQ(capabilities.count("EXTLISTS"), 1U);
    EXPECT_EQ(capabilities.at("EXTLISTS"), "urn tag");
    EXPECT_THAT(capabilities.at("SIEVE"), HasSubstr("extlists"));
    for (const char* other : {"IMPLEMENTATION", "VERSION", "NOTIFY", "MAXREDIRECTS"})
        EXPECT_EQ(capabilities.count(other), 1U) << other;
}

TEST_F(ManageSieveExtlists, EL_68_IsSilentWhereExtlistsIsNotSupported) {
    options.sieve_extensions = "";
    const auto capabilities = dovecot().capabilities("user");
    EXPECT_EQ(capabilities.count("EXTLISTS"), 0U);
    EXPECT_EQ(capabilities.count("SIEVE"), 1U);
}

TEST_F(ManageSieveExtlists, EL_68_IsMissingBeforeLoginWhereAnotherProgramAnswers) {
    // A limit of Dovecot 2.3, documented: managesieve-login loads no modules of ours.
    EXPECT_EQ(dovecot().capabilities().count("EXTLISTS"), 0U);
    EXPECT_THAT(dovecot().capabilities().at("SIEVE"), HasSubstr("extlists"));
}

TEST_F(ManageSieveExtlists, EL_70_KeepsItsValueAllThroughTheSession) {
    auto session = dovecot().managesieve("user");
    const auto first = session.capabilities();
    ASSERT_TRUE(session.put_script("main", "keep;\n").ok());
    EXPECT_EQ(session.capabilities(), first);
}

TEST_F(ManageSieveExtlists, LeavesTheRefusalOfArgumentsToTheHost) {
    rig::Connection connection("ManageSieve", dovecot().managesieve_port());
    while (!connection.read_line().starts_with("OK")) {
    }
    connection.write("AUTHENTICATE \"PLAIN\" \"AHVzZXIAc2VjcmV0\"\r\n"); // user, secret
    ASSERT_TRUE(connection.read_line().starts_with("OK"));
    connection.write("CAPABILITY \"x\"\r\n");
    EXPECT_TRUE(connection.read_line().starts_with("NO"));
    // In pieces: the name of the command first.
    connection.write("CAPABILITY ");
    connection.write("\r\nNOOP\r\n");
    std::vector<std::string> lines;
    for (int answers = 0; answers < 2;) {
        lines.push_back(connection.read_line());
        answers += lines.back().starts_with("OK") ? 1 : 0;
    }
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "\"EXTLISTS\" \"urn tag\""), 1);
}

TEST_F(ManageSieveExtlists, IsNotThereWithoutTheModule) {
    options.extra_conf = "";
    EXPECT_EQ(dovecot().capabilities("user").count("EXTLISTS"), 0U);
}

TEST_F(ManageSieveExtlists, IsRefusedInEveryOtherProgram) {
    options.extra_conf = "";
    options.lmtp_plugins = {"managesieve_columbarium"};
    // By the name of its program; a module that is linked with all symbols bound at once fails before, by
    // theirs.
    const std::string refusal = "Couldn't load required plugin";
    expect_alarm(refusal);
    EXPECT_THROW(static_cast<void>(try_to_deliver(rig::mail_file("personal-plain.eml"))), std::runtime_error);
    EXPECT_TRUE(rig::eventually(rig::default_deadline,
                                [&] { return dovecot().log().find(refusal) != std::string::npos; }));
}

} // namespace
} // namespace columbarium::e2e
