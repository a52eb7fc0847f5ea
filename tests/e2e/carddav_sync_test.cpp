// SPDX-License-Identifier: LGPL-2.1-or-later
// Synchronisation with a real Radicale over TLS.
#include <map>

#include <gmock/gmock.h>

#include "carddav/synchronise.hpp"
#include "lists/book_index.hpp"
#include "rig/eventually.hpp"
#include "rig/radicale.hpp"

namespace columbarium::e2e {
namespace {

using carddav::SyncReport;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Copy = std::map<std::string, std::string>;

std::string vcard(const std::string& uid, const std::string& address) {
    return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:" + uid + "\r\nN:" + uid +
           ";;;;\r\nEMAIL;TYPE=internet:" + address + "\r\nEND:VCARD\r\n";
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

// Alice has the book "contacts" with fred and gina.
class CardDavRadicale : public ::testing::Test {
  protected:
    CardDavRadicale() : directory_(rig::server_account()) {
        radicale.create_book("alice", "contacts");
        put("fred", "fred@example.org");
        put("gina", "gina@example.org");
        account.url = radicale.url("alice", "contacts");
        account.user = "alice";
        account.password = radicale.password("alice");
        account.ca_file = radicale.ca_file();
    }

    void put(const std::string& uid, const std::string& address) const {
        radicale.put_card("alice", "contacts", uid + ".vcf", vcard(uid, address));
    }

    [[nodiscard]] Expected<SyncReport> synchronise() {
        return carddav::synchronise(account, {}, index_path(), "carddav:test",
                                    std::chrono::system_clock::now(), {},
                                    [this](const std::string& text) { warnings.push_back(text); });
    }

    SyncReport synchronised() {
        const Expected<SyncReport> report = synchronise();
        EXPECT_TRUE(report) << report.error().text << "\n" << radicale.log();
        return report ? *report : SyncReport();
    }

    // The failure, after which the copy is as it was.
    Error failed() {
        const Copy before = copy();
        const Expected<SyncReport> report = synchronise();
        EXPECT_FALSE(report);
        EXPECT_EQ(copy(), before);
        if (report)
            return {};
        EXPECT_THAT(report.error().text, Not(HasSubstr(radicale.password("alice"))));
        return report.error();
    }

    // Names of cards and their first addresses.
    [[nodiscard]] Copy copy() const {
        Copy cards;
        const auto index = lists::BookIndex::open(index_path(), "carddav:test");
        if (!index || !*index)
            return cards;
        EXPECT_TRUE((*index)->each_resource([&cards](lists::Resource&& resource) {
            cards[resource.id.substr(resource.id.rfind('/') + 1)] = resource.cards.at(0).addresses.at(0);
            return true;
        }));
        return cards;
    }

    [[nodiscard]] std::string index_path() const { return directory_.path() / "index"; }

    rig::Radicale radicale;
    carddav::Account account;
    std::vector<std::string> warnings;

  private:
    rig::TemporaryDirectory directory_;
};

TEST_F(CardDavRadicale, SY_1_SY_2_SY_3_TheCopyFollowsTheBook) {
    SyncReport report = synchronised();
    EXPECT_EQ(report.method, "sync-collection");
    EXPECT_EQ(report.added, 2U);
    EXPECT_EQ(copy(), (Copy{{"fred.vcf", "fred@example.org"}, {"gina.vcf", "gina@example.org"}}));

    put("hugo", "hugo@example.org");
    report = synchronised();
    EXPECT_EQ(report.added, 1U);
    EXPECT_EQ(report.total, 3U);

    put("fred", "fred@example.com");
    report = synchronised();
    EXPECT_EQ(report.changed, 1U);

    radicale.delete_card("alice", "contacts", "gina.vcf");
    report = synchronised();
    EXPECT_EQ(report.removed, 1U);
    EXPECT_EQ(copy(), (Copy{{"fred.vcf", "fred@example.com"}, {"hugo.vcf", "hugo@example.org"}}));
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(CardDavRadicale, NothingNewIsOneReportAndNoCards) {
    synchronised();
    const std::string before = radicale.log();
    EXPECT_EQ(synchronised().total, 2U);
    ASSERT_TRUE(rig::eventually(rig::default_deadline, [&] {
        return count(radicale.log(), "REPORT request") > count(before, "REPORT request");
    }));
    const std::string since = radicale.log().substr(before.size());
    EXPECT_EQ(count(since, "REPORT request for"), 1U) << since;
    EXPECT_EQ(count(since, "PROPFIND request for"), 0U);
    EXPECT_THAT(since, Not(HasSubstr("addressbook-multiget")));
}

TEST_F(CardDavRadicale, SY_4_AServerThatLostItsTokensIsComparedAnew) {
    synchronised();
    radicale.forget_tokens("alice", "contacts");
    put("hugo", "hugo@example.org");
    const SyncReport report = synchronised();
    EXPECT_EQ(report.added, 1U);
    EXPECT_EQ(report.changed, 0U);
    EXPECT_EQ(report.total, 3U);
    EXPECT_EQ(synchronised().added, 0U);
}

TEST_F(CardDavRadicale, CD_1_TheBookIsFoundFromTheServersRoot) {
    account.url = radicale.url();
    EXPECT_EQ(synchronised().total, 2U);
    account.url = radicale.url() + "alice/";
    EXPECT_EQ(synchronised().total, 2U);

    radicale.create_book("alice", "old");
    account.url = radicale.url();
    ASSERT_TRUE(std::filesystem::remove(index_path()));
    const Error error = failed();
    EXPECT_EQ(error.kind, ErrorKind::permanent);
    EXPECT_THAT(error.text,
                AllOf(HasSubstr(radicale.url("alice", "old")), HasSubstr(radicale.url("alice", "contacts"))));
}

TEST_F(CardDavRadicale, CD_12_AWrongPasswordIsPermanent) {
    synchronised();
    account.password = "wrong";
    const Error error = failed();
    EXPECT_EQ(error.kind, ErrorKind::permanent);
    EXPECT_THAT(error.text, AllOf(HasSubstr("401"), HasSubstr("password_file"), Not(HasSubstr("wrong"))));
}

TEST_F(CardDavRadicale, CD_12_ABookThatIsGoneIsPermanent) {
    synchronised();
    radicale.delete_book("alice", "contacts");
    const Error error = failed();
    EXPECT_EQ(error.kind, ErrorKind::permanent);
    EXPECT_THAT(error.text, HasSubstr("404"));
}

TEST_F(CardDavRadicale, CD_12_AServerThatIsDownIsTemporary) {
    synchronised();
    radicale.stop();
    EXPECT_EQ(failed().kind, ErrorKind::temporary);
}

TEST_F(CardDavRadicale, EL_71_CD_11_ACertificateOfAnUnknownAuthorityIsRefused) {
    const rig::TemporaryDirectory elsewhere(rig::server_account());
    const rig::TestAuthority other(elsewhere, "other");
    account.ca_file = other.ca_file();
    Error error = failed();
    EXPECT_EQ(error.kind, ErrorKind::permanent);
    EXPECT_THAT(error.text, HasSubstr("ca_file"));
    account.ca_file.clear();
    error = failed();
    EXPECT_EQ(error.kind, ErrorKind::permanent) << "the system's authorities do not know this one";
    account.ca_file = elsewhere.path() / "none.pem";
    error = failed();
    EXPECT_EQ(error.kind, ErrorKind::permanent);
    EXPECT_THAT(error.text, HasSubstr("none.pem"));
}

TEST_F(CardDavRadicale, EL_71_CD_11_PlainHttpIsRefused) {
    account.url = "http" + radicale.url("alice", "contacts").substr(5);
    const Error error = failed();
    EXPECT_EQ(error.kind, ErrorKind::permanent);
    EXPECT_THAT(error.text, HasSubstr("allow_plaintext"));
}

TEST(CardDavRadicaleWithAnotherName, EL_71_CD_11_ACertificateForAnotherHostIsRefused) {
    rig::Radicale radicale({.names = "DNS:dav.example.org"});
    radicale.create_book("alice", "contacts");
    const rig::TemporaryDirectory directory(rig::server_account());
    const Expected<SyncReport> report = carddav::synchronise({.url = radicale.url("alice", "contacts"),
                                                              .user = "alice",
                                                              .password = radicale.password("alice"),
                                                              .ca_file = radicale.ca_file()},
                                                             {}, directory.path() / "index", "carddav:test",
                                                             std::chrono::system_clock::now(), {}, {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, ErrorKind::permanent);
    EXPECT_THAT(report.error().text, HasSubstr("certificate"));
    EXPECT_THAT(radicale.log(), Not(HasSubstr("REPORT request")));
}

TEST(CardDavRadicalePlain, EL_71_PlainHttpWorksWhereItIsAllowed) {
    rig::Radicale radicale({.encrypted = false});
    radicale.create_book("alice", "contacts");
    radicale.put_card("alice", "contacts", "fred.vcf", vcard("fred", "fred@example.org"));
    const rig::TemporaryDirectory directory(rig::server_account());
    const Expected<SyncReport> report = carddav::synchronise({.url = radicale.url("alice", "contacts"),
                                                              .user = "alice",
                                                              .password = radicale.password("alice"),

                                                              .ca_file = {},
                                                              .allow_plaintext = true},
                                                             {}, directory.path() / "index", "carddav:test",
                                                             std::chrono::system_clock::now(), {}, {});
    ASSERT_TRUE(report) << report.error().text;
    EXPECT_EQ(report->total, 1U);
}

} // namespace
} // namespace columbarium::e2e
