// SPDX-License-Identifier: LGPL-2.1-or-later
// Two sites that tell of each other, and a Postfix that carries the mail between them and to the world (the
// sink): whatever they tell, mail comes to rest after at most one message each way.
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include <gmock/gmock.h>

#include "notice_relay_fixture.hpp"
#include "rig/eventually.hpp"
#include "rig/postfix.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// A Dovecot with people of a domain of its own.
class Site {
  public:
    Site(const std::string& domain, std::uint16_t submission_port) : domain_(domain) {
        rig::DovecotOptions options;
        options.service = true;
        options.submission_port = submission_port;
        options.lmtp_plugins = {"lmtp_columbarium"};
        options.site_config = "[people]\ndomains = [\"" + domain +
                              "\"]\n[store]\nsqlite = \"@directory@/store/people.sqlite\"\n";
        server_ = std::make_unique<rig::Dovecot>(options);
        std::filesystem::remove(server_->write_file("store/empty", ""));
        config::StorePlace place;
        place.path = (server_->directory() / "store/people.sqlite").string();
        auto opened = store::Store::open(place, "");
        if (!opened)
            throw std::runtime_error(opened.error().text);
        store_ = *std::move(opened);
    }

    // Somebody who has left for this address.
    void put_departed(const std::string& username, const std::string& tombstone_address) {
        tombstone::Person person;
        person.username = username;
        person.tombstone_address = tombstone_address;
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        person.cancelled = tombstone::date_of(now) - std::chrono::days(30);
        const std::array writes{store::Write{&person, {}}};
        const auto written = store_->write(writes, {"test", now});
        ASSERT_TRUE(written.has_value()) << written.error().text;
    }

    [[nodiscard]] rig::Dovecot& server() { return *server_; }
    [[nodiscard]] std::string route() const {
        return domain_ + " lmtp:inet:127.0.0.1:" + std::to_string(server_->lmtp_port()) + "\n";
    }

  private:
    std::string domain_;
    std::unique_ptr<rig::Dovecot> server_;
    std::unique_ptr<store::Store> store_;
};

class NoticeTwoSites : public ::testing::Test {
  protected:
    void SetUp() override {
        if (const std::string obstacle = rig::Postfix::obstacle(); !obstacle.empty())
            GTEST_SKIP() << obstacle;
        postfix_ = std::make_unique<rig::Postfix>();
        postfix_->start({"mynetworks = 127.0.0.0/8\n"
                         "relay_domains = east.example.org, west.example.org\n"
                         "transport_maps = texthash:@directory@/transport\n",
                         sink.port()});
        east = std::make_unique<Site>("east.example.org", postfix_->port());
        west = std::make_unique<Site>("west.example.org", postfix_->port());
        std::ofstream(postfix_->directory() / "transport") << east->route() << west->route();
        std::filesystem::permissions(postfix_->directory() / "transport", std::filesystem::perms(0644));
    }

    void TearDown() override {
        if (postfix_ != nullptr) {
            postfix_->stop();
            if (HasFailure())
                std::cerr << postfix_->log() << (east ? east->server().log() : "")
                          << (west ? west->server().log() : "");
        }
    }

    void send(const std::string& from, const std::string& to, const std::string& name) {
        const SmtpTalk talk = talk_smtp(postfix_->port(), from, {to}, letter(from, {to}, name));
        ASSERT_EQ(talk.recipient(to).code, 250);
        ASSERT_EQ(talk.end_of_data->code, 250);
        ++sent_;
    }

    // Until Postfix holds nothing more. Returns how many messages it has carried, those that were sent to it
    // among them: each has one line of its queue manager when it is taken, and one when it is done with.
    [[nodiscard]] std::size_t carried_at_rest() const {
        EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
            const std::string log = postfix_->log();
            return count(log, ": removed\n") >= sent_ &&
                   count(log, ": removed\n") == count(log, "message-id=");
        })) << postfix_->log();
        return count(postfix_->log(), "message-id=");
    }

    rig::SmtpSink sink;
    std::unique_ptr<Site> east;
    std::unique_ptr<Site> west;

  private:
    [[nodiscard]] static std::size_t count(const std::string& text, std::string_view word) {
        std::size_t found = 0;
        for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += word.size())
            ++found;
        return found;
    }

    std::unique_ptr<rig::Postfix> postfix_;
    std::size_t sent_ = 0;
};

