// SPDX-License-Identifier: LGPL-2.1-or-later
// What an MTA learns of the site's people from the service, and who may ask what on which socket.
#include <chrono>
#include <csignal>
#include <filesystem>

#include <sys/stat.h>
#include <sys/wait.h>

#include <gmock/gmock.h>

#include "people_service_fixture.hpp"
#include "rig/server_log.hpp"
#include "tombstone/resolve.hpp"
#include "wire/client.hpp"

namespace columbarium::e2e {
namespace {

using rig::eventually;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using wire::ReplyStatus;

class PeopleMaps : public PeopleServiceTest {
  protected:
    bool comes_to_answer() {
        return eventually(rig::default_deadline, [&] {
            return look_up("forwarding", "present@cam.example.org").status == ReplyStatus::ok;
        });
    }
};

TEST_F(PeopleMaps, LC_25_ForwardTheMailOfACurrentUser) {
    put_everybody();
    EXPECT_THAT(look_up("forwarding", "present@cam.example.org"), IsOk("present@hermes.example.org"));
    EXPECT_THAT(look_up("tombstone", "present@cam.example.org"), IsNotFound());
    EXPECT_THAT(look_up("resolve", "present@cam.example.org"),
                IsOk("DUNNO forward present@hermes.example.org"));
}

TEST_F(PeopleMaps, LC_8_LC_9_TellTheTombstoneAddressOfWhoHasDepartedAndForwardNothing) {
    put_everybody();
    EXPECT_THAT(look_up("forwarding", "departed@cam.example.org"), IsNotFound());
    EXPECT_THAT(look_up("tombstone", "departed@cam.example.org"), IsOk("departed@example.com"));
    EXPECT_THAT(look_up("resolve", "departed@cam.example.org"),
                IsOk("DUNNO change-of-address departed@example.com"));
}

TEST_F(PeopleMaps, LC_10_RefuseMailForWhoHasLeftNoAddress) {
    put_everybody();
    EXPECT_THAT(look_up("forwarding", "silent@cam.example.org"), IsNotFound());
    EXPECT_THAT(look_up("tombstone", "silent@cam.example.org"), IsNotFound());
    EXPECT_THAT(look_up("resolve", "silent@cam.example.org"),
                IsOk(std::string(tombstone::refusal(tombstone::RejectReason::departed))));
}

TEST_F(PeopleMaps, LC_2_RefuseMailForSomebodyNew) {
    put_everybody();
    EXPECT_THAT(look_up("forwarding", "newcomer@cam.example.org"), IsNotFound());
    EXPECT_THAT(look_up("resolve", "newcomer@cam.example.org"),
                IsOk(std::string(tombstone::refusal(tombstone::RejectReason::no_address))));
}

TEST_F(PeopleMaps, KnowEachDomainOfTheSiteWithoutRegardToCaseAndSubaddresses) {
    put_everybody();
    for (const char* address :
         {"present@example.ac.uk", "Present@CAM.Example.ORG", "present+list@cam.example.org"})
        EXPECT_THAT(look_up("forwarding", address), IsOk("present@hermes.example.org")) << address;
}

TEST_F(PeopleMaps, KnowNothingOfOthers) {
    put_everybody();
    for (const std::string& key :
         {std::string("present@example.net"), std::string("nobody@cam.example.org"), std::string("present"),
          std::string("@cam.example.org"), std::string("cam.example.org"), std::string(),
          std::string("present@hermes.example.org"), std::string("a\r\nb@cam.example.org"),
          std::string(5'000, 'x') + "@cam.example.org", std::string("\xff@cam.example.org")})
        for (const char* map : {"forwarding", "tombstone", "resolve"})
            EXPECT_THAT(look_up(map, key), IsNotFound()) << map << " " << key;
}

TEST_F(PeopleMaps, SeeAChangeAtOnce) {
    put_everybody();
    EXPECT_THAT(look_up("forwarding", "newcomer@cam.example.org"), IsNotFound());
    put(somebody("newcomer", "newcomer@example.com", ""));
    EXPECT_THAT(look_up("forwarding", "newcomer@cam.example.org"), IsOk("newcomer@example.com"));
}

TEST_F(PeopleMaps, AreThoseOfTheirSocketOnly) {
    const std::string mail = socket_of("columbarium");
    const std::string mta = socket_of("columbarium-people");
    const std::string users = socket_of("columbarium-settings");
    for (const char* map : {"forwarding", "tombstone", "resolve", "settings"})
        EXPECT_THAT(ask_on(mail, map, "present@cam.example.org"),
                    Fails(ReplyStatus::permanent, "there are: presence, notify, service"));
    for (const char* map : {"presence", "notify", "settings"})
        EXPECT_THAT(ask_on(mta, map, "present@cam.example.org"),
                    Fails(ReplyStatus::permanent, "there are: forwarding, tombstone, resolve, service"));
    for (const char* map : {"forwarding", "tombstone", "resolve", "presence", "notify", "service"})
        EXPECT_THAT(ask_on(users, map, "status"),
                    Fails(ReplyStatus::permanent, "there are: own-recipient, reply, settings"));
    for (const std::string& socket : {mail, mta})
        EXPECT_EQ(ask_on(socket, "service", "status").status, ReplyStatus::ok);
}

TEST_F(PeopleMaps, AreOpenToThoseWhomTheirSocketsLetIn) {
    const auto mode_of = [this](const char* name) {
        struct stat file {};
        EXPECT_EQ(::stat(socket_of(name).c_str(), &file), 0);
        return file.st_mode & 07777;
    };
    EXPECT_THAT(status().at("people").at("configured"), true);
    EXPECT_EQ(mode_of("columbarium"), 0660U);
    EXPECT_EQ(mode_of("columbarium-people"), 0600U);
    EXPECT_EQ(mode_of("columbarium-delivery"), 0600U);
    EXPECT_EQ(mode_of("columbarium-settings"), 0666U);
    EXPECT_EQ(mode_of("columbarium-userdb"), 0600U);
}

TEST_F(PeopleMaps, DoNotTouchTheStoreBeforeTheyAreAsked) {
    people_server();
    EXPECT_EQ(status().at("people").at("configured"), true);
    EXPECT_FALSE(std::filesystem::exists(store_path()));
    EXPECT_THAT(look_up("forwarding", "present@cam.example.org"), IsNotFound());
    EXPECT_TRUE(std::filesystem::exists(store_path()));
}

TEST_F(PeopleMaps, FailWhereTheSiteHasNoPeople) {
    options.site_config = "[presence]\n";
    EXPECT_THAT(look_up("forwarding", "present@cam.example.org"), Fails(ReplyStatus::permanent, "[people]"));
    EXPECT_THAT(settings(asks("present", "forwarding")), Fails(ReplyStatus::permanent, "[people]"));
    EXPECT_EQ(status().at("people").at("configured"), false);
}

TEST_F(PeopleMaps, FailForATimeWhereTheConfigurationIsWrong) {
    options.site_config += "[people.affiliations]\nPhysics = 7\n";
    EXPECT_THAT(look_up("resolve", "present@cam.example.org"),
                Fails(ReplyStatus::temporary, "columbarium.toml"));
    EXPECT_EQ(settings(asks("present", "forwarding")).status, ReplyStatus::temporary);
}

TEST_F(PeopleMaps, AnswerThoughTheSecretOfXmppIsMissing) {
    const std::string people = options.site_config;
    use_component(closed_port());
    options.site_config += people;
    secret = "";
    put_everybody();
    EXPECT_THAT(look_up("forwarding", "present@cam.example.org"), IsOk("present@hermes.example.org"));
    EXPECT_NE(status().at("configuration_error"), "");
}

TEST_F(PeopleMaps, FailForATimeWhereTheStoreIsDamagedAndAnswerWhenItIsMended) {
    people_server().write_file("store/people.sqlite", std::string(8'192, 'x'));
    EXPECT_THAT(look_up("resolve", "present@cam.example.org"),
                Fails(ReplyStatus::temporary, "people.sqlite"));
    const wire::Reply own = settings(asks("present", "forwarding"));
    EXPECT_EQ(own.status, ReplyStatus::temporary);
    EXPECT_EQ(own.text.find("sqlite"), std::string::npos) << "everybody on the host may ask there";
    const pid_t pid = status().at("pid");
    EXPECT_THAT(status().at("people").at("last_error"), HasSubstr("people.sqlite"));
    for (int tries = 0; tries < 10; ++tries)
        EXPECT_EQ(look_up("tombstone", "present@cam.example.org").status, ReplyStatus::temporary);

    std::filesystem::remove(store_path());
    put_everybody();
    ASSERT_TRUE(comes_to_answer());
    EXPECT_EQ(status().at("people").at("last_error"), "");
    EXPECT_EQ(status().at("pid"), pid);
    EXPECT_TRUE(eventually(rig::default_deadline, [&] {
        return people_server().log().find("the store answers again") != std::string::npos;
    }));
    EXPECT_THAT(rig::lines_with(people_server().log(), "Error: people: "), SizeIs(1));
}

TEST_F(PeopleMaps, FailForATimeWhereTheDatabaseDoesNotAnswer) {
    // Takes connections, and says nothing.
    const rig::Listener silent = rig::listen_on_loopback();
    options.site_config = "[people]\ndomains = [\"cam.example.org\"]\n[store]\n"
                          "postgresql = \"host=127.0.0.1 port=" +
                          std::to_string(silent.port) + " dbname=people user=people sslmode=disable\"\n";
    // The first one waits for it; the others are told at once.
    for (int tries = 0; tries < 100; ++tries)
        EXPECT_THAT(look_up("forwarding", "present@cam.example.org"),
                    Fails(ReplyStatus::temporary, "PostgreSQL"));
    EXPECT_NE(status().at("people").at("last_error"), "");
}

TEST_F(PeopleMaps, AnswerOthersWhileTheStoreIsLocked) {
    put_everybody();
    ASSERT_TRUE(comes_to_answer());
    // Somebody writes, and does not end.
    rig::Launch writer;
    writer.command = {"python3", "-c",
                      "import sqlite3, sys, time\n"
                      "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
                      "c.execute('BEGIN IMMEDIATE')\n"
                      "open(sys.argv[2], 'w').close()\n"
                      "time.sleep(600)\n",
                      store_path().string(), (people_server().directory() / "locked").string()};
    writer.account = people_server().layout().account;
    const pid_t pid = rig::launch(writer);
    ASSERT_TRUE(eventually(rig::default_deadline,
                           [&] { return std::filesystem::exists(people_server().directory() / "locked"); }));
    // Reading goes on.
    EXPECT_THAT(look_up("forwarding", "present@cam.example.org"), IsOk("present@hermes.example.org"));
    EXPECT_EQ(settings(sets("present", "tombstone", "present@example.com")).status, ReplyStatus::temporary);
    // The second one does not wait for the lock any more.
    EXPECT_EQ(settings(sets("present", "tombstone", "present@example.com")).status, ReplyStatus::temporary);
    EXPECT_THAT(look_up("forwarding", "present@cam.example.org"), IsOk("present@hermes.example.org"));
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    EXPECT_TRUE(eventually(rig::default_deadline, [&] {
        return settings(sets("present", "tombstone", "present@example.com")).status == ReplyStatus::ok;
    }));
    EXPECT_EQ(person("present").tombstone_address, "present@example.com");
}

TEST_F(PeopleMaps, GoOnAfterAReload) {
    put_everybody();
    const pid_t first = status().at("pid");
    wire::Client kept(socket_of("columbarium-people"));
    const auto ask = [&kept] {
        return kept.ask_patiently({"forwarding", "present@cam.example.org"},
                                  wire::Clock::now() + rig::default_deadline);
    };
    ASSERT_TRUE(ask().has_value());
    reload();
    ASSERT_TRUE(eventually(rig::default_deadline, [&] { return !runs(first); }));
    const auto reply = ask();
    ASSERT_TRUE(reply.has_value()) << reply.error().text;
    EXPECT_THAT(*reply, IsOk("present@hermes.example.org"));
    EXPECT_NE(status().at("pid"), first);
}

TEST_F(PeopleMaps, DoNotKeepTheServiceFromGoingWhenItIsIdle) {
    options.extra_conf = "service columbarium {\n  idle_kill = 1 s\n}\n";
    put_everybody();
    ASSERT_TRUE(comes_to_answer());
    const pid_t pid = status().at("pid");
    EXPECT_TRUE(eventually(rig::default_deadline, [&] { return !runs(pid); }));
    ASSERT_TRUE(comes_to_answer());
}

} // namespace
} // namespace columbarium::e2e
