// SPDX-License-Identifier: LGPL-2.1-or-later
// One answer to DATA for all recipients, as a table.
#include "tombstone/one_reply.hpp"

#include "notice_fixture.hpp"
#include "tombstone/notice_texts.hpp"

namespace columbarium::tombstone {
namespace {

using Kind = OneReply::Kind;
using Names = std::vector<std::string>;
using Verdicts = std::vector<Verdict>;

const Verdict refused = Refuse{"550 5.1.6 moved"};
const Verdict no_such = Refuse{"550 5.1.1 nobody"};
const Verdict deferred = Defer{"451 4.3.0 later"};
const Verdict here = DeliverOn{};
const Verdict account = DeliverOn{"b@hermes.example.org"};
const Verdict elsewhere = ForwardTo{"c@example.net"};
const Verdict answered = Answer{};
const Verdict dropped = Drop{};

// The recipients are a@, b@, c@ ... of the site.
OneReply made(const Verdicts& verdicts, bool may_report = true, const config::MilterPolicy& policy = {}) {
    Transaction transaction;
    for (std::size_t i = 0; i < verdicts.size(); ++i)
        transaction.recipients.push_back({fmt::format("{}@cam.example.org", char('a' + i)), {}});
    return one_reply(verdicts, transaction, may_report, policy);
}

Names of(std::string_view letters) {
    Names names;
    for (const char letter : letters)
        names.push_back(fmt::format("{}@cam.example.org", letter));
    return names;
}

Names reported(const OneReply& one) {
    Names names;
    for (const reply::Refused& entry : one.report)
        names.push_back(entry.address);
    return names;
}

struct Row {
    Verdicts verdicts;
    Kind kind;
    const char* reply;
    const char* removed;
    Names added;
    const char* reported;
};

TEST(NoticeOneReply, IsATable) {
    const Names none;
    const Row rows[] = {
        {{here}, Kind::accept, "", "", none, ""},
        {{here, here}, Kind::accept, "", "", none, ""},
        {{account}, Kind::accept, "", "a", {"b@hermes.example.org"}, ""},
        {{elsewhere, here}, Kind::accept, "", "a", {"c@example.net"}, ""},
        {{answered}, Kind::discard, "", "a", none, ""},
        {{dropped}, Kind::discard, "", "a", none, ""},
        {{answered, dropped}, Kind::discard, "", "ab", none, ""},
        {{refused}, Kind::refuse, "550 5.1.6 moved", "", none, ""},
        {{refused, no_such}, Kind::refuse, "550 5.1.6 moved", "", none, ""},
        {{no_such, refused}, Kind::refuse, "550 5.1.1 nobody", "", none, ""},
        {{dropped, refused}, Kind::refuse, "550 5.1.6 moved", "", none, ""},
        {{deferred}, Kind::defer, "451 4.3.0 later", "", none, ""},
        {{here, deferred, refused}, Kind::defer, "451 4.3.0 later", "", none, ""},
        {{answered, deferred}, Kind::defer, "451 4.3.0 later", "", none, ""},
        {{here, refused}, Kind::accept, "", "b", none, "b"},
        {{refused, answered}, Kind::discard, "", "ab", none, "a"},
        {{here, answered, elsewhere, refused, dropped}, Kind::accept, "", "bcde", {"c@example.net"}, "d"},
        {{}, Kind::accept, "", "", none, ""},
    };
    for (const Row& row : rows) {
        std::string what;
        for (const Verdict& verdict : row.verdicts)
            what += fmt::format("{} ", name_of(verdict));
        const OneReply one = made(row.verdicts);
        EXPECT_EQ(one.kind, row.kind) << what;
        EXPECT_EQ(one.reply, row.reply) << what;
        EXPECT_EQ(one.remove, of(row.removed)) << what;
        EXPECT_EQ(one.add, row.added) << what;
        EXPECT_EQ(reported(one), of(row.reported)) << what;
        EXPECT_TRUE(one.unreported.empty()) << what;
    }
}

Verdict to(std::string_view address) {
    return Refuse{moved_to(address)};
}

TEST(NoticeOneReply, CA_4_CA_17_NamesTheNewAddressesOfAllWhoAreRefused) {
    const std::string one = "550 5.1.6 The person of this address has moved: please write to a@new.example";
    EXPECT_EQ(made({refused, to("a@new.example")}).reply, one);
    EXPECT_EQ(made({no_such, dropped, to("a@new.example"), refused}).reply, one);
    EXPECT_EQ(made({to("a@new.example"), to("a@new.example")}).reply, one);
    EXPECT_EQ(made({to("a@new.example"), refused, to("b@new.example"), to("c@new.example")}).reply,
              "550 5.1.6 The people of these addresses have moved: please write to a@new.example, "
              "b@new.example, c@new.example");
}

TEST(NoticeOneReply, NamesAsManyNewAddressesAsALineHasRoomFor) {
    for (const std::size_t length : {1U, 10U, 33U, 57U, 60U, 200U}) {
        Verdicts verdicts;
        std::vector<std::string> addresses;
        for (int i = 0; i < 100; ++i) {
            addresses.push_back(fmt::format("a{}{}@new.example", std::string(length, 'x'), i));
            verdicts.push_back(to(addresses.back()));
        }
        Transaction transaction;
        transaction.recipients.resize(verdicts.size());
        const OneReply one = one_reply(verdicts, transaction, true, {});
        EXPECT_EQ(one.kind, Kind::refuse);
        EXPECT_LE(one.reply.size(), 510U); // RFC 5321 section 4.5.3.1.5, without CRLF
        EXPECT_TRUE(one.reply.ends_with(" and others")) << one.reply;
        EXPECT_GT(one.reply.size() + addresses.back().size() + 2, 510U) << "no more room than this";
        EXPECT_NE(one.reply.find(addresses.front()), std::string::npos);
    }
}

TEST(NoticeOneReply, CA_18_ReportsWhomItTakesOffWithCodeAndWords) {
    const OneReply one = made({here, refused, no_such});
    ASSERT_EQ(one.report.size(), 2U);
    EXPECT_EQ(one.report[0].status, "5.1.6");
    EXPECT_EQ(one.report[0].diagnostic, "550 5.1.6 moved");
    EXPECT_EQ(one.report[1].status, "5.1.1");
}

TEST(NoticeOneReply, CA_18_ReportsNothingWhereItMayNotOrTheSiteDoesNotWantIt) {
    config::MilterPolicy dropping;
    dropping.mixed = config::MilterPolicy::Mixed::drop;
    for (const OneReply& one : {made({here, refused}, false), made({here, refused}, true, dropping)}) {
        EXPECT_EQ(one.kind, Kind::accept);
        EXPECT_EQ(one.remove, of("b"));
        EXPECT_TRUE(one.report.empty());
        EXPECT_EQ(one.unreported, of("b"));
    }
}

TEST(NoticeOneReply, CA_2_LeavesForwardingToTheMtaWhereTheSiteWantsIt) {
    config::MilterPolicy leaving;
    leaving.forwarding = config::MilterPolicy::Forwarding::leave;
    const OneReply one = made({elsewhere, account, refused}, true, leaving);
    EXPECT_EQ(one.kind, Kind::accept);
    EXPECT_EQ(one.remove, of("c"));
    EXPECT_TRUE(one.add.empty());
}

TEST(NoticeOneReply, NamesEachRecipientOnceHoweverOftenHeWasNamed) {
    Transaction transaction;
    for (const char* name : {"a", "a", "b", "b", "c"})
        transaction.recipients.push_back({fmt::format("{}@cam.example.org", name), {}});
    const OneReply one =
        one_reply({elsewhere, elsewhere, refused, refused, elsewhere}, transaction, true, {});
    EXPECT_EQ(one.remove, of("abc"));
    EXPECT_EQ(one.add, Names{"c@example.net"});
    EXPECT_EQ(reported(one), of("b"));
}

TEST(NoticeOneReply, AddsNobodyWhoGetsTheMessageAlready) {
    Transaction transaction;
    transaction.recipients = {{"a@cam.example.org", {}}, {"c@example.net", {}}};
    const OneReply one = one_reply({elsewhere, here}, transaction, true, {});
    EXPECT_EQ(one.kind, Kind::accept);
    EXPECT_EQ(one.remove, of("a"));
    EXPECT_TRUE(one.add.empty());
}

} // namespace
} // namespace columbarium::tombstone
