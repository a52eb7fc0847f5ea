// SPDX-License-Identifier: LGPL-2.1-or-later
// What a script with external lists does where something is wrong: with a name, with a list, with the site.
#include <gmock/gmock.h>

#include "extlists_fixture.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ExtlistsFailure : public ExtlistsTest {
  protected:
    // The message is held back, and nothing of it is stored.
    void expect_deferral(const std::string& text, const std::string& message) {
        use_script("user", script(text));
        const auto delivery = try_to_deliver(message, {.from = "x@example.com"});
        EXPECT_TRUE(delivery.outcome().temporary()) << to_string(delivery);
        EXPECT_THAT(mailbox("user"), IsEmpty());
        EXPECT_THAT(mailbox("user", "Elsewhere"), IsEmpty());
    }

    // The script ends, its author is told, and the message is kept as it came.
    void expect_error(const std::string& text, const std::string& message, std::string_view told) {
        use_script("user", script(text));
        deliver(message);
        EXPECT_EQ(only_message("user").flags, Flags()) << "the script went on";
        EXPECT_THAT(mailbox("user", "Elsewhere"), IsEmpty());
        EXPECT_TRUE(comes_into_log_of_scripts("user", told)) << log_of_scripts("user");
    }
};

TEST_F(ExtlistsFailure, EL_31_AListThatCannotBeAskedNowDefersTheMessage) {
    write_lists();
    expect_deferral(R"(
        if not header :list "subject" "tag:example.com,2026:missing" { fileinto :create "Elsewhere"; }
        fileinto :create "Elsewhere"; stop;
    )",
                    letter("Subject: x"));
    EXPECT_THAT(log_lines("lists/missing"), Not(IsEmpty()));
}

TEST_F(ExtlistsFailure, EL_31_ABookThatWasNeverSynchronisedDefersTheMessage) {
    expect_deferral(R"(
        if envelope :list "from" "tag:example.com,2026:remote" { addflag "known"; }
        fileinto :create "Elsewhere";
    )",
                    letter("Subject: x"));
}

TEST_F(ExtlistsFailure, EL_31_TheMessageComesWhenTheListIsThereAgain) {
    write_lists();
    expect_deferral(R"(if header :list "subject" "tag:example.com,2026:missing" { addflag "found"; })",
                    letter("Subject: hello world"));
    (void)dovecot().write_file("lists/missing", "hello world\n");
    deliver(letter("Subject: hello world"));
    EXPECT_EQ(only_message("user").flags, Flags{"found"});
}

TEST_F(ExtlistsFailure, EL_31_AWrongConfigurationOfTheSiteDefersTheMessage) {
    write_book();
    use_script("user", script(R"(if address :list "from" ":addrbook:default" { addflag "known"; })"));
    deliver(letter("From: fred@example.com"));
    change_site("[lists.\":addrbook:default\"]\ntype = \"vdirr\"\n");
    const auto delivery = try_to_deliver(letter("From: fred@example.com\nSubject: second"));
    EXPECT_TRUE(delivery.outcome().temporary()) << to_string(delivery);
    EXPECT_EQ(only_message("user").flags, Flags{"known"});
}

TEST_F(ExtlistsFailure, EL_30_AListThatCanNeverBeAskedIsARuntimeError) {
    // Groups that hold each other are more than the book follows: of the last ones nobody knows all members.
    std::string members = "X-ADDRESSBOOKSERVER-KIND:group\r\n";
    std::string names;
    constexpr int count = 170;
    for (int i = 0; i < count; ++i) {
        const std::string name = "g" + std::to_string(i);
        members += "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:" + name + "@example.net\r\n";
        names += (i == 0 ? "\":addrbook:" : ", \":addrbook:") + name + "\"";
    }
    for (int i = 0; i < count; ++i) {
        const std::string name = "g" + std::to_string(i);
        write_card("user", name, name + "@example.net", members);
    }
    expect_error("if not header :list \"subject\" [" + names +
                     "] { addflag \"false\"; }\nfileinto :create \"Elsewhere\";",
                 letter("Subject: x@example.com"), "too large");
}

TEST_F(ExtlistsFailure, EL_32_AnUnknownListIsARuntimeErrorThatNamesIt) {
    expect_error(R"(
        if not header :list "subject" "tag:example.com,2026:nobody" { addflag "false"; }
        fileinto :create "Elsewhere";
    )",
                 letter("Subject: x"), "tag:example.com,2026:nobody");
}

