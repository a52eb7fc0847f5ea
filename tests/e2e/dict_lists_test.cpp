// SPDX-License-Identifier: LGPL-2.1-or-later
// Address books in Dovecot's dicts: Redis, and SQL (SQLite) through the dict service.
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <sys/socket.h>

#include <gmock/gmock.h>

#include "doveadm_fixture.hpp"
#include "rig/redis.hpp"
#include "rig/socket.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* book = ":addrbook:default";

class DictLists : public DoveadmTest {
  protected:
    DictLists() {
        options.sieve_plugins = {"sieve_columbarium"};
        options.sieve_extensions = "+extlists";
    }

    void keep_book_in(const std::string& uri) {
        options.site_config = "[lists.\":addrbook:default\"]\ntype = \"dict\"\nuri = \"" + uri + "\"\n";
    }

    // Mail from people in the book goes to Known.
    void use_script_that_asks_the_book() {
        use_script("alice",
                   "require [\"extlists\", \"envelope\", \"fileinto\", \"mailbox\"];\n"
                   "if envelope :list \"from\" \":addrbook:default\" { fileinto :create \"Known\"; }\n");
    }

    [[nodiscard]] rig::Delivery deliver_from(const std::string& sender) {
        return try_to_deliver(rig::mail_file("personal-plain.eml"),
                              {.from = sender, .to = {"alice@example.org"}});
    }

    [[nodiscard]] rig::RunResult look_up(const std::string& value, const std::string& user = "alice") {
        return columbarium({"lookup", "-u", user, book, value});
    }
};

class RedisLists : public DictLists {
  protected:
    RedisLists() { keep_book_in(redis.dict_uri()); }

    void add(const std::string& user, const std::string& value, const std::string& name) {
        redis.set(user + "/sieve/extlists/" + value, name);
    }

    rig::Redis redis;
};

TEST_F(RedisLists, EL_21_FindFoldedAddressesWithTheirNames) {
    add("alice", "fred@example.org", "Fred Foobar");
    const auto found = look_up("Fred@EXAMPLE.org");
    EXPECT_EQ(found.status, 0) << to_string(found);
    ASSERT_THAT(rows(found), SizeIs(1));
    EXPECT_EQ(rows(found)[0].at("name"), "Fred Foobar");
    EXPECT_EQ(look_up("wilma@example.org").status, status_not_found);
}

TEST_F(RedisLists, EL_72_AskForTheKeysOfTheUserAlone) {
    add("alice", "fred@example.org", "Fred Foobar");
    EXPECT_EQ(look_up("fred@example.org", "bob").status, status_not_found);
}

TEST_F(RedisLists, EscapeWhatWouldBePartOfAPath) {
    add("alice", "a\\|b", "no folder");
    EXPECT_EQ(look_up("a/b").status, 0);
    EXPECT_EQ(look_up("../extlists/a\\|b").status, status_not_found);
}

