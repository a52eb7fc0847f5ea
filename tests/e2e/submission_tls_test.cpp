// SPDX-License-Identifier: LGPL-2.1-or-later
// Mail that is handed to a real Postfix over TLS, with a certificate of a test's own authority.
#include <iostream>
#include <memory>

#include <gmock/gmock.h>

#include "rig/directory.hpp"
#include "rig/postfix.hpp"
#include "rig/smtp_sink.hpp"
#include "rig/test_authority.hpp"
#include "submission/submission.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = submission::Outcome::Kind;

class SubmissionTls : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string obstacle = rig::Postfix::obstacle(); !obstacle.empty())
            GTEST_SKIP() << obstacle;
        postfix_ = std::make_unique<rig::Postfix>();
    }
    void TearDown() override {
        if (postfix_ != nullptr && HasFailure())
            std::cerr << postfix_->log();
    }

    // A server with a certificate for these names, which takes nothing in clear.
    void start(const std::string& names) {
        const rig::ServerCertificate server = authority_.sign(names);
        postfix_->start({"relay_domains = example.com\n"
                         "smtpd_recipient_restrictions = reject_unauth_destination\n"
                         "smtpd_tls_security_level = encrypt\n"
                         "smtpd_tls_cert_file = " +
                             server.certificate.string() + "\nsmtpd_tls_key_file = " + server.key.string() +
                             "\n",
                         sink.port()});
    }

    [[nodiscard]] config::SubmissionPlace place(const std::string& host) const {
        config::SubmissionPlace place;
        place.host = host;
        place.port = postfix_->port();
        place.start_tls = true;
        place.ca_file = authority_.ca_file();
        return place;
    }

    static submission::Outcome submit(const config::SubmissionPlace& place) {
        return submission::submit({"", "fred@example.com", "Subject: Hello\r\n\r\nHello\r\n"}, place, "");
    }

    rig::SmtpSink sink;
    rig::TemporaryDirectory folder{{0, 0, "root", "root"}};

  private:
    rig::TestAuthority authority_{folder, "authority"};
    std::unique_ptr<rig::Postfix> postfix_;
};

TEST_F(SubmissionTls, HandsAMailToAServerWhoseCertificateIsGood) {
    start("DNS:localhost,IP:127.0.0.1");
    for (const char* host : {"127.0.0.1", "localhost"}) {
        const submission::Outcome outcome = submit(place(host));
        EXPECT_EQ(outcome.kind, Kind::over) << host << ": " << outcome.text;
    }
    ASSERT_THAT(sink.wait_for(2), SizeIs(2));
    EXPECT_THAT(sink.messages()[0].text, HasSubstr("Hello"));
}

TEST_F(SubmissionTls, SendsNothingToAServerWithAnothersName) {
    start("DNS:mx.example.net");
    const submission::Outcome outcome = submit(place("localhost"));
    EXPECT_EQ(outcome.kind, Kind::not_now);
    EXPECT_THAT(outcome.text, HasSubstr("localhost"));
}

TEST_F(SubmissionTls, SendsNothingToAServerThatNoAuthorityOfOursVouchesFor) {
    start("DNS:localhost");
    const rig::TestAuthority stranger(folder, "stranger");
    auto untrusting = place("localhost");
    untrusting.ca_file = stranger.ca_file();
    EXPECT_EQ(submit(untrusting).kind, Kind::not_now);
    untrusting.ca_file.clear(); // the system's
    EXPECT_EQ(submit(untrusting).kind, Kind::not_now);
}

TEST_F(SubmissionTls, CannotDoWithoutItWhereTheServerWantsIt) {
    start("DNS:localhost");
    auto clear = place("localhost");
    clear.start_tls = false;
    const submission::Outcome outcome = submit(clear);
    EXPECT_EQ(outcome.kind, Kind::not_now); // 530: our configuration's fault, not the mail's
    EXPECT_THAT(outcome.text, HasSubstr("530"));
    EXPECT_THAT(sink.messages(), IsEmpty());
}

} // namespace
} // namespace columbarium::e2e
