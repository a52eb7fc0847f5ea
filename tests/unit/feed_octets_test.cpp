// SPDX-License-Identifier: LGPL-2.1-or-later
// Files and commands that a feed is read from.
#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "feed/octets.hpp"
#include "feed/source.hpp"
#include "feed_rows.hpp"
#include "rig/eventually.hpp"
#include "scratch_folder.hpp"

namespace columbarium::feed {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

struct Text {
    std::string text;
    std::string failure;
};

Text read(const std::unique_ptr<Octets>& octets) {
    Text read;
    const auto done = octets->read([&](std::string_view block) -> Expected<void> {
        read.text += block;
        return {};
    });
    if (!done)
        read.failure = done.error().text;
    return read;
}

Text run(const std::string& script, std::chrono::milliseconds time = 20s) {
    return read(command_octets({"/bin/sh", "-c", script}, time));
}

class FeedFile : public ::testing::Test {
  protected:
    test::ScratchFolder folder;
    const std::string path = folder / "people.csv";
};

TEST_F(FeedFile, IsReadToItsEnd) {
    const std::string text(1'000'000, 'x');
    test::write_file(path, text);
    EXPECT_EQ(read(file_octets(path)).text, text);
    EXPECT_EQ(file_octets(path)->name(), path);
}

TEST_F(FeedFile, MayBeALink) {
    test::write_file(path, "x");
    std::filesystem::create_symlink(path, folder / "link");
    EXPECT_EQ(read(file_octets(folder / "link")).text, "x");
}

TEST_F(FeedFile, IsNamedWhereItCannotBeRead) {
    EXPECT_THAT(read(file_octets(path)).failure, AllOf(StartsWith(path + ": "), HasSubstr("No such file")));
    EXPECT_THAT(read(file_octets(folder / "")).failure, HasSubstr("no regular file"));
    mkfifo(path.c_str(), 0600);
    EXPECT_THAT(read(file_octets(path)).failure, HasSubstr("no regular file"));
}

// Somebody still writes it: what was read is a part.
TEST_F(FeedFile, IsBrokenWhereItGrowsMeanwhile) {
    test::write_file(path, std::string(300'000, 'x'));
    std::size_t blocks = 0;
    const auto done = file_octets(path)->read([&](std::string_view) -> Expected<void> {
        if (++blocks == 2)
            std::ofstream(path, std::ios::app) << "more\n";
        return {};
    });
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().text, HasSubstr("changed while it was read"));
}

TEST_F(FeedFile, IsWholeWhereAnotherOneTakesItsPlaceMeanwhile) {
    test::write_file(path, std::string(300'000, 'x'));
    std::size_t octets = 0;
    const auto done = file_octets(path)->read([&](std::string_view block) -> Expected<void> {
        if (octets == 0) {
            test::write_file(folder / "new", "y");
            std::filesystem::rename(folder / "new", path);
        }
        octets += block.size();
        return {};
    });
    EXPECT_TRUE(done) << done.error().text;
    EXPECT_EQ(octets, 300'000U);
}

TEST_F(FeedFile, IsGivenUpWhereItsReaderFails) {
    test::write_file(path, std::string(300'000, 'x'));
    std::size_t blocks = 0;
    const auto done = file_octets(path)->read([&](std::string_view) -> Expected<void> {
        ++blocks;
        return permanent_failure("enough");
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().text, "enough");
    EXPECT_EQ(blocks, 1U);
}

TEST(FeedCommand, GivesWhatItWrites) {
    const Text text =
        run("echo one; echo unheard >&2; head -c 500000 /dev/zero | tr '\\0' x; echo; echo two");
    EXPECT_EQ(text.failure, "");
    EXPECT_THAT(text.text, AllOf(StartsWith("one\nxxx"), ::testing::EndsWith("xx\ntwo\n"), SizeIs(500'009)));
}

TEST(FeedCommand, HasNoShellAndNoInput) {
    EXPECT_EQ(read(command_octets({"/bin/echo", "$HOME;", "*", "a b"}, 20s)).text, "$HOME; * a b\n");
    EXPECT_EQ(run("cat").text, "");
}

// Its arguments may hold a password, and its name is in the log.
TEST(FeedCommand, IsNamedWithoutItsArguments) {
    EXPECT_EQ(command_octets({"/bin/echo", "--token=sesame"}, 20s)->name(), "/bin/echo");
    for (const Text& failed :
         {run("exit 3 # sesame"), run("kill -9 $$ # sesame"), run("sleep 1000 # sesame", 300ms),
          read(command_octets({"/nowhere/people", "sesame"}, 20s))})
        EXPECT_THAT(failed.failure, AllOf(StartsWith("the command /"), Not(HasSubstr("sesame"))));
}

// Cron and systemd may leave a program without standard descriptors.
TEST(FeedCommand, HasStandardDescriptorsWhereWeHaveNone) {
    const int kept = ::fcntl(0, F_DUPFD_CLOEXEC, 3);
    ASSERT_GE(kept, 0);
    ::close(0);
    const Text text = run("readlink /proc/$$/fd/0; cat");
    ::dup2(kept, 0);
    ::close(kept);
    EXPECT_EQ(text.failure, "");
    EXPECT_EQ(text.text, "/dev/null\n");
}

TEST(FeedCommand, LeavesNothingRunningWhereItEndsWell) {
    const Text text = run("sleep 1000 >/dev/null 2>&1 & echo $!");
    EXPECT_EQ(text.failure, "");
    const std::string status = "/proc/" + text.text.substr(0, text.text.find('\n')) + "/stat";
    EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
        const std::string now = test::read_file(status);
        return now.empty() || now.find(") Z ") != std::string::npos;
    }));
}

TEST(FeedCommand, IsBrokenByItsExitStatus) {
    const Text text = run("echo half; echo first >&2; echo 'the database is away' >&2; exit 3");
    EXPECT_EQ(text.text, "half\n");
    EXPECT_THAT(text.failure, AllOf(StartsWith("the command /bin/sh: "),
                                    HasSubstr("failed with exit status 3: the database is away")));
    EXPECT_THAT(text.failure, Not(HasSubstr("\n")));
}

TEST(FeedCommand, IsBrokenByASignal) {
    EXPECT_THAT(run("echo half; kill -9 $$").failure, HasSubstr("was ended by signal 9"));
}

TEST(FeedCommand, IsNamedWhereItCannotBeStarted) {
    EXPECT_THAT(read(command_octets({"/nowhere/people"}, 20s)).failure,
                AllOf(HasSubstr("/nowhere/people"), HasSubstr("No such file")));
    EXPECT_THAT(read(command_octets({"/etc/passwd"}, 20s)).failure, HasSubstr("Permission denied"));
}

TEST(FeedCommand, IsKilledWithAllItStartedWhenItsTimeIsOver) {
    const test::ScratchFolder folder;
    const std::string pids = folder / "pids";
    const Text text =
        run("echo half; sleep 1000 & echo $! >" + pids + "; echo $$ >>" + pids + "; wait", 300ms);
    EXPECT_EQ(text.text, "half\n");
    EXPECT_THAT(text.failure, HasSubstr("was not done after 0.3 seconds"));
    std::ifstream file(pids);
    std::vector<pid_t> started;
    for (pid_t pid = 0; file >> pid;)
        started.push_back(pid);
    ASSERT_THAT(started, SizeIs(2));
    for (const pid_t pid : started)
        EXPECT_TRUE(rig::eventually(rig::default_deadline, [&] {
            // Dead, or dead and not yet waited for by whoever inherited it.
            const std::string status = test::read_file("/proc/" + std::to_string(pid) + "/stat");
            return status.empty() || status.find(") Z ") != std::string::npos;
        })) << pid;
}

TEST(FeedCommand, IsKilledWhereItClosesItsOutputAndGoesOn) {
    EXPECT_THAT(run("echo half; exec >&-; sleep 1000", 300ms).failure, HasSubstr("was not done"));
}

TEST(FeedCommand, IsNotWaitedForWhereSomethingElseKeepsItsErrorsOpen) {
    EXPECT_EQ(run("echo all; sleep 1000 >/dev/null & exit 0").failure, "");
}

TEST(FeedCommand, IsGivenUpWhereItsReaderFails) {
    const auto done =
        command_octets({"/bin/sh", "-c", "while :; do echo y; done"}, 20s)->read([](std::string_view) {
            return Expected<void>(permanent_failure("enough"));
        });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().text, "enough");
}

TEST(FeedCommand, CannotFloodUsWithErrors) {
    EXPECT_THAT(run("head -c 3000000 /dev/zero | tr '\\0' e >&2; echo >&2; echo the end >&2; exit 1").failure,
                AllOf(HasSubstr(": the end"), Not(HasSubstr("eee"))));
}

config::FeedSource source_of(config::FeedSource::Kind kind) {
    config::FeedSource source;
    source.kind = kind;
    source.columns = all_columns();
    return source;
}

TEST(FeedSource, ReadsFilesAndCommands) {
    const test::ScratchFolder folder;
    test::write_file(folder / "people", "username\nabc1\n");
    config::FeedSource file = source_of(config::FeedSource::Kind::csv);
    file.file = folder / "people";
    config::FeedSource command = source_of(config::FeedSource::Kind::jsonl);
    command.command = {"/bin/echo", "{\"username\": \"abc1\"}"};
    for (const auto& configured : {file, command}) {
        const auto source = open_source(configured, "");
        ASSERT_TRUE(source);
        for (int time = 0; time < 2; ++time) {
            std::vector<std::string> usernames;
            const auto done =
                (*source)->read([&](const tombstone::Row& row) { usernames.push_back(row.username); });
            EXPECT_TRUE(done) << done.error().text;
            EXPECT_THAT(usernames, ::testing::ElementsAre("abc1"));
        }
    }
}

// What it wrote is a good feed, and it failed all the same.
TEST(FeedSource, LC_30_IsBrokenWhereTheCommandFails) {
    config::FeedSource command = source_of(config::FeedSource::Kind::csv);
    command.command = {"/bin/sh", "-c", "printf 'username\\nabc1\\n'; exit 1"};
    const auto source = open_source(command, "");
    ASSERT_TRUE(source);
    EXPECT_FALSE((*source)->read([](const tombstone::Row&) {}));
}

TEST(FeedSource, HasToBeNamed) {
    EXPECT_FALSE(open_source(source_of(config::FeedSource::Kind::none), ""));
    EXPECT_FALSE(open_source(source_of(config::FeedSource::Kind::csv), ""));
}

} // namespace
} // namespace columbarium::feed
