// SPDX-License-Identifier: LGPL-2.1-or-later
// What those who deliver mail learn of recipients from the service, and claim there.
#include <chrono>
#include <filesystem>

#include <unistd.h>

#include <gmock/gmock.h>

#include "people_service_fixture.hpp"
#include "reply/claim.hpp"
#include "rig/process.hpp"
#include "tombstone/addressee.hpp"
#include "tombstone/own_recipient.hpp"

namespace columbarium::e2e {
namespace {

using config::Disclosure;
using reply::Claim;
using reply::ClaimOutcome;
using rig::eventually;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using wire::ReplyStatus;
using Kind = reply::ClaimRequest::Kind;
using enum reply::ClaimState;

class DeliveryMaps : public PeopleServiceTest {
  protected:
    wire::Reply ask(const std::string& map, const std::string& key) {
        return ask_on(socket_of("columbarium-delivery"), map, key);
    }

    tombstone::Addressee recipient(const std::string& address) {
        const wire::Reply reply = ask("recipient", address);
        EXPECT_EQ(reply.status, ReplyStatus::ok) << reply.text;
        const auto read = tombstone::read_addressee(reply.text);
        EXPECT_TRUE(read) << read.error().text;
        return read.value_or(tombstone::Addressee());
    }

    // A claim with the site's policy.
    [[nodiscard]] static Claim claim(const std::string& sender, std::vector<std::string> people) {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        return reply::claim_of(sender, std::move(people), now, config::ReplyPolicy());
    }

