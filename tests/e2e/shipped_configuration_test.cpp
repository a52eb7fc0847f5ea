// SPDX-License-Identifier: LGPL-2.1-or-later
// The files of conf.d as an administrator installs them, with triage.sieve for everybody: what goes where.
#include <gmock/gmock.h>

#include "demo/shipped_configuration.hpp"
#include "rig/mail_test.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::SizeIs;
using ::testing::ValuesIn;

struct Route {
    const char* file;    // of tests/mail
    const char* mailbox; // where it belongs
};

void PrintTo(const Route& route, std::ostream* stream) {
    *stream << route.file << " to " << route.mailbox;
}

class ShippedConfiguration : public rig::MailTest, public ::testing::WithParamInterface<Route> {
  protected:
    ShippedConfiguration() { options = demo::shipped_configuration(conf_d); }

    void SetUp() override { demo::install_triage_script(dovecot(), conf_d); }

    const std::filesystem::path conf_d = std::filesystem::path(COLUMBARIUM_SOURCE_DIR) / "conf.d";
};

TEST_P(ShippedConfiguration, PutsEachMessageWhereItBelongs) {
    deliver(rig::message(rig::mail_file(GetParam().file)));
    EXPECT_THAT(mailbox("user", GetParam().mailbox), SizeIs(1)) << GetParam().file;
}

constexpr Route routes[] = {
    {"dsn-failed-user-unknown.eml", "Returns"},
    {"dsn-delayed.eml", "Returns"},
    {"dsn-delivered.eml", "Returns"},
    {"mdn-displayed.eml", "Returns"},
    {"bounce-qmail.eml", "Returns"},
    {"bounce-exchange-5.5.eml", "Returns"},
    {"bounce-german-provider.eml", "Returns"},
    {"vacation-auto-submitted.eml", "Returns"},
    {"out-of-office-exchange.eml", "Returns"},
    {"ticket-acknowledgement.eml", "Returns"},
    {"cron-output.eml", "Returns"},
    {"arf-abuse-report.eml", "Abuse"},
    {"mailing-list-post.eml", "INBOX"},
    {"mailing-list-post-by-machine.eml", "INBOX"},
    {"newsletter.eml", "INBOX"},
    {"personal-plain.eml", "INBOX"},
    {"personal-with-attachment.eml", "INBOX"},
    {"personal-forwards-a-bounce.eml", "INBOX"},
    {"personal-reply-quotes-a-bounce.eml", "INBOX"},
};

std::string name_of(const ::testing::TestParamInfo<Route>& info) {
    std::string name;
    for (const char* c = info.param.file; *c != '\0'; ++c)
        if (std::isalnum(static_cast<unsigned char>(*c)) != 0)
            name += *c;
    return name;
}

INSTANTIATE_TEST_SUITE_P(Files, ShippedConfiguration, ValuesIn(routes), name_of);

} // namespace
} // namespace columbarium::e2e