TEST_F(ExtlistsFailure, EL_32_AMalformedNameFromAVariableIsARuntimeError) {
    expect_error(R"(
        set "name" "mylist";
        if not header :list "subject" "${name}" { addflag "false"; }
    )",
                 letter("Subject: x"), "mylist");
}

TEST_F(ExtlistsFailure, EL_32_AnUnknownListMatchesNothingWhereTheSiteWantsItSo) {
    options.site_config = "[lists]\nunknown_list = \"no-match\"\n" + options.site_config.substr(8);
    write_book();
    use_script("user", script(R"(
        if address :list "from" "tag:example.com,2026:nobody" { addflag "unknown"; }
        if address :list "from" ["tag:example.com,2026:nobody", ":addrbook:default"] { addflag "known"; }
        addflag "went-on";
    )"));
    deliver(letter("From: fred@example.com"));
    EXPECT_EQ(only_message("user").flags, (Flags{"known", "went-on"}));
    EXPECT_THAT(log_lines("tag:example.com,2026:nobody"), SizeIs(1)) << dovecot().log();
    EXPECT_TRUE(comes_into_log_of_scripts("user", "tag:example.com,2026:nobody"));
}

TEST_F(ExtlistsFailure, EL_34_AMatchInAnotherListCountsWhereOneFails) {
    write_lists();
    write_book();
    use_script("user", script(R"(
        if address :list "from" ["tag:example.com,2026:missing", ":addrbook:default"] { addflag "after"; }
        if address :list "from" [":addrbook:default", "tag:example.com,2026:missing"] { addflag "before"; }
        if address :list ["to", "from"] ["tag:example.com,2026:missing", ":addrbook:default"]
            { addflag "second-value"; }
    )"));
    deliver(letter("From: fred@example.com"));
    EXPECT_EQ(only_message("user").flags, (Flags{"after", "before", "second-value"}));
}

TEST_F(ExtlistsFailure, EL_34_WithoutAMatchTheFailureDefersTheMessage) {
    write_lists();
    expect_deferral(R"(
        if not address :list "to" ["tag:example.com,2026:missing", "tag:example.com,2026:staff"]
            { fileinto :create "Elsewhere"; }
    )",
                    letter("From: x@example.com"));
}

TEST_F(ExtlistsFailure, EL_35_AllNamesAreCheckedBeforeAListIsAsked) {
    write_lists();
    // Neither the match before the unknown name counts nor the list that would defer the message.
    expect_error(R"(
        if address :list "to" ["tag:example.com,2026:staff", "tag:example.com,2026:nobody"] { addflag "true"; }
    )",
                 letter("To: wilma@example.org"), "tag:example.com,2026:nobody");
}

TEST_F(ExtlistsFailure, EL_35_AnUnknownNameIsTheSameErrorBehindAListThatFails) {
    write_lists();
    expect_error(R"(
        if address :list "to" ["tag:example.com,2026:missing", "tag:example.com,2026:nobody"] { addflag "true"; }
    )",
                 letter("To: wilma@example.org"), "tag:example.com,2026:nobody");
}

TEST_F(ExtlistsFailure, EL_76_NothingOfListsAndMessagesStandsInTheLog) {
    options.site_config = "[lists]\nunknown_list = \"no-match\"\n" + options.site_config.substr(8);
    write_lists();
    write_book();
    use_script("user", script(R"(
        if address :list "from" [":addrbook:default", "tag:example.com,2026:nobody"] { addflag "known"; }
        redirect :copy :list "tag:example.com,2026:team";
        if address :list "to" ["tag:example.com,2026:missing", "tag:example.com,2026:staff"] { stop; }
    )"));
    deliver(letter("From: fred@example.com\nTo: wilma@example.org"), {.from = "postbox@example.com"});
    EXPECT_THAT(sink.wait_for(1), SizeIs(1));
    const auto deferred = try_to_deliver(letter("From: fred@example.com\nTo: secret@example.net"),
                                         {.from = "postbox@example.com"});
    EXPECT_TRUE(deferred.outcome().temporary());
    (void)log_lines("lists/missing");
    const std::string told = dovecot().log() + log_of_scripts("user");
    for (const char* address : {"red@", "wilma@", "secret@", "ann@", "bob@", "carol@", "Foobar"})
        EXPECT_THAT(told, Not(HasSubstr(address)));
}

} // namespace
} // namespace columbarium::e2e