    static ClaimOutcome outcome(const wire::Reply& reply) {
        EXPECT_EQ(reply.status, ReplyStatus::ok) << reply.text;
        const auto read = reply::read_claim_outcome(reply.text);
        EXPECT_TRUE(read) << read.error().text;
        return read.value_or(ClaimOutcome());
    }
};

TEST_F(DeliveryMaps, CA_10_LeaveTheAddressesOfNobodyAlone) {
    put_everybody();
    put(somebody("postmaster", "postmaster@hermes.example.org", ""));
    for (const char* address : {"nobody@cam.example.org", "postmaster@cam.example.org",
                                "Postmaster@CAM.example.org", "abuse@cam.example.org"})
        EXPECT_THAT(ask("recipient", address), IsNotFound()) << address;
}

// Who asks has an address of the site's: where ours has an older columbarium.toml, mail is not refused for
// good.
TEST_F(DeliveryMaps, CA_11_FailForATimeWhereTheServiceDoesNotKnowTheDomainYet) {
    put_everybody();
    for (const char* address : {"present@elsewhere.example", "present", "", "@cam.example.org"})
        EXPECT_THAT(ask("recipient", address), Fails(ReplyStatus::temporary, "none of the site's"))
            << address;
}

TEST_F(DeliveryMaps, TellWhatBecomesOfMailToAPerson) {
    put_everybody();
    EXPECT_EQ(recipient("present@cam.example.org"),
              (tombstone::Addressee{"present", "", tombstone::Forward{"present@hermes.example.org"}, true,
                                    Disclosure::address}));
    EXPECT_EQ(recipient("Departed+list@example.ac.uk"),
              (tombstone::Addressee{"departed", "", tombstone::ChangeOfAddress{"departed@example.com"}, false,
                                    Disclosure::address}));
    EXPECT_EQ(recipient("silent@cam.example.org").resolution,
              tombstone::Resolution(tombstone::Reject{tombstone::RejectReason::departed}));
    EXPECT_EQ(recipient("newcomer@cam.example.org").resolution,
              tombstone::Resolution(tombstone::Reject{tombstone::RejectReason::no_address}));
}

TEST_F(DeliveryMaps, AR_19_TellNoMoreThanMayBeDisclosed) {
    auto departed = somebody("departed", "", "departed@example.com", 30);
    departed.full_name = "Zoë \"Z\" Departed";
    departed.disclosure = Disclosure::address_and_name;
    put(departed);
    EXPECT_EQ(recipient("departed@cam.example.org").full_name, "Zoë \"Z\" Departed");
    departed.disclosure = Disclosure::address;
    put(departed);
    EXPECT_EQ(recipient("departed@cam.example.org").full_name, "");
    EXPECT_EQ(recipient("departed@cam.example.org").disclosure, Disclosure::address);
}

TEST_F(DeliveryMaps, GiveTheRightToReplyOnceAndKnowWhatBecameOfIt) {
    put_everybody();
    const Claim mine = claim("me@example.com", {"departed", "silent"});
    const auto ask_for = [&](Kind kind, const Claim& of) {
        return ask("reply", reply::to_key({kind, "", of}));
    };
    EXPECT_EQ(outcome(ask_for(Kind::claim, mine)), (ClaimOutcome{{granted, granted}, ""}));
    EXPECT_EQ(outcome(ask_for(Kind::claim, mine)), (ClaimOutcome{{pending, pending}, ""}));
    Claim one = mine;
    one.people = {"departed"};
    EXPECT_THAT(ask_for(Kind::confirm, one), IsOk("done"));
    one.people = {"silent"};
    EXPECT_THAT(ask_for(Kind::release, one), IsOk("done"));
    EXPECT_EQ(outcome(ask_for(Kind::claim, mine)), (ClaimOutcome{{told, granted}, ""}));
    EXPECT_EQ(people().claim(mine).value(), (ClaimOutcome{{told, pending}, ""})) << "it is in the store";
}

TEST_F(DeliveryMaps, AR_31_SayWhichCapIsReached) {
    put_everybody();
    Claim mine = claim("me@example.com", {"departed"});
    mine.per_hour = 0;
    EXPECT_EQ(outcome(ask("reply", reply::to_key({Kind::claim, "", mine}))),
              (ClaimOutcome{{pending}, "per_hour"}));
}

TEST_F(DeliveryMaps, RefuseClaimsThatCannotBeAndTakeTheNext) {
    put_everybody();
    EXPECT_THAT(ask("reply", reply::to_key({Kind::claim, "", claim("me@example.com", {})})),
                Fails(ReplyStatus::permanent, "no people"));
    EXPECT_EQ(ask("reply", "nonsense").status, ReplyStatus::permanent);
    EXPECT_EQ(outcome(ask("reply", reply::to_key({Kind::claim, "", claim("me@example.com", {"departed"})}))),
              (ClaimOutcome{{granted}, ""}));
}

// Who asks has read a newer columbarium.toml than the service.
TEST_F(DeliveryMaps, ClaimForNoLongerThanTheIntervalThatTheServiceKnows) {
    put_everybody();
    Claim longer = claim("me@example.com", {"departed"});
    longer.until = longer.now + std::chrono::days(400);
    const auto ask_for = [&](Kind kind, const Claim& of) {
        return ask("reply", reply::to_key({kind, "", of}));
    };
    EXPECT_EQ(outcome(ask_for(Kind::claim, longer)), (ClaimOutcome{{granted}, ""}));
    EXPECT_THAT(ask_for(Kind::confirm, longer), IsOk("done"));
    EXPECT_EQ(outcome(ask_for(Kind::claim, longer)), (ClaimOutcome{{told}, ""})) << "it was settled";
    Claim later = claim("me@example.com", {"departed"});
    later.now += std::chrono::days(8);
    later.until += std::chrono::days(8);
    EXPECT_EQ(people().claim(later).value(), (ClaimOutcome{{granted}, ""}));
}

TEST_F(DeliveryMaps, CA_11_FailForATimeWhereTheStoreIsAway) {
    people_server().write_file("store/people.sqlite", std::string(8'192, 'x'));
    EXPECT_EQ(ask("recipient", "departed@cam.example.org").status, ReplyStatus::temporary);
    const Claim mine = claim("me@example.com", {"departed"});
    EXPECT_EQ(ask("reply", reply::to_key({Kind::claim, "", mine})).status, ReplyStatus::temporary);
}

TEST_F(DeliveryMaps, CA_11_FailForATimeWhereTheConfigurationIsWrong) {
    options.site_config += "[people.affiliations]\nPhysics = 7\n";
    EXPECT_THAT(ask("recipient", "departed@cam.example.org"),
                Fails(ReplyStatus::temporary, "columbarium.toml"));
}

TEST_F(DeliveryMaps, CA_11_FailForATimeWhereTheServiceDoesNotKnowOfPeopleYet) {
    options.site_config = "[presence]\n";
    EXPECT_THAT(ask("recipient", "departed@cam.example.org"),
                Fails(ReplyStatus::temporary, "none of the site's"));
}

TEST_F(DeliveryMaps, AreForThoseWhoDeliverOnly) {
    put_everybody();
    const std::string key = reply::to_key({Kind::claim, "", claim("me@example.com", {"departed"})});
    for (const char* socket : {"columbarium", "columbarium-people"}) {
        EXPECT_EQ(ask_on(socket_of(socket), "reply", key).status, ReplyStatus::permanent);
        EXPECT_EQ(ask_on(socket_of(socket), "recipient", "departed@cam.example.org").status,
                  ReplyStatus::permanent);
    }
    EXPECT_EQ(ask_on(socket_of("columbarium-settings"), "recipient", "departed@cam.example.org").status,
              ReplyStatus::permanent);
    for (const char* map : {"presence", "notify", "forwarding", "settings", "own-recipient"})
        EXPECT_THAT(ask(map, "x"), Fails(ReplyStatus::permanent, "there are: recipient, reply, service"));
    EXPECT_EQ(ask("service", "status").status, ReplyStatus::ok);
}

TEST_F(DeliveryMaps, TellAUserOfHisOwnAddressesOnly) {
    options.users = {{"present", "userdb_uid=1"}, {"departed", ""}}; // all processes here are departed's
    options.extra_conf += "first_valid_uid = 1\n";
    put_everybody();
    const auto own = [&](const std::string& user, const std::string& address) {
        return ask_as_mail_user("own-recipient", tombstone::to_key({user, address}));
    };
    const auto read = tombstone::read_addressee(own("departed", "departed+x@cam.example.org"));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->resolution, tombstone::Resolution(tombstone::ChangeOfAddress{"departed@example.com"}));
    EXPECT_EQ(own("departed", "present@cam.example.org"), "");
    EXPECT_THAT(own("departed", "departed@elsewhere.example"), HasSubstr("none of the site's"));
    for (const char* user : {"present", "stranger"})
        for (const char* address : {"present@cam.example.org", "departed@cam.example.org"})
            EXPECT_THAT(own(user, address), AllOf(HasSubstr("not allowed"), Not(HasSubstr("example.com"))));
}

TEST_F(DeliveryMaps, LetAUserClaimForHimselfOnlyAndWithinThePolicy) {
    put_everybody();
    const auto claims = [&](const Claim& of, const char* user = "departed", Kind kind = Kind::claim) {
        return ask_as_mail_user("reply", reply::to_key({kind, user, of}));
    };
    const Claim mine = claim("me@example.com", {"departed"});
    for (const auto& people : std::vector<std::vector<std::string>>{{"silent"}, {"departed", "silent"}})
        EXPECT_THAT(claims(claim("me@example.com", people)), HasSubstr("somebody else"));
    EXPECT_THAT(claims(mine, "present"), HasSubstr("somebody else"));
    EXPECT_THAT(claims(mine, ""), HasSubstr("user"));
    EXPECT_THAT(claims(claim("me@example.com", {"present"}), "present"),
                HasSubstr("correspondents are told nothing"));
    Claim earlier = mine;
    earlier.now -= std::chrono::hours(2);
    earlier.until -= std::chrono::hours(2);
    EXPECT_THAT(claims(earlier), HasSubstr("another time"));

    Claim greedy = mine;
    greedy.per_sender_day = 1'000'000;
    EXPECT_EQ(reply::read_claim_outcome(claims(greedy)).value(), (ClaimOutcome{{granted}, ""}));
    EXPECT_EQ(claims(mine, "departed", Kind::confirm), "done");
    EXPECT_EQ(reply::read_claim_outcome(claims(mine)).value(), (ClaimOutcome{{told}, ""}));
}

// One that were over sooner could be repeated until all replies to a sender are used up.
TEST_F(DeliveryMaps, AR_31_LetAUsersClaimEndWithTheSitesInterval) {
    put_everybody();
    for (const int days : {-6, 30}) {
        Claim mine = claim(std::to_string(days) + "@example.com", {"departed"});
        mine.until += std::chrono::days(days);
        const auto say = [&](Kind kind) {
            return ask_as_mail_user("reply", reply::to_key({kind, "departed", mine}));
        };
        EXPECT_EQ(reply::read_claim_outcome(say(Kind::claim)).value(), (ClaimOutcome{{granted}, ""}));
        EXPECT_EQ(say(Kind::confirm), "done");
        Claim later = claim(mine.sender, {"departed"});
        later.now += std::chrono::days(6);
        EXPECT_EQ(people().claim(later).value(), (ClaimOutcome{{told}, ""})) << days;
        later.now = mine.now + std::chrono::days(7);
        later.until = later.now + std::chrono::days(7);
        EXPECT_EQ(people().claim(later).value(), (ClaimOutcome{{granted}, ""})) << days;
    }
}

// A release gives a reply back to the counters of the hour that it names.
TEST_F(DeliveryMaps, AR_31_TakeNoReleaseOfAnotherTimeFromAUser) {
    put_everybody();
    const Claim mine = claim("me@example.com", {"departed"});
    Claim before = mine;
    before.now -= std::chrono::hours(1);
    const auto say = [&](Kind kind, const Claim& of) {
        return ask_as_mail_user("reply", reply::to_key({kind, "departed", of}));
    };
    EXPECT_EQ(reply::read_claim_outcome(say(Kind::claim, mine)).value(), (ClaimOutcome{{granted}, ""}));
    EXPECT_EQ(say(Kind::release, before), "done");
    EXPECT_EQ(reply::read_claim_outcome(say(Kind::claim, mine)).value(), (ClaimOutcome{{pending}, ""}));
    EXPECT_EQ(say(Kind::release, mine), "done");
    EXPECT_EQ(reply::read_claim_outcome(say(Kind::claim, mine)).value(), (ClaimOutcome{{granted}, ""}));
}

TEST_F(DeliveryMaps, AR_31_CountAUsersClaimsByTheSitesCaps) {
    options.site_config += "[reply]\nper_hour = 1\n";
    put_everybody();
    const auto claims = [&](const char* sender) {
        return reply::read_claim_outcome(
                   ask_as_mail_user("reply",
                                    reply::to_key({Kind::claim, "departed", claim(sender, {"departed"})})))
            .value();
    };
    EXPECT_EQ(claims("a@example.com").cap, "");
    EXPECT_EQ(claims("b@example.com").cap, "per_hour");
}

TEST_F(DeliveryMaps, AR_31_GrantAUserAFewClaimsAnHourOnly) {
    put_everybody();
    std::size_t granted_here = 0;
    std::string cap;
    // Twice the number: the hour may end meanwhile.
    for (std::size_t i = 0; i < 2 * store::user_claims_per_hour + 1 && cap.empty(); ++i) {
        const Claim mine = claim(std::to_string(i) + "@example.com", {"departed"});
        cap = reply::read_claim_outcome(
                  ask_as_mail_user("reply", reply::to_key({Kind::claim, "departed", mine})))
                  .value()
                  .cap;
        granted_here += cap.empty() ? 1 : 0;
    }
    EXPECT_EQ(cap, "per_user_hour");
    EXPECT_GE(granted_here, store::user_claims_per_hour);
}

TEST_F(DeliveryMaps, ForgetWhatIsOverWithoutBeingAsked) {
    put_everybody();
    Claim old = claim("me@example.com", {"departed"});
    old.now -= std::chrono::days(30);
    old.until -= std::chrono::days(30);
    ASSERT_EQ(people().claim(old).value().states.at(0), granted);
    const auto count = [this] {
        return people_server()
            .run({"python3", "-c",
                  "import sqlite3, sys\n"
                  "print(*sqlite3.connect(sys.argv[1]).execute('SELECT (SELECT count(*) FROM "
                  "suppression), (SELECT count(*) FROM reply_counter)').fetchone())",
                  store_path().string()})
            .output;
    };
    EXPECT_EQ(count(), "1 3\n");
    EXPECT_EQ(recipient("departed@cam.example.org").username, "departed"); // the service looks into the store
    EXPECT_TRUE(eventually(rig::default_deadline, [&] { return count() == "0 0\n"; }));
}

} // namespace
} // namespace columbarium::e2e
