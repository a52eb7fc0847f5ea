// SPDX-License-Identifier: LGPL-2.1-or-later
// Whom the service lets see and set a user's addresses: it looks at the uid on the other side.
#include <chrono>
#include <csignal>
#include <filesystem>

#include <unistd.h>

#include <gmock/gmock.h>

#include "people_service_fixture.hpp"
#include "rig/process.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using wire::ReplyStatus;

class MetadataAccess : public PeopleServiceTest {
  protected:
    // A question of a process that runs as the server's user, by Postfix's client of socketmap.
    rig::RunResult ask_as_mail_user(const std::string& key) {
        const auto settings = people_server().directory() / "postfix";
        if (!std::filesystem::exists(settings)) {
            // Postfix waits until a file is older than it could still be written at.
            const auto file = people_server().write_file("postfix/main.cf", "compatibility_level = 3.6\n");
            std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() -
                                                       std::chrono::hours(1));
        }
        return people_server().run({"/usr/sbin/postmap", "-c", settings.string(), "-q", key,
                                    "socketmap:unix:" + socket_of("columbarium-settings") + ":settings"});
    }

    // Everybody of the userdb; `present` has another uid than all processes here.
    void give_present_another_uid() {
        options.users = {{"present", "userdb_uid=1"}, {"departed", ""}};
        options.extra_conf += "first_valid_uid = 1\n";
    }
};

TEST_F(MetadataAccess, IsForTheUsersOwnProcesses) {
    put_everybody();
    const auto asked = ask_as_mail_user(asks("present", "forwarding"));
    EXPECT_EQ(asked.output, "present@hermes.example.org\n") << to_string(asked);
    const auto set = ask_as_mail_user(sets("present", "forwarding", "present@example.com"));
    EXPECT_EQ(set.output, "present@example.com\n") << to_string(set);
    EXPECT_EQ(person("present").forwarding_address, "present@example.com");
}

TEST_F(MetadataAccess, IsRefusedToTheProcessesOfOthers) {
    give_present_another_uid();
    put_everybody();
    for (const std::string& key :
         {asks("present", "forwarding"), sets("present", "forwarding", "thief@example.com"),
          sets("present", "tombstone", "thief@example.com")}) {
        const auto refused = ask_as_mail_user(key);
        EXPECT_THAT(refused.output, IsEmpty());
        EXPECT_THAT(refused.errors, AllOf(HasSubstr("not allowed"), Not(HasSubstr("hermes"))));
    }
    EXPECT_EQ(person("present").forwarding_address, "present@hermes.example.org");
    EXPECT_THAT(ask_as_mail_user(asks("departed", "tombstone")).output, HasSubstr("departed@example.com"));
}

// The uid that was looked at is that of the user whom the userdb has under this name.
TEST_F(MetadataAccess, IsForTheUserAsTheUserdbCallsHim) {
    options.users = {{"alias", "userdb_user=present"}, {"present", ""}};
    put_everybody();
    put(somebody("alias", "alias@hermes.example.org", ""));
    EXPECT_EQ(ask_as_mail_user(asks("alias", "forwarding")).output, "present@hermes.example.org\n");
}

TEST_F(MetadataAccess, IsForRoot) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root is root";
    give_present_another_uid();
    put_everybody();
    EXPECT_THAT(settings(asks("present", "forwarding")), IsOk("present@hermes.example.org"));
}

TEST_F(MetadataAccess, HasTheUidOfMailUidWhereTheUserdbTellsNone) {
    options.users = {{"present", ""}};
    put_everybody();
    // Dovecot reads it again when it has changed.
    const std::string home = (people_server().directory() / "home/present").string();
    people_server().write_file("users", "present:::::" + home + "::\n");
    EXPECT_EQ(ask_as_mail_user(asks("present", "forwarding")).output, "present@hermes.example.org\n");
}

TEST_F(MetadataAccess, IsRefusedForWhoIsNoUserOfDovecot) {
    give_present_another_uid();
    put_everybody();
    const auto refused = ask_as_mail_user(asks("silent", "forwarding"));
    EXPECT_THAT(refused.output, IsEmpty());
    EXPECT_THAT(refused.errors, HasSubstr("not allowed"));
}

TEST_F(MetadataAccess, IsATemporaryFailureWhereNobodyTellsWhoseProcessItIs) {
    options.extra_conf = "service auth {\n  unix_listener columbarium-userdb {\n    mode = 0\n  }\n}\n";
    put_everybody();
    const auto asked = ask_as_mail_user(asks("present", "forwarding"));
    EXPECT_THAT(asked.output, IsEmpty());
    EXPECT_THAT(asked.errors, HasSubstr("the userdb cannot be asked"));
    EXPECT_THAT(look_up("forwarding", "present@cam.example.org"), IsOk("present@hermes.example.org"))
        << "that needs no userdb";
}

// The process does not run while these come, and ends when it runs again. Each has a turn of its own; the
// others' answers come from it or from the next one.
TEST_F(MetadataAccess, HasAllAnswersThatWereAskedForAtOnceAlsoWhereTheServiceEnds) {
    put_everybody();
    ASSERT_THAT(settings(asks("present", "forwarding")), IsOk("present@hermes.example.org"));
    ASSERT_THAT(processes(), ::testing::SizeIs(1));
    const pid_t first = processes().front();
    ASSERT_EQ(::kill(first, SIGSTOP), 0);
    rig::Connection connection = connect_to(socket_of("columbarium-settings"));
    std::string questions;
    for (int i = 0; i < 20; ++i)
        questions += wire::encode(wire::Request{"settings", asks("present", "forwarding")});
    connection.write(questions);
    ASSERT_EQ(::kill(first, SIGTERM), 0);
    ASSERT_EQ(::kill(first, SIGCONT), 0);
    for (int i = 0; i < 20; ++i)
        EXPECT_THAT(next_reply(connection), IsOk("present@hermes.example.org")) << i;
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] { return !runs(first); }));
}

TEST_F(MetadataAccess, KnowsUsersByTheirLoginNames) {
    options.extra_conf = "auth_username_format = %Lu\n";
    put_everybody();
    for (const char* login : {"present", "present@hermes.example.org", "present@cam.example.org"})
        EXPECT_EQ(ask_as_mail_user(asks(login, "forwarding")).output, "present@hermes.example.org\n")
            << login;
    const auto other = ask_as_mail_user(asks("present@example.net", "forwarding"));
    EXPECT_THAT(other.output, IsEmpty());
    EXPECT_THAT(other.errors, IsEmpty()) << "not found";
}

TEST_F(MetadataAccess, RefusesKeysThatAreNone) {
    put_everybody();
    for (const std::string& key :
         {std::string(), std::string("present"), std::string("{}"), std::string("[1]"),
          std::string(R"({"user":"present"})"), std::string(R"({"user":"present","setting":"password"})"),
          std::string(R"({"user":7,"setting":"forwarding"})"),
          std::string(R"({"user":"present","setting":"forwarding","value":["a@example.com"]})"),
          std::string(R"({"user":"pre\nsent","setting":"forwarding"})"), std::string(10'000, '[')}) {
        const wire::Reply reply = settings(key);
        EXPECT_THAT(reply.status, ::testing::AnyOf(ReplyStatus::permanent, ReplyStatus::not_found))
            << key << ": " << reply.text;
    }
    EXPECT_EQ(person("present").forwarding_address, "present@hermes.example.org");
}

} // namespace
} // namespace columbarium::e2e
