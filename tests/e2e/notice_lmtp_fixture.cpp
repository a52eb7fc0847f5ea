// SPDX-License-Identifier: LGPL-2.1-or-later
#include "notice_lmtp_fixture.hpp"

#include "rig/eventually.hpp"

namespace columbarium::e2e {

void expect_in_log(const rig::Dovecot& server, const std::string& text) {
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        return server.log().find(text) != std::string::npos;
    })) << text;
}

NoticeLmtpTest::NoticeLmtpTest() {
    options.users = {{"present", ""}, {"user", ""}};
    options.submission_port = sink.port();
    options.extra_conf = "submission_timeout = 2s\n";
}

rig::Delivery NoticeLmtpTest::write_to(const std::vector<std::string>& to, const std::string& name) {
    return write_from(writer, to, name);
}

rig::Delivery NoticeLmtpTest::write_from(const std::string& from, const std::vector<std::string>& to,
                                         const std::string& name) {
    return try_to_deliver(letter(from, to, name), {from, to});
}

std::vector<rig::SentMessage> NoticeLmtpTest::sent_to(const std::string& recipient) {
    return NoticeRelayTest::sent_to(recipient, 0);
}

void NoticeLmtpTest::put_departed(const std::string& username, const std::string& tombstone_address) {
    put(somebody(username, "", tombstone_address, 30));
}

} // namespace columbarium::e2e
