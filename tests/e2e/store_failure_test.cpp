// SPDX-License-Identifier: LGPL-2.1-or-later
// Stores that cannot do what they are asked to: what they say, and that nothing is lost.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "rig/account.hpp"
#include "store/backend.hpp"
#include "store_fixture.hpp"

namespace columbarium::e2e {

namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr store::Waiting impatient{std::chrono::milliseconds(100)};

// The text of a failure, which has to be a temporary one.
template <class T>
std::string fault_of(const Expected<T>& result) {
    if (result)
        return "";
    EXPECT_EQ(result.error().kind, ErrorKind::temporary);
    EXPECT_THAT(result.error().text, AllOf(Not(HasSubstr("\n")), Not(HasSubstr("SELECT")),
                                           Not(HasSubstr("INSERT")), Not(HasSubstr("sqlite3_"))));
    return result.error().text;
}

std::vector<tombstone::Person> many(std::size_t number) {
    std::vector<tombstone::Person> people;
    for (std::size_t i = 0; i < number; ++i)
        people.push_back(full_person(numbered(i)));
    return people;
}

// Writes them with a call of `meanwhile` in the middle.
Expected<store::Written> write_slowly(store::Store& store, const std::vector<tombstone::Person>& people,
                                      const std::function<void()>& meanwhile) {
    std::vector<store::Write> writes;
    for (const tombstone::Person& person : people)
        writes.push_back({&person, {}});
    return store.write(writes, author(), {}, [&](std::size_t) { meanwhile(); });
}

class StoreFailure : public StoreTest {};
COLUMBARIUM_FOR_EACH_STORE(StoreFailure);

TEST_P(StoreFailure, OfALockNamesItAndPassesWithIt) {
    const auto store = open();
    const auto other = open(impatient);
    std::string fault;
    const auto written = write_slowly(*store, many(1'000), [&] {
        const auto person = plain_person(numbered(0));
        const store::Write writes[] = {{&person, {}}};
        fault = fault_of(other->write(writes, author()));
        EXPECT_EQ(other->find(numbered(0)).value(), std::nullopt) << "readers do not wait";
    });
    ASSERT_TRUE(written) << written.error().text;
    EXPECT_THAT(fault, AllOf(HasSubstr(is_sqlite() ? path() : database()), HasSubstr("try again")));
    EXPECT_THAT(write(*other, {plain_person("other")}), IsEmpty());
}

TEST_P(StoreFailure, OfALockIsNoneForWhoWaitsLongEnough) {
    EXPECT_EQ(open_fault(), "");
    Child writer([&] {
        const auto store = open();
        const auto written = write_slowly(*store, many(20'000), [] { Child::say("."); });
        return std::string(written ? "!" : written.error().text);
    });
    writer.wait_for_output(1);
    EXPECT_THAT(write(*open({std::chrono::seconds(60)}), {plain_person("other")}), IsEmpty());
    EXPECT_EQ(writer.result(), std::string(20, '.') + "!");
}

TEST_P(StoreFailure, OfAStoreThatIsOnlyToBeReadNamesIt) {
    {
        const auto store = open();
        write(*store, {plain_person("abc1")});
    }
    if (is_sqlite()) {
        chmod(path().c_str(), 0400);
        chmod(folder_.path().c_str(), 0500);
    } else {
        run_sql("ALTER DATABASE " + database() + " SET default_transaction_read_only = on");
    }
    Child reader(
        [&] {
            auto opened = store::Store::open(place(), "", impatient);
            if (!opened)
                return opened.error().text;
            const auto person = plain_person("abc2");
            const store::Write writes[] = {{&person, {}}};
            const auto written = (*opened)->write(writes, author());
            const auto claimed = (*opened)->claim(claim_for("me@example.org", {"abc1"}, 1, 2));
            return (written ? "written" : written.error().text) + "\n" +
                   (claimed ? "claimed" : claimed.error().text);
        },
        true);
    EXPECT_THAT(reader.result(),
                AllOf(HasSubstr(is_sqlite() ? path() : database()), HasSubstr("it can only be read"),
                      Not(HasSubstr("written")), Not(HasSubstr("claimed"))));
    if (is_sqlite()) {
        chmod(path().c_str(), 0600);
        chmod(folder_.path().c_str(), 0700);
    }
    EXPECT_THAT(usernames(*open()), ElementsAre("abc1"));
}

TEST_P(StoreFailure, OfATextInItNamesThePerson) {
    const auto store = open();
    write(*store, {full_person("abc1"), plain_person("abc2")});
    run_sql("UPDATE person SET cancelled = '2026-02-30' WHERE username = 'abc1'");
    EXPECT_THAT(fault_of(store->find("abc1")), AllOf(HasSubstr("abc1"), HasSubstr("2026-02-30")));
    EXPECT_TRUE(store->find("abc2").value());
    run_sql("UPDATE person SET cancelled = NULL, hold = 'tight' WHERE username = 'abc1'");
    EXPECT_THAT(fault_of(store->each([](const auto&) { return true; })), HasSubstr("tight"));
    run_sql("UPDATE history SET kind = 'unheard-of' WHERE username = 'abc1'");
    EXPECT_THAT(fault_of(store->history("abc1", 9, [](const auto&) {})), HasSubstr("unheard-of"));
    run_sql("INSERT INTO store_property VALUES ('last_run', 'yesterday')");
    EXPECT_THAT(fault_of(store->last_run()), HasSubstr("damaged"));
}

class SqliteStore : public StoreTest {
  protected:
    void overwrite(std::size_t from, std::size_t octets) const {
        std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(from));
        file << std::string(octets, '\x5a');
    }
};
INSTANTIATE_TEST_SUITE_P(On, SqliteStore, ::testing::Values(Kind::sqlite), name_of);

TEST_P(SqliteStore, IsForTheOwnerOfItsFolderOnly) {
    const mode_t old = umask(0);
    const auto store = open();
    write(*store, {plain_person("abc1")});
    umask(old);
    for (const char* ending : {"", "-wal", "-shm"}) {
        struct stat status {};
        ASSERT_EQ(stat((path() + ending).c_str(), &status), 0) << ending;
        EXPECT_EQ(status.st_mode & 07777U, 0600U) << ending;
        EXPECT_EQ(status.st_uid, rig::server_account().uid) << ending;
    }
    Child service([&] { return std::to_string(write(*open(), {plain_person("abc2")}).size()); }, true);
    EXPECT_EQ(service.result(), "0") << "the service cannot write to what root has made";
}

TEST_P(SqliteStore, HasToBeAFileOfItsOwn) {
    const auto fault = [](const std::string& at_path) {
        config::StorePlace place;
        place.path = at_path;
        const auto opened = store::Store::open(place, "", impatient);
        return opened ? "" : opened.error().text;
    };
    const std::string folder = folder_.path().string();
    EXPECT_THAT(fault("store.sqlite"), HasSubstr("absolute"));
    EXPECT_THAT(fault(folder + "/a\"b"), HasSubstr("absolute"));
    EXPECT_THAT(fault(folder), HasSubstr("no regular file"));
    EXPECT_THAT(fault(folder + "/missing/store.sqlite"), HasSubstr("No such file or directory"));
    EXPECT_EQ(symlink((folder + "/elsewhere").c_str(), (folder + "/link").c_str()), 0);
    EXPECT_THAT(fault(folder + "/link"), HasSubstr("no regular file"));
    EXPECT_FALSE(std::filesystem::exists(folder + "/elsewhere"));
    run_sql("CREATE TABLE songs (title TEXT)");
    EXPECT_THAT(fault(path()), HasSubstr("another program"));
    EXPECT_EQ(fault(folder + "/with a blank = and ' quote.sqlite"), "");
    EXPECT_TRUE(std::filesystem::exists(folder + "/with a blank = and ' quote.sqlite"));
    folder_.write("empty.sqlite", "");
    EXPECT_EQ(fault(folder + "/empty.sqlite"), "") << "whoever made it was killed before he wrote";
}

TEST_P(SqliteStore, ThatIsNoDatabaseIsCalledDamaged) {
    write(*open(), {full_person("abc1")});
    overwrite(0, 100);
    EXPECT_THAT(open_fault(), AllOf(HasSubstr(path()), HasSubstr("damaged: restore it from a backup")));
}

TEST_P(SqliteStore, ThatIsDamagedInsideFailsWhereItIs) {
    write(*open(), many(3'000));
    const std::size_t size = std::filesystem::file_size(path());
    overwrite(size / 10, size / 2);
    auto store = store::Store::open(place(), "", impatient);
    ASSERT_TRUE(store) << store.error().text;
    EXPECT_THAT(fault_of((*store)->each([](const auto&) { return true; })), HasSubstr("damaged"));
}

TEST_P(SqliteStore, ThatFailedOnceGoesOnWithAFileThatWasPutBack) {
    write(*open(), many(3'000));
    std::filesystem::copy_file(path(), path() + ".backup");
    const auto store = open();
    const std::size_t size = std::filesystem::file_size(path());
    overwrite(size / 10, size / 2);
    EXPECT_THAT(fault_of(store->each([](const auto&) { return true; })), HasSubstr("damaged"));
    std::filesystem::rename(path() + ".backup", path());
    for (const char* ending : {"-wal", "-shm"})
        std::filesystem::remove(path() + ending);
    EXPECT_EQ(usernames(*store).size(), 3'000U);
}

TEST_P(SqliteStore, LosesNothingWhereTheDiskIsFull) {
    Child child([&] {
        // A small file system that nobody else sees.
        const int all = CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER);
        if (unshare(all) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            mount("none", folder_.path().c_str(), "tmpfs", 0, "size=1m") != 0)
            return std::string("skip");
        const auto store = open();
        write(*store, many(100));
        const auto people = [&] {
            std::vector<tombstone::Person> more = many(5'000);
            more.erase(more.begin(), more.begin() + 100);
            return more;
        }();
        const std::string fault = fault_of(write_slowly(*store, people, [] {}));
        const std::size_t left = usernames(*store).size();
        const std::size_t after = write(*store, {plain_person("abc1")}).size();
        return fault + "|" + std::to_string(left) + "|" + std::to_string(after);
    });
    const std::string result = child.result();
    if (result == "skip")
        GTEST_SKIP() << "this machine lets nobody mount a file system";
    EXPECT_THAT(result, AllOf(HasSubstr("no space is left"), ::testing::EndsWith("|100|0")));
}

TEST_P(SqliteStore, LosesNothingWhereAFileMayGrowNoMore) {
    Child child([&] {
        const auto store = open();
        write(*store, many(100));
        signal(SIGXFSZ, SIG_IGN);
        struct rlimit limit = {400'000, RLIM_INFINITY};
        setrlimit(RLIMIT_FSIZE, &limit);
        auto more = many(5'000);
        more.erase(more.begin(), more.begin() + 100);
        const std::string fault = fault_of(write_slowly(*store, more, [] {}));
        limit.rlim_cur = RLIM_INFINITY;
        setrlimit(RLIMIT_FSIZE, &limit);
        const std::size_t left = usernames(*store).size();
        return fault + "|" + std::to_string(left) + "|" +
               std::to_string(write(*store, {plain_person("abc1")}).size());
    });
    EXPECT_THAT(child.result(), AllOf(HasSubstr("I/O error"), ::testing::EndsWith("|100|0")));
}

class PostgresqlStore : public StoreTest {
  protected:
    [[nodiscard]] std::string fault(const std::string& connection, const std::string& password = "") const {
        config::StorePlace other = place();
        other.connection = connection;
        const auto opened = store::Store::open(other, password, impatient);
        return opened ? "" : fault_of(opened);
    }
    void cut_off_sessions() const {
        server().run_sql("postgres",
                         "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" +
                             database() + "'");
    }
};
INSTANTIATE_TEST_SUITE_P(On, PostgresqlStore, ::testing::Values(Kind::postgresql), name_of);

TEST_P(PostgresqlStore, ConnectsAnewWhereASessionWasCutOff) {
    const auto store = open();
    write(*store, {plain_person("abc1")});
    ASSERT_TRUE(store->find("abc1").value());
    cut_off_sessions();
    EXPECT_TRUE(store->find("abc1").value());
    cut_off_sessions();
    EXPECT_THAT(write(*store, {plain_person("abc2")}), IsEmpty());
    cut_off_sessions();
    EXPECT_THAT(usernames(*store), ElementsAre("abc1", "abc2"));
}

TEST_P(PostgresqlStore, RepeatsAClaimThatHadNotBegunAndNoneThatMayHaveBeenTaken) {
    const auto store = open();
    const auto granted = reply::ClaimOutcome{{reply::ClaimState::granted}, ""};
    ASSERT_EQ(store->claim(claim_for("me@example.org", {"abc1"}, 1, 2)).value(), granted);
    cut_off_sessions();
    EXPECT_EQ(store->claim(claim_for("you@example.org", {"abc1"}, 1, 2)).value(), granted);
    run_sql("CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS "
            "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'; "
            "CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON suppression DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION leave()");
    EXPECT_THAT(fault_of(store->claim(claim_for("third@example.org", {"abc1"}, 1, 2))),
                HasSubstr("it is not known whether the change was made"));
    EXPECT_EQ(run_sql("SELECT count(*) FROM suppression"), "2\n");
}

TEST_P(PostgresqlStore, SaysThatACommitIsDoubtfulWhereItsSessionIsLostMeanwhile) {
    const auto store = open();
    run_sql("CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS "
            "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'; "
            "CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON person DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION leave()");
    const auto person = plain_person("abc1");
    const store::Write writes[] = {{&person, {}}};
    EXPECT_THAT(fault_of(store->write(writes, author())),
                HasSubstr("it is not known whether the change was made"));
    EXPECT_THAT(usernames(*store), IsEmpty());
}

TEST_P(PostgresqlStore, TellsADamageFromOtherFaultsOfTheServer) {
    const auto backend = store::make_postgresql(place().connection, "", store::Waiting());
    const auto advice = [&](const std::string& state) {
        soci::session session;
        backend->connect(session);
        try {
            session << "DO $$ BEGIN RAISE EXCEPTION 'no luck' USING ERRCODE = '" + state + "'; END $$";
        } catch (const soci::soci_error& error) {
            return describe(*backend, "cannot", backend->trouble_of(error, session), error).text;
        }
        return std::string("no failure");
    };
    EXPECT_THAT(advice("XX000"), AllOf(HasSubstr("no luck"), Not(HasSubstr("damaged"))));
    EXPECT_THAT(advice("XX001"), HasSubstr("damaged"));
    EXPECT_THAT(advice("XX002"), HasSubstr("damaged"));
    EXPECT_THAT(advice("53100"), HasSubstr("no space is left"));
    EXPECT_THAT(advice("53200"), HasSubstr("no memory left"));
}

TEST_P(PostgresqlStore, EndsAStatementThatTakesTooLong) {
    const auto backend = store::make_postgresql(place().connection, "", impatient);
    soci::session session;
    backend->connect(session);
    std::string limit;
    session << "SHOW statement_timeout", soci::into(limit);
    EXPECT_EQ(limit, "6s");
    session << "SET statement_timeout = 1";
    try {
        session << "SELECT pg_sleep(60)";
        ADD_FAILURE() << "it was not ended";
    } catch (const soci::soci_error& error) {
        EXPECT_EQ(backend->trouble_of(error, session), store::Trouble::too_slow);
    }
}

TEST_P(PostgresqlStore, WritesNothingWhereItsSessionIsCutOffWhileItDoes) {
    const auto store = open();
    const auto written = write_slowly(*store, many(2'000), [&] { cut_off_sessions(); });
    EXPECT_THAT(fault_of(written), HasSubstr("the connection was lost"));
    EXPECT_THAT(usernames(*store), IsEmpty());
}

TEST_P(PostgresqlStore, FailsWhileTheServerIsDownAndWorksWhenItIsBack) {
    const auto store = open();
    write(*store, {plain_person("abc1")});
    server().stop();
    EXPECT_THAT(fault_of(store->find("abc1")), HasSubstr("check that it is there"));
    EXPECT_THAT(fault_of(store->claim(claim_for("a", {"b"}, 1, 2))), HasSubstr(database()));
    EXPECT_THAT(open_fault(), HasSubstr("check that it is there"));
    server().start();
    EXPECT_TRUE(store->find("abc1").value());
}

TEST_P(PostgresqlStore, NeedsItsPasswordAndTellsItNobody) {
    run_sql("ALTER DATABASE " + database() + " OWNER TO careful");
    const std::string connection = server().connection(database(), rig::Postgresql::careful_role);
    EXPECT_EQ(fault(connection, rig::Postgresql::careful_password), "");
    EXPECT_THAT(fault(connection, "wrong words"),
                AllOf(HasSubstr("password authentication failed"), Not(HasSubstr("wrong words"))));
    EXPECT_THAT(fault(connection), HasSubstr("no password supplied"));
    for (const char* broken : {"host='/tmp", "host=/tmp dbname", "hots=/tmp", "host=/tmp user=x\\"})
        EXPECT_THAT(fault(broken, "wrong words"), AllOf(Not(""), Not(HasSubstr("wrong")))) << broken;
}

TEST_P(PostgresqlStore, SaysWhatTheRoleMayNotDo) {
    server().run_sql("postgres", "CREATE ROLE guest LOGIN");
    const std::string connection = server().connection(database(), "guest");
    EXPECT_THAT(fault(connection), AllOf(HasSubstr("permission denied"), HasSubstr("check the permissions")));
    EXPECT_EQ(open_fault(), "");
    EXPECT_THAT(fault(connection), HasSubstr("permission denied"));
    EXPECT_THAT(fault(server().connection("nowhere", "guest")), HasSubstr("does not exist"));
}

} // namespace

} // namespace columbarium::e2e
