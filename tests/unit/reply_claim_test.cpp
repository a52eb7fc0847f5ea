// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/claim.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace columbarium::reply {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
using ::testing::HasSubstr;

constexpr sys_seconds now{seconds(1'772'000'000)};

struct Row {
    const char* reverse_path;
    const char* key;
};

TEST(SenderKey, IsTheAddressWithoutWhatChangesFromMessageToMessage) {
    const std::vector<Row> rows = {
        {"Fred@Example.COM", "fred@example.com"},
        {" fred@example.com ", "fred@example.com"},
        {"\"fred\"@example.com", "fred@example.com"},
        {"fred+lists@example.com", "fred+lists@example.com"},
        {"prvs=1234abcdef=fred@example.com", "fred@example.com"},
        {"PRVS=1234ABCDEF=Fred@example.com", "fred@example.com"},
        {"prvs=fred/1234abcdef@example.com", "fred@example.com"},
        {"prvs=1234abcdef=a=b@example.com", "a=b@example.com"},
        {"btv1==046fd1a2b3c==fred@example.com", "fred@example.com"},
        {"msprvs1=18456ab=fred@example.com", "fred@example.com"},
        // Who forwards stays in it: he could name anybody.
        {"SRS0=hash=tt=example.com=fred@forwarder.example", "srs0=example.com=fred@forwarder.example"},
        {"SRS0=other=uu=example.com=fred@forwarder.example", "srs0=example.com=fred@forwarder.example"},
        {"srs0+hash=tt=example.com=fred@forwarder.example", "srs0=example.com=fred@forwarder.example"},
        {"SRS0-hash=tt=example.com=fred=x@forwarder.example", "srs0=example.com=fred=x@forwarder.example"},
        {"SRS1=hash=forwarder.example==hash=tt=example.com=fred@second.example",
         "srs1=forwarder.example==example.com=fred@second.example"},
        {"SRS1=hash=forwarder.example=+hash=tt=example.com=fred@second.example",
         "srs1=forwarder.example==example.com=fred@second.example"},
        {"SRS0=hash=tt=example.com=prvs=1234abcdef=fred@forwarder.example",
         "srs0=example.com=fred@forwarder.example"},
        {"prvs=1234abcdef=SRS0=hash=tt=example.com=fred@forwarder.example",
         "srs0=example.com=fred@forwarder.example"},
        {"SRS0=hash=tt=y.example=SRS0=h=u=x.example=fred@z.example",
         "srs0=y.example=srs0=x.example=fred@z.example"},
        // Not quite: the address as it is.
        {"prvs=@example.com", "prvs=@example.com"},
        {"prvs=1234abcdef=@example.com", "prvs=1234abcdef=@example.com"},
        {"prvs=12-4=fred@example.com", "prvs=12-4=fred@example.com"},
        {"SRS0=hash=tt=example.com@forwarder.example", "srs0=hash=tt=example.com@forwarder.example"},
        {"SRS0=hash=tt=localhost=fred@forwarder.example", "srs0=hash=tt=localhost=fred@forwarder.example"},
        {"SRS0=hash=tt==fred@forwarder.example", "srs0=hash=tt==fred@forwarder.example"},
        {"SRS0=@forwarder.example", "srs0=@forwarder.example"},
        {"SRS1=hash=host@second.example", "srs1=hash=host@second.example"},
        {"srs0fred@example.com", "srs0fred@example.com"},
        // No address.
        {"", ""},
        {"<>", ""},
        {"fred", ""},
        {"fred@", ""},
        {"fr ed@example.com", ""},
    };
    for (const Row& row : rows)
        EXPECT_EQ(sender_key(row.reverse_path), row.key) << row.reverse_path;
}

TEST(SenderKey, OfAKeyIsTheKeyItself) {
    for (const char* path :
         {"prvs=1234abcdef=fred@example.com", "SRS0=hash=tt=example.com=fred@forwarder.example",
          "SRS0=hash=tt=example.com=a=b=c.d=e@forwarder.example",
          "SRS1=hash=forwarder.example==hash=tt=example.com=a=b=c.d=e@second.example"})
        EXPECT_EQ(sender_key(sender_key(path)), sender_key(path));
}

TEST(SenderKey, AR_3_OfAStrangerIsNobodyElses) {
    const std::string key = sender_key("SRS0=h=t=victim.example=fred@attacker.example");
    EXPECT_NE(key, sender_key("fred@victim.example"));
    EXPECT_TRUE(key.ends_with("@attacker.example")) << key; // caps count the domain that a reply goes to
}

TEST(OriginalSender, IsWhatTheWrappingNames) {
    EXPECT_EQ(original_sender("SRS0=hash=tt=example.com=prvs=1234abcdef=Fred@forwarder.example"),
              "fred@example.com");
    EXPECT_EQ(original_sender("SRS1=hash=y.example==hash=tt=example.com=fred@z.example"), "fred@example.com");
    EXPECT_EQ(original_sender("fred@example.com"), "fred@example.com");
    EXPECT_EQ(original_sender(""), "");
}

TEST(Claim, AR_3_AR_31_HasThePolicysIntervalAndCaps) {
    config::ReplyPolicy policy;
    policy.interval_days = 3;
    policy.per_hour = 1;
    policy.per_domain_hour = 2;
    policy.per_sender_day = 0;
    const Claim claim = claim_of("fred@example.com", {"abc1", "abc2"}, now, policy);
    EXPECT_EQ(claim,
              (Claim{"fred@example.com", {"abc1", "abc2"}, now, now + std::chrono::hours(72), 1, 2, 0}));
    EXPECT_EQ(claim_of("a@b", {"c"}, now, {}).until, now + std::chrono::days(7));
}

ClaimRequest request() {
    return {ClaimRequest::Kind::claim, "", claim_of("fred@example.com", {"abc1"}, now, {})};
}

TEST(ClaimRequest, SurvivesTheWire) {
    for (const auto kind :
         {ClaimRequest::Kind::claim, ClaimRequest::Kind::confirm, ClaimRequest::Kind::release}) {
        ClaimRequest sent = request();
        sent.kind = kind;
        sent.user = "abc1@hermes.example.org";
        sent.claim.people = {"abc1", "\"quotes\" and \\", "d\xc3\xa9sk"};
        const auto read = read_claim_request(to_key(sent));
        ASSERT_TRUE(read.has_value()) << read.error().text;
        EXPECT_EQ(*read, sent);
    }
}

TEST(ClaimRequest, IsOneLineOfJson) {
    EXPECT_EQ(to_key(request()), R"({"do":"claim","now":1772000000,"people":["abc1"],"per_domain_hour":500,)"
                                 R"("per_hour":5000,"per_sender_day":20,"sender":"fred@example.com",)"
                                 R"("until":1772604800,"user":""})");
}

struct Mistake {
    const char* right;
    const char* wrong;
    const char* complaint;
};

TEST(ClaimRequest, IsRefusedWithWhatIsWrong) {
    const std::vector<Mistake> mistakes = {
        {"\"claim\"", "\"take\"", "none of claim, confirm, release: \"take\""},
        {"\"claim\"", "1", "its \"do\" is no text"},
        {"\"do\"", "\"done\"", "has no \"do\""},
        {"\"user\"", "\"who\"", "has no \"user\""},
        {"fred@example.com", "", "its \"sender\" is empty"},
        {"\"sender\"", "\"from\"", "has no \"sender\""},
        {"\"people\"", "\"persons\"", "has no \"people\""},
        {"[\"abc1\"]", "[]", "names no people"},
        {"[\"abc1\"]", "\"abc1\"", "its \"people\" is no list"},
        {"[\"abc1\"]", "[1]", "an element that is no text"},
        {"[\"abc1\"]", "[\"\"]", "somebody without a name"},
        {"[\"abc1\"]", "[\"abc1\",\"abc1\"]", "names \"abc1\" twice"},
        {"1772604800", "1772000000", "is not after its \"now\""},
        {"1772604800", "-1", "its \"until\" is no whole number from 0 on"},
        {"1772604800", "1.5", "its \"until\" is no whole number from 0 on"},
        {"1772604800", "999999999999999", "its \"until\" is more than 253402300799"},
        {"1772000000", "\"now\"", "its \"now\" is no whole number from 0 on"},
        {"5000", "18446744073709551615", "its \"per_hour\" is more than 9223372036854775807"},
        {"\"per_sender_day\"", "\"x\"", "has no \"per_sender_day\""},
        {"{", "[{", "is no JSON object"},
    };
    for (const Mistake& mistake : mistakes) {
        std::string key = to_key(request());
        const std::size_t at = key.find(mistake.right);
        ASSERT_NE(at, std::string::npos) << mistake.right;
        key.replace(at, std::string(mistake.right).size(), mistake.wrong);
        const auto read = read_claim_request(key);
        ASSERT_FALSE(read.has_value()) << key;
        EXPECT_EQ(read.error().kind, ErrorKind::permanent);
        EXPECT_THAT(read.error().text, HasSubstr(mistake.complaint)) << key;
    }
    EXPECT_FALSE(read_claim_request("").has_value());
    EXPECT_FALSE(read_claim_request(std::string(50'000, '[')).has_value());
    EXPECT_FALSE(read_claim_request(std::string(200'000, ' ')).has_value());
}

TEST(ClaimRequest, NamesAtMostAThousandPeople) {
    ClaimRequest sent = request();
    sent.claim.people.clear();
    for (int i = 0; i < 1000; ++i)
        sent.claim.people.push_back("abc" + std::to_string(i));
    EXPECT_TRUE(read_claim_request(to_key(sent)).has_value());
    sent.claim.people.emplace_back("abc1000");
    EXPECT_FALSE(read_claim_request(to_key(sent)).has_value());
}

TEST(ClaimOutcome, SurvivesTheWire) {
    const ClaimOutcome sent{{ClaimState::granted, ClaimState::told, ClaimState::pending}, ""};
    EXPECT_EQ(to_value(sent), R"({"cap":"","states":["granted","told","pending"]})");
    for (const ClaimOutcome& outcome : {sent, ClaimOutcome{{ClaimState::told}, "per_hour"}, ClaimOutcome{}}) {
        const auto read = read_claim_outcome(to_value(outcome));
        ASSERT_TRUE(read.has_value()) << read.error().text;
        EXPECT_EQ(*read, outcome);
    }
}

TEST(ClaimOutcome, IsRefusedWithWhatIsWrong) {
    for (const char* value : {"", "done", "[]", "{}", R"({"cap":""})", R"({"states":[]})",
                              R"({"cap":"","states":["perhaps"]})", R"({"cap":1,"states":[]})"}) {
        const auto read = read_claim_outcome(value);
        ASSERT_FALSE(read.has_value()) << value;
        EXPECT_EQ(read.error().kind, ErrorKind::permanent);
        EXPECT_THAT(read.error().text, HasSubstr("the answer about replies"));
    }
}

} // namespace
} // namespace columbarium::reply
