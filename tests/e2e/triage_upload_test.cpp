// SPDX-License-Identifier: LGPL-2.1-or-later
// The shipped script in the hands of somebody who edits Sieve: uploaded by sieve-connect over TLS, as
// ManageSieve clients do on ports 4190 and 2000.
#include <gmock/gmock.h>

#include "rig/process.hpp"
#include "rig/test_authority.hpp"
#include "triage_page_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;

class TriageUpload : public TriageDesk, public ::testing::WithParamInterface<const char*> {
  protected:
    TriageUpload() {
        const auto certificate = authority_.sign("DNS:localhost");
        options.extra_conf += "ssl = required\nssl_cert = <" + certificate.certificate.string() +
                              "\nssl_key = <" + certificate.key.string() +
                              "\ndisable_plaintext_auth = yes\nauth_mechanisms = plain login\n";
        // Nobody's mail is sorted but by his own script.
        const std::string everybody = "  sieve_before = ";
        options.extra_conf.replace(options.extra_conf.find(everybody), everybody.size(),
                                   "  #sieve_before = ");
    }

    [[nodiscard]] rig::RunResult sieve_connect(const std::vector<std::string>& arguments) {
        std::vector<std::string> command = {"sieve-connect",
                                            "--server",
                                            "localhost",
                                            "--4",
                                            "--port",
                                            std::to_string(dovecot().managesieve_port()),
                                            "--user",
                                            "support",
                                            "--passwordfd",
                                            "0",
                                            "--authmech",
                                            GetParam(),
                                            "--noclearchan",
                                            "--tlscafile",
                                            authority_.ca_file().string()};
        command.insert(command.end(), arguments.begin(), arguments.end());
        return rig::run(command, {.input = "secret\n"});
    }

  private:
    rig::TemporaryDirectory folder_{rig::server_account()};
    rig::TestAuthority authority_{folder_, "authority"};
};

TEST_P(TriageUpload, ByARealClientSortsMail) {
    open_desk();
    const std::string script = (conf_d / "sieve/triage.sieve").string();
    const auto uploaded = sieve_connect({"--upload", "--localsieve", script, "--remotesieve", "triage"});
    ASSERT_EQ(uploaded.status, 0) << to_string(uploaded);
    const auto activated = sieve_connect({"--activate", "--remotesieve", "triage"});
    ASSERT_EQ(activated.status, 0) << to_string(activated);
    deliver(rig::message(rig::mail_file("arf-abuse-report.eml")), {.to = {desk}});
    EXPECT_THAT(mailbox("support", "Abuse"), ::testing::SizeIs(1));
}

TEST_P(TriageUpload, OfAMistakeIsRefusedInWordsThatNameIt) {
    open_desk();
    const auto file =
        dovecot().write_file("mistake.sieve", "require \"vnd.columbarium.triage\";\n"
                                              "if triage \"token.arbitraton\" \"x\" { keep; }\n");
    const auto uploaded =
        sieve_connect({"--upload", "--localsieve", file.string(), "--remotesieve", "mistake"});
    EXPECT_NE(uploaded.status, 0);
    EXPECT_THAT(to_string(uploaded), HasSubstr("arbitraton"));
    EXPECT_THAT(to_string(uploaded), HasSubstr("did you mean \"arbitration\"?"));
}

std::string name_of(const ::testing::TestParamInfo<const char*>& mechanism) {
    return mechanism.param;
}

INSTANTIATE_TEST_SUITE_P(By, TriageUpload, ::testing::Values("PLAIN", "LOGIN"), name_of);

} // namespace
} // namespace columbarium::e2e