TEST_F(RedisLists, EL_74_RefuseAValueThatIsTooLong) {
    add("alice", "fred@example.org", std::string(70'000, 'x'));
    const auto result = look_up("fred@example.org");
    EXPECT_EQ(result.status, status_temporary);
    EXPECT_THAT(result.errors, AllOf(HasSubstr("70000"), Not(HasSubstr("fred"))));
}

TEST_F(RedisLists, CannotBeEnumerated) {
    const auto result = columbarium({"members", "-u", "alice", book});
    EXPECT_EQ(result.status, status_not_possible) << to_string(result);
    EXPECT_THAT(result.errors, HasSubstr("enumerate"));
}

TEST_F(RedisLists, AreAskedInADelivery) {
    add("alice", "fred@example.org", "Fred Foobar");
    use_script_that_asks_the_book();
    EXPECT_TRUE(deliver_from("fred@example.org").accepted());
    EXPECT_TRUE(deliver_from("wilma@example.org").accepted());
    EXPECT_THAT(mailbox("alice", "Known"), SizeIs(1));
    EXPECT_THAT(mailbox("alice"), SizeIs(1));
}

TEST_F(RedisLists, EL_31_DeferTheDeliveryWhileTheServerIsDown) {
    use_script_that_asks_the_book();
    redis.stop();
    const auto deferred = deliver_from("fred@example.org");
    EXPECT_TRUE(deferred.outcome().temporary()) << to_string(deferred);
    EXPECT_THAT(mailbox("alice", "Known"), IsEmpty());
    EXPECT_THAT(mailbox("alice"), IsEmpty());

    redis.start();
    add("alice", "fred@example.org", "Fred Foobar");
    EXPECT_TRUE(deliver_from("fred@example.org").accepted());
    EXPECT_THAT(mailbox("alice", "Known"), SizeIs(1));
}

TEST_F(RedisLists, AreAskedByEveryProgramThatRunsScripts) {
    // Each process has to know the dict's driver.
    add("alice", "fred@example.org", "Fred Foobar");
    use_script_that_asks_the_book();
    const std::string mail = rig::mail_file("personal-plain.eml");
    const auto delivered = dovecot().deliver_with_lda("alice", mail, "fred@example.org");
    EXPECT_EQ(delivered.status, 0) << to_string(delivered);
    EXPECT_THAT(mailbox("alice", "Known"), SizeIs(1));

    // The tools run for whoever calls them.
    add(dovecot().layout().account.user, "fred@example.org", "Fred Foobar");
    const auto script = dovecot().write_file(
        "a.sieve", "require [\"extlists\", \"envelope\", \"fileinto\"];\n"
                   "if envelope :list \"from\" \":addrbook:default\" { fileinto \"Known\"; }\n");
    const auto tested = dovecot().tool("sieve-test", {"-f", "fred@example.org", script.string(),
                                                      dovecot().write_file("a.eml", mail).string()});
    EXPECT_THAT(tested.output, HasSubstr("Known")) << to_string(tested);
}

class SqlLists : public DictLists {
  protected:
    SqlLists() {
        keep_book_in("proxy::contacts");
        options.extra_conf = "dict {\n  contacts = sqlite:@directory@/contacts.conf\n}\n";
    }

    // Runs SQL on the database.
    void sql(const std::string& statement) {
        const auto result =
            dovecot().run({"sqlite3", (dovecot().directory() / "contacts.sqlite").string(), statement});
        ASSERT_EQ(result.status, 0) << to_string(result);
    }

    void make_database() {
        dovecot().write_file("contacts.conf",
                             "connect = " + (dovecot().directory() / "contacts.sqlite").string() +
                                 "\nmap {\n  pattern = priv/sieve/extlists/$address\n  table = contacts\n"
                                 "  username_field = owner\n  value_field = name\n"
                                 "  fields {\n    address = $address\n  }\n}\n");
        sql("CREATE TABLE contacts (owner TEXT, address TEXT, name TEXT, PRIMARY KEY (owner, address))");
        sql("INSERT INTO contacts VALUES ('alice', 'fred@example.org', 'Fred Foobar'),"
            " ('alice', 'd''arcy@example.org', 'D''Arcy'), ('bob', 'wilma@example.org', 'Wilma')");
    }
};

TEST_F(SqlLists, EL_21_EL_72_FindTheFoldedAddressesOfTheUser) {
    make_database();
    const auto found = look_up("FRED@example.org");
    EXPECT_EQ(found.status, 0) << to_string(found);
    EXPECT_EQ(rows(found)[0].at("name"), "Fred Foobar");
    EXPECT_EQ(look_up("d'arcy@example.org").status, 0) << "a quote is data";
    EXPECT_EQ(look_up("wilma@example.org").status, status_not_found) << "she is in the book of bob";
}

TEST_F(SqlLists, GiveTheirMembers) {
    make_database();
    const auto result = columbarium({"members", "-u", "alice", book});
    EXPECT_EQ(result.status, 0) << to_string(result);
    const auto found = rows(result);
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_THAT(found.dump(), AllOf(HasSubstr("fred@example.org"), HasSubstr("D'Arcy")));
}

TEST_F(SqlLists, AreAskedInADelivery) {
    make_database();
    use_script_that_asks_the_book();
    EXPECT_TRUE(deliver_from("Fred@example.org").accepted());
    EXPECT_TRUE(deliver_from("wilma@example.org").accepted());
    EXPECT_THAT(mailbox("alice", "Known"), SizeIs(1));
    EXPECT_THAT(mailbox("alice"), SizeIs(1));
}

TEST_F(SqlLists, EL_31_DeferTheDeliveryWhileTheTableIsGone) {
    make_database();
    use_script_that_asks_the_book();
    sql("ALTER TABLE contacts RENAME TO away");
    const auto deferred = deliver_from("fred@example.org");
    EXPECT_TRUE(deferred.outcome().temporary()) << to_string(deferred);
    EXPECT_THAT(mailbox("alice"), IsEmpty());
    sql("ALTER TABLE away RENAME TO contacts");
    EXPECT_TRUE(deliver_from("fred@example.org").accepted());
    EXPECT_THAT(mailbox("alice", "Known"), SizeIs(1));
}

// Speaks memcached's text protocol as far as Dovecot uses it, and remembers every line. One key has a value.
class Memcached {
  public:
    explicit Memcached(std::string key)
        : key_(std::move(key)), listener_(rig::listen_on_loopback()), thread_([this] { serve(); }) {}
    Memcached(const Memcached&) = delete;
    Memcached& operator=(const Memcached&) = delete;
    ~Memcached() {
        stopping_ = true;
        ::shutdown(listener_.descriptor.get(), SHUT_RDWR);
        thread_.join();
    }

    [[nodiscard]] std::string dict_uri() const {
        return "memcached_ascii:host=127.0.0.1:port=" + std::to_string(listener_.port);
    }

    [[nodiscard]] std::vector<std::string> lines() {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

  private:
    void serve() {
        while (!stopping_) {
            rig::Descriptor accepted(::accept4(listener_.descriptor.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!accepted.is_open())
                continue;
            rig::Connection client("the memcached client", std::move(accepted));
            while (const auto line = client.next_line()) {
                const std::lock_guard lock(mutex_);
                lines_.push_back(*line);
                client.write(*line == "get " + key_ ? "VALUE " + key_ + " 0 4\r\nFred\r\nEND\r\n"
                                                    : std::string("END\r\n"));
            }
        }
    }

    std::string key_;
    rig::Listener listener_;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::vector<std::string> lines_;
    std::thread thread_;
};

class MemcachedLists : public DictLists {
  protected:
    MemcachedLists() { keep_book_in(memcached.dict_uri()); }

    Memcached memcached{"alice/sieve/extlists/fred@example.org"};
};

TEST_F(MemcachedLists, NeverSendWhatIsNoKey) {
    for (const auto& value :
         std::vector<std::string>{"x\r\nflush_all", "x\nflush_all", "x\ty", "x\x7fy", "fred example",
                                  std::string(230, 'x'), std::string(115, '/')})
        EXPECT_EQ(look_up(value).status, status_not_found) << value;
    EXPECT_THAT(memcached.lines(), IsEmpty());

    // 250 octets of a key: what stands before the name are 21.
    EXPECT_EQ(look_up(std::string(229, 'x')).status, status_not_found);
    const auto found = look_up("Fred@example.org");
    EXPECT_EQ(rows(found).at(0).at("name"), "Fred") << to_string(found);
    EXPECT_THAT(memcached.lines(), ElementsAre("get alice/sieve/extlists/" + std::string(229, 'x'),
                                               "get alice/sieve/extlists/fred@example.org"));
}

TEST_F(MemcachedLists, AStrangersSubjectIsNoCommand) {
    use_script("alice", "require [\"extlists\", \"fileinto\", \"mailbox\"];\n"
                        "if header :list \"subject\" \":addrbook:default\" "
                        "{ fileinto :create \"Known\"; }\n");
    const auto deliver_subject = [this](const std::string& subject) {
        deliver("From: eve@example.net\r\nTo: alice@example.org\r\nSubject: " + subject + "\r\n\r\nHello\r\n",
                {.to = {"alice@example.org"}});
    };
    deliver_subject("=?utf-8?q?x=0D=0Aflush=5Fall=0D=0Aget?=");
    EXPECT_THAT(memcached.lines(), Not(Contains(HasSubstr("flush"))));
    deliver_subject("fred@example.org");
    EXPECT_THAT(mailbox("alice", "Known"), SizeIs(1));
    EXPECT_THAT(mailbox("alice"), SizeIs(1));
}

TEST_F(RedisLists, NeverAskForAControlCharacter) {
    add("alice", "x\r\ny", "no member of any dict");
    EXPECT_EQ(look_up("x\r\ny").status, status_not_found);
    add("alice", "x y", "a blank is no control character");
    EXPECT_EQ(look_up("x y").status, 0);
}

TEST_F(DictLists, EL_31_ADriverThatIsNotThereFailsTemporarily) {
    keep_book_in("pigeonpost:loft");
    const auto result = look_up("fred@example.org");
    EXPECT_EQ(result.status, status_temporary);
    EXPECT_THAT(result.errors, AllOf(HasSubstr("pigeonpost"), HasSubstr("proxy::NAME")));
}

TEST_F(DictLists, AreFilesToo) {
    keep_book_in("file:@directory@/book.dict");
    dovecot().write_file("book.dict", "priv/sieve/extlists/fred@example.org\nFred Foobar\n");
    const auto found = look_up("fred@example.org");
    EXPECT_EQ(found.status, 0) << to_string(found);
    EXPECT_EQ(look_up("wilma@example.org").status, status_not_found);
    EXPECT_THAT(rows(columbarium({"members", "-u", "alice", book})), SizeIs(1));
}

} // namespace
} // namespace columbarium::e2e
