// SPDX-License-Identifier: LGPL-2.1-or-later
// Postfix's own client of socketmap understands what we write, and we what it writes: postmap(1) in front of
// a server made of our parser and our replies.
#include <gmock/gmock.h>

#include "rig/process.hpp"
#include "socketmap_fixture.hpp"
#include "wire/netstring.hpp"

namespace columbarium::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using wire::Reply;
using wire::ReplyStatus;

constexpr const char* postmap = "/usr/sbin/postmap";

// The key chooses the reply.
Reply answer(const wire::Request& request) {
    if (request.map != "people")
        return {ReplyStatus::permanent, "no such map: " + request.map};
    if (request.key == "nobody")
        return {ReplyStatus::not_found, ""};
    if (request.key == "later")
        return {ReplyStatus::temporary, "come back"};
    if (request.key == "slow")
        return {ReplyStatus::timeout, "too slow"};
    if (request.key == "long")
        return {ReplyStatus::ok, std::string(wire::longest_netstring - 3, 'v')};
    return {ReplyStatus::ok, "value of <" + request.key + ">"};
}

class Postmap : public ::testing::Test {
  protected:
    void SetUp() override {
        test::write_file(folder / "main.cf", "compatibility_level = 3.6\n");
        // Postfix waits until a file is older than it could still be written at.
        test::set_modified(folder / "main.cf", std::chrono::system_clock::now() - std::chrono::hours(1));
        ASSERT_EQ(access(postmap, X_OK), 0) << postmap << " is missing: install Postfix";
    }

    [[nodiscard]] rig::RunResult query(const std::string& key, const std::string& map = "people",
                                       const std::string& input = {}) const {
        return rig::run(
            {postmap, "-c", folder / "", "-q", key, "socketmap:unix:" + server.path() + ":" + map},
            {.input = input});
    }

    test::ScratchFolder folder;
    OwnCodecServer server{answer};
};

TEST_F(Postmap, FindsAValue) {
    const rig::RunResult result = query("ann@example.com");
    EXPECT_EQ(result.status, 0) << to_string(result);
    EXPECT_EQ(result.output, "value of <ann@example.com>\n");
    EXPECT_THAT(result.errors, IsEmpty());
}

TEST_F(Postmap, AsksForKeysOfManyOctets) {
    for (const std::string& key : {std::string("Ann Example <a,b:c>"), std::string("jürgen@bücher.example"),
                                   std::string(5'000, 'k'), std::string(" x ")})
        EXPECT_EQ(query(key).output, "value of <" + key + ">\n");
}

TEST_F(Postmap, AsksSeveralTimesOnOneConnection) {
    EXPECT_EQ(query("-", "people", "one\nnobody\ntwo\n").output,
              "one\tvalue of <one>\ntwo\tvalue of <two>\n");
}

TEST_F(Postmap, ReadsTheLongestReply) {
    EXPECT_EQ(query("long").output, std::string(wire::longest_netstring - 3, 'v') + "\n");
}

TEST_F(Postmap, FindsNothing) {
    const rig::RunResult result = query("nobody");
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.output, IsEmpty());
    EXPECT_THAT(result.errors, IsEmpty()) << "that is no error";
}

TEST_F(Postmap, TellsAFailureFromAnAbsence) {
    for (const auto& [key, map, reason] :
         {std::tuple("later", "people", "come back"), std::tuple("slow", "people", "too slow"),
          std::tuple("ann", "friends", "no such map: friends")}) {
        const rig::RunResult result = query(key, map);
        EXPECT_EQ(result.status, 1);
        EXPECT_THAT(result.output, IsEmpty());
        EXPECT_THAT(result.errors, AllOf(HasSubstr("socketmap server"), HasSubstr(reason)));
    }
}

} // namespace
} // namespace columbarium::e2e
