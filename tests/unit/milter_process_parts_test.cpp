// SPDX-License-Identifier: LGPL-2.1-or-later
// What the milter's process needs before and beside mail: its log, its socket, the host's name.
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <gmock/gmock.h>

#include "milter/host_name.hpp"
#include "milter/log.hpp"
#include "milter/socket_file.hpp"
#include "scratch_folder.hpp"
#include "unix_listener.hpp"

namespace columbarium::milter {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class MilterLog : public testing::Test {
  protected:
    MilterLog() { ::unsetenv("JOURNAL_STREAM"); }
    ~MilterLog() override {
        ::unsetenv("JOURNAL_STREAM");
        open_log(LogTo::standard_error);
    }

    static std::string written(const std::string& text) {
        open_log(LogTo::standard_error);
        testing::internal::CaptureStderr();
        log_error(text);
        return testing::internal::GetCapturedStderr();
    }
};

TEST_F(MilterLog, ShowsNothingButPrintableAscii) {
    // C0, DEL, UTF-8, and a C1 control as a terminal of eight bits takes it
    EXPECT_EQ(written("to=<a\r\nb\x1b[2J\x7f\xc3\xa9\x9b"
                      "31m>"),
              "to=<a??b?[2J????31m>\n");
}

TEST_F(MilterLog, TellsPrioritiesToTheJournalAlone) {
    EXPECT_EQ(written("x"), "x\n");
    ::setenv("JOURNAL_STREAM", "8:1234", 1);
    EXPECT_EQ(written("x"), "<3>x\n");
}

TEST(MilterSocket, IsNotTakenFromAProcessThatListensThere) {
    const test::ScratchFolder folder;
    const std::string socket = "unix:" + (folder / "milter");
    EXPECT_TRUE(nobody_listens_at(socket)) << "there is none";
    auto other = std::make_unique<test::UnixListener>(folder / "milter");
    const auto refused = nobody_listens_at(socket);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text, AllOf(HasSubstr(socket), HasSubstr("another process listens there")));
    EXPECT_FALSE(nobody_listens_at("local:" + (folder / "milter")));
    other.reset();
    ASSERT_TRUE(std::filesystem::exists(folder / "milter"));
    EXPECT_TRUE(nobody_listens_at(socket)) << "nobody answers any more";
}

TEST(MilterSocket, IsNotTakenFromAProcessThatIsBusy) {
    const test::ScratchFolder folder;
    const test::UnixListener other(folder / "milter", 0);
    const std::string socket = "unix:" + (folder / "milter");
    for (int client = 0; client < 4; ++client) // and the queue is full
        EXPECT_FALSE(nobody_listens_at(socket));
}

TEST(MilterSocket, HasAPathThatASocketCanHave) {
    const auto refused = nobody_listens_at("unix:/" + std::string(200, 'x'));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text, HasSubstr("longer than the 107 octets"));
    EXPECT_TRUE(nobody_listens_at("inet:8891@127.0.0.1")) << "the kernel looks after these";
}

TEST(MilterHostName, HasADomain) {
    EXPECT_EQ(full_host_name("mx.example.org", "cam.example.org"), "mx.example.org");
    EXPECT_EQ(full_host_name("localhost", "cam.example.org"), "cam.example.org");
    EXPECT_EQ(full_host_name("localhost.localdomain", "cam.example.org"), "cam.example.org");
    EXPECT_EQ(full_host_name("", "cam.example.org"), "cam.example.org");
}

} // namespace
} // namespace columbarium::milter
