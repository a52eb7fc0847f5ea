// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/forward_count.hpp"

#include <gtest/gtest.h>

namespace columbarium::desk {
namespace {

TEST(ForwardCount, ComesBackAsItWas) {
    for (const ForwardCount& count :
         {ForwardCount{"support", "disputes"}, ForwardCount{"a \"b\"\\ ü", "x.y {}"},
          ForwardCount{std::string(1'000, 'u'), std::string(1'000, 'c')},
          ForwardCount{"support", "disputes", true}})
        EXPECT_EQ(read_forward_count(to_key(count)).value(), count);
}

TEST(ForwardCount, IsRefusedForGoodWhereItIsNone) {
    for (const std::string& key :
         {std::string(), std::string("nonsense"), std::string("[]"), std::string("{}"),
          std::string(R"({"user":"a"})"), std::string(R"({"channel":"a"})"),
          std::string(R"({"user":"","channel":"a"})"), std::string(R"({"user":"a","channel":""})"),
          std::string(R"({"user":"u","channel":"a","give_back":"yes"})"),
          std::string(R"({"user":7,"channel":"a"})"), std::string(R"({"user":"a","channel":["b"]})"),
          to_key({std::string(1'001, 'u'), "c"}), to_key({"u", std::string(1'001, 'c')}),
          std::string(100'000, '[')}) {
        const auto read = read_forward_count(key);
        ASSERT_FALSE(read) << key.substr(0, 60);
        EXPECT_EQ(read.error().kind, ErrorKind::permanent);
    }
}

TEST(ForwardCount, HasAnAnswerThatSaysWhichLimitIsReached) {
    for (const char* limit : {"", "desk.forwards_per_hour", "destinations.dis putes.per_hour"})
        EXPECT_EQ(read_limit(to_value(limit)).value(), limit);
    EXPECT_EQ(to_value(""), "counted");
    EXPECT_EQ(to_value("desk.forwards_per_hour"), "limit desk.forwards_per_hour");
    for (const char* value : {"", "limit", "limit ", "Counted", "counted ", "done"})
        EXPECT_FALSE(read_limit(value)) << value;
}

} // namespace
} // namespace columbarium::desk
