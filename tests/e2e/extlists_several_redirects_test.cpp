// SPDX-License-Identifier: LGPL-2.1-or-later
// redirect :list beside other redirects of the same script: who gets the message, and how many there may be.
#include <gmock/gmock.h>

#include "extlists_redirect_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(RedirectToList, EL_66_SendsToNobodyTwiceWhomSeveralRedirectsName) {
    write_lists();
    write_book();
    use_script("user", script(R"(
        redirect "bob@example.net";
        redirect :list "tag:example.com,2026:team";
        redirect :list "tag:example.com,2026:team";
        redirect :list ":addrbook:default";
    )"));
    deliver(letter("Subject: x"));
    EXPECT_THAT(sink.wait_for(3), SizeIs(3));
    EXPECT_EQ(recipients(),
              (Recipients{"ann@example.net", "bob@example.net", "carol@example.net", "Fred@example.com"}));
    EXPECT_THAT(mailbox("user"), IsEmpty());
}

TEST_F(RedirectToList, EL_66_SendsToNobodyTwiceWhomALaterRedirectNames) {
    write_lists();
    use_script("user", script(R"(
        redirect :list "tag:example.com,2026:team";
        redirect "bob@example.net";
        redirect "help@example.net";
        redirect "bob@example.net";
    )"));
    deliver(letter("Subject: x"));
    const auto sent = sink.wait_for(3);
    EXPECT_THAT(sent, SizeIs(3));
    EXPECT_EQ(recipients(),
              (Recipients{"ann@example.net", "bob@example.net", "carol@example.net", "help@example.net"}));
    EXPECT_THAT(mailbox("user"), IsEmpty());
}

TEST_F(RedirectToList, EL_66_ComparesRecipientsWithoutRegardToCase) {
    write_lists();
    write_book();
    use_script("user", script(R"(
        redirect "FRED@example.com";
        redirect :list ":addrbook:default";
        redirect "ANN@example.net";
    )"));
    deliver(letter("Subject: x"));
    EXPECT_THAT(sink.wait_for(2), SizeIs(2));
    EXPECT_EQ(recipients(), (Recipients{"FRED@example.com", "ANN@example.net"}));
    EXPECT_THAT(mailbox("user"), IsEmpty());
}

TEST_F(RedirectToList, EL_66_KeepsAMessageThatComesTwiceWhereOtherRedirectsCoverTheList) {
    write_lists();
    (void)dovecot().write_file("lists/team", "bob@example.net\n");
    const std::string plain = R"(redirect "bob@example.net"; )";
    for (const std::string& text : {plain + to_team, to_team + plain}) {
        use_script("user", script(text));
        const std::string message = letter("Subject: " + std::to_string(text.find("list")));
        sink.clear();
        deliver(message);
        EXPECT_THAT(sink.wait_for(1), SizeIs(1));
        EXPECT_EQ(recipients(), Recipients{"bob@example.net"});
        const auto before = mailbox("user").size();
        deliver(message);
        EXPECT_EQ(mailbox("user").size(), before + 1) << "neither forwarded nor stored: " << text;
        EXPECT_THAT(sink.messages(), SizeIs(1));
    }
    EXPECT_THAT(mailbox("user"), SizeIs(2)) << "what was sent is not kept";
}

TEST_F(RedirectToList, EL_63_CountsAListOnceAgainstTheLimitOfRedirects) {
    options.plugin_settings["sieve_max_redirects"] = "2";
    write_lists();
    write_book();
    use_script("user", script(R"(
        redirect "help@example.net";
        redirect :list "tag:example.com,2026:team";
    )"));
    deliver(letter("Subject: two"));
    EXPECT_THAT(sink.wait_for(2), SizeIs(2));
    EXPECT_THAT(mailbox("user"), IsEmpty());

    sink.clear();
    expect_error(R"(
        redirect "help@example.net";
        redirect :list "tag:example.com,2026:team";
        redirect :list ":addrbook:default";
    )",
                 "exceeds policy limit");
}

TEST_F(RedirectToList, EL_63_CountsRedirectsThatComeAfterAListToo) {
    options.plugin_settings["sieve_max_redirects"] = "2";
    write_lists();
    use_script("user", script(R"(
        redirect :list "tag:example.com,2026:team";
        redirect "help@example.net";
        redirect "help@example.net";
    )"));
    deliver(letter("Subject: two"));
    EXPECT_THAT(sink.wait_for(2), SizeIs(2));
    EXPECT_THAT(mailbox("user"), IsEmpty());

    sink.clear();
    expect_error(R"(
        redirect :list "tag:example.com,2026:team";
        redirect "help@example.net";
        redirect "more@example.net";
    )",
                 "exceeds policy limit (3 > 2)");
}

TEST_F(RedirectToList, EL_63_OneRedirectAfterAListCanBeTooMany) {
    options.plugin_settings["sieve_max_redirects"] = "1";
    write_lists();
    expect_error(R"(redirect :list "tag:example.com,2026:team"; redirect "bob@example.net";)",
                 "exceeds policy limit (2 > 1)");
}

TEST_F(RedirectToList, LeavesPlainRedirectsAlone) {
    use_script("user", script(R"(
        set "who" "b@example.net";
        redirect "a@example.net";
        redirect :copy "${who}";
    )"));
    deliver(letter("Subject: x"));
    EXPECT_THAT(sink.wait_for(2), SizeIs(2));
    EXPECT_EQ(recipients(), (Recipients{"a@example.net", "b@example.net"}));
    EXPECT_THAT(mailbox("user"), IsEmpty());
}

} // namespace
} // namespace columbarium::e2e