TEST_F(NoticeTwoSites, CA_22_WhoseDepartedPeoplePointAtEachOtherTellWhoWritesOnceEach) {
    east->put_departed("ada", "bert@west.example.org");
    west->put_departed("bert", "ada@east.example.org");
    send("writer@example.com", "ada@east.example.org", "one");
    ASSERT_EQ(carried_at_rest(), 2U);
    send("writer@example.com", "bert@west.example.org", "two");
    ASSERT_EQ(carried_at_rest(), 4U);
    ASSERT_THAT(sink.messages(), SizeIs(2));
    EXPECT_THAT(sink.messages()[0].text, HasSubstr("bert@west.example.org"));
    EXPECT_THAT(sink.messages()[1].text, HasSubstr("ada@east.example.org"));
}

TEST_F(NoticeTwoSites, CA_22_AR_6_AReplyToSomebodyWhoHasLeftHimselfEndsThere) {
    east->put_departed("ada", "bert@west.example.org");
    west->put_departed("bert", "carol@example.com");
    // Bert still sends with his old address. East tells it; West refuses the reply, whose sender nobody can
    // answer.
    send("bert@west.example.org", "ada@east.example.org", "one");
    // East sees that the address is the one that it would tell of: his own mail is not answered.
    EXPECT_EQ(carried_at_rest(), 2U); // the message, and Postfix's report to Bert, which West refuses
    send("bert@west.example.org", "ada@east.example.org", "two");
    EXPECT_EQ(carried_at_rest(), 4U);
    EXPECT_THAT(sink.messages(), SizeIs(0));
}

TEST_F(NoticeTwoSites, CA_22_AR_6_AReplyToAStrangerWhoHasLeftEndsThere) {
    east->put_departed("ada", "ada@example.net");
    west->put_departed("bert", "carol@example.com");
    send("bert@west.example.org", "ada@east.example.org", "one");
    EXPECT_EQ(carried_at_rest(), 2U); // the message, and the reply, which West refuses
    EXPECT_THAT(sink.messages(), SizeIs(0));
}

TEST_F(NoticeTwoSites, AR_17_AR_20_AVacationResponderOnTheOtherSideStaysSilent) {
    east->put_departed("ada", "ada@example.net");
    auto session = west->server().managesieve("dora");
    ASSERT_TRUE(session.put_script("main", "require \"vacation\"; vacation :days 1 \"I am away\";").ok());
    ASSERT_TRUE(session.activate("main").ok());
    send("dora@west.example.org", "ada@east.example.org", "one");
    EXPECT_EQ(carried_at_rest(), 2U); // the message, and the reply
    ASSERT_THAT(west->server().mailbox("dora"), SizeIs(1));
    EXPECT_THAT(west->server().mailbox("dora")[0].text, HasSubstr("ada@example.net"));
    EXPECT_THAT(sink.messages(), SizeIs(0));
}

TEST_F(NoticeTwoSites, CA_22_ATombstoneThatPointsAtAnotherTombstoneIsToldAsItIs) {
    east->put_departed("ada", "bert@east.example.org");
    east->put_departed("bert", "carol@west.example.org");
    send("writer@example.com", "ada@east.example.org", "one");
    ASSERT_EQ(carried_at_rest(), 2U);
    send("writer@example.com", "bert@east.example.org", "two");
    ASSERT_EQ(carried_at_rest(), 4U);
    ASSERT_THAT(sink.messages(), SizeIs(2));
    EXPECT_THAT(sink.messages()[0].text, HasSubstr("bert@east.example.org"));
    EXPECT_THAT(sink.messages()[1].text, HasSubstr("carol@west.example.org"));
}

} // namespace
} // namespace columbarium::e2e
