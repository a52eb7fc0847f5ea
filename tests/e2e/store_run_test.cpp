// SPDX-License-Identifier: LGPL-2.1-or-later
// One sync at a time.
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "people_site_fixture.hpp"
#include "rig/account.hpp"
#include "store_fixture.hpp"

namespace columbarium::e2e {

namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class StoreRun : public StoreTest {};
COLUMBARIUM_FOR_EACH_STORE(StoreRun);

TEST_P(StoreRun, IsOfOneStoreAtATime) {
    const auto store = open();
    const auto other = open();
    {
        const auto lock = store->lock_run();
        ASSERT_TRUE(lock) << lock.error().text;
        for (const auto* refused : {&store, &other}) {
            const auto second = (*refused)->lock_run();
            ASSERT_FALSE(second);
            EXPECT_EQ(second.error().kind, ErrorKind::temporary);
            EXPECT_THAT(second.error().text, HasSubstr("another sync is running"));
        }
        EXPECT_THAT(write(*other, {plain_person("abc1")}), IsEmpty()) << "others than syncs do not wait";
        EXPECT_TRUE(store->write({}, author(), day("2026-11-22")));
    }
    EXPECT_TRUE(other->lock_run()) << "the lock did not end";
    EXPECT_TRUE(store->lock_run());
}

TEST_P(StoreRun, EndsWithItsProgram) {
    Child child([&] {
        const auto store = open();
        const auto lock = store->lock_run();
        Child::say(lock ? "." : lock.error().text);
        while (true)
            pause();
        return std::string();
    });
    child.wait_for_output(1);
    const auto store = open();
    EXPECT_FALSE(store->lock_run());
    child.kill();
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] { return store->lock_run().has_value(); }));
}

TEST_P(StoreRun, LocksAFileOfTheStoresOwner) {
    if (!is_sqlite())
        GTEST_SKIP() << "PostgreSQL has no file";
    const std::string file = path() + "-sync";
    const auto store = open();
    EXPECT_TRUE(store->lock_run());
    struct stat status {};
    ASSERT_EQ(lstat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    EXPECT_EQ(status.st_uid, rig::server_account().uid);
    std::filesystem::remove(file);
    folder_.write("elsewhere", "");
    std::filesystem::create_symlink(folder_.path() / "elsewhere", file);
    EXPECT_FALSE(store->lock_run()) << "followed a link";
}

TEST_P(StoreRun, WithoutItsConnectionWritesNothing) {
    if (is_sqlite())
        GTEST_SKIP() << "SQLite has no connection";
    const auto store = open();
    const auto lock = store->lock_run();
    ASSERT_TRUE(lock) << lock.error().text;
    server().run_sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" +
                                     database() + "'");
    const auto written = store->write({}, author(), day("2026-11-22"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::temporary);
    EXPECT_THAT(written.error().text, HasSubstr("another one may be running"));
    EXPECT_EQ(store->last_run().value(), std::nullopt);
}

TEST(StoreRunOfTheCommand, ASecondSyncFailsAndChangesNothing) {
    const PeopleSite site;
    site.feed({"abc1,,Alice Baker,Physics,,"});
    const auto store = site.open_store();
    {
        const auto lock = store->lock_run();
        ASSERT_TRUE(lock) << lock.error().text;
        const rig::RunResult second = site.people({"sync"});
        EXPECT_EQ(second.status, 1);
        EXPECT_THAT(second.errors, HasSubstr("another sync is running"));
        EXPECT_THAT(everybody(*store), IsEmpty());
        EXPECT_EQ(site.people({"sync", "--dry-run"}).status, 0);
    }
    EXPECT_EQ(site.people({"sync"}).status, 0);
    EXPECT_EQ(everybody(*store).size(), 1U);
}

} // namespace

} // namespace columbarium::e2e
