// SPDX-License-Identifier: LGPL-2.1-or-later
#include "wire/socketmap.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "wire/netstring.hpp"

namespace columbarium::wire {
namespace {

using namespace std::string_literals;

// What stands in a whole frame.
std::string content_of(std::string_view frame) {
    const NetstringRead read = read_netstring(frame);
    EXPECT_EQ(read.state, NetstringState::complete);
    EXPECT_EQ(read.consumed, frame.size());
    return std::string(read.content);
}

struct RequestCase {
    const char* name;
    Request request;
    std::string frame;
};

void PrintTo(const RequestCase& example, std::ostream* stream) {
    *stream << example.name;
}

class SocketmapRequests : public ::testing::TestWithParam<RequestCase> {};

TEST_P(SocketmapRequests, AreWrittenAndReadAsPostfixDoes) {
    EXPECT_EQ(encode(GetParam().request), GetParam().frame);
    const auto read = decode_request(content_of(GetParam().frame));
    ASSERT_TRUE(read.has_value()) << read.error().text;
    EXPECT_EQ(read->map, GetParam().request.map);
    EXPECT_EQ(read->key, GetParam().request.key);
}

const RequestCase request_cases[] = {
    {"Usual", {"presence", "ann@example.com"}, "24:presence ann@example.com,"},
    {"KeyWithBlanks", {"notify", " a  b "}, "13:notify  a  b ,"},
    {"EmptyKey", {"service", ""}, "8:service ,"},
    {"KeyOfAnyOctets", {"x", "\0,:\xff"s}, "6:x \0,:\xff,"s},
    {"MapOfSigns", {"a.b-c/d", "k"}, "9:a.b-c/d k,"},
};

INSTANTIATE_TEST_SUITE_P(Requests, SocketmapRequests, ::testing::ValuesIn(request_cases),
                         [](const auto& example) { return std::string(example.param.name); });

struct ReplyCase {
    const char* name;
    Reply reply;
    const char* frame;
};

void PrintTo(const ReplyCase& example, std::ostream* stream) {
    *stream << example.name;
}

class SocketmapReplies : public ::testing::TestWithParam<ReplyCase> {};

TEST_P(SocketmapReplies, AreWrittenAndReadAsPostfixDoes) {
    EXPECT_EQ(encode(GetParam().reply), GetParam().frame);
    const auto read = decode_reply(content_of(GetParam().frame));
    ASSERT_TRUE(read.has_value()) << read.error().text;
    EXPECT_EQ(read->status, GetParam().reply.status);
    EXPECT_EQ(read->text, GetParam().reply.text);
}

const ReplyCase reply_cases[] = {
    {"Value", {ReplyStatus::ok, "away at lunch"}, "16:OK away at lunch,"},
    {"EmptyValue", {ReplyStatus::ok, ""}, "3:OK ,"},
    {"ValueThatBeginsWithABlank", {ReplyStatus::ok, " x"}, "5:OK  x,"},
    {"NotFound", {ReplyStatus::not_found, ""}, "9:NOTFOUND ,"},
    {"Temporary", {ReplyStatus::temporary, "queue full"}, "15:TEMP queue full,"},
    {"Timeout", {ReplyStatus::timeout, "too slow"}, "16:TIMEOUT too slow,"},
    {"Permanent", {ReplyStatus::permanent, "no such map"}, "16:PERM no such map,"},
    {"WithoutReason", {ReplyStatus::permanent, ""}, "5:PERM ,"},
};

INSTANTIATE_TEST_SUITE_P(Replies, SocketmapReplies, ::testing::ValuesIn(reply_cases),
                         [](const auto& example) { return std::string(example.param.name); });

TEST(SocketmapRequest, ThatIsNoneIsAPermanentFailure) {
    for (const std::string& content :
         {""s, "presence"s, " key"s, " "s, "pre\tsence key"s, "m\0 key"s, "m\x7f key"s, "mäp key"s}) {
        const auto request = decode_request(content);
        ASSERT_FALSE(request.has_value()) << content;
        EXPECT_EQ(request.error().kind, ErrorKind::permanent);
        EXPECT_FALSE(request.error().text.empty());
    }
}

TEST(SocketmapReply, ThatIsNoneIsAPermanentFailure) {
    for (const std::string& content :
         {""s, " "s, "OK"s, "ok value"s, "OKvalue"s, "NOTFOUNDS"s, "500 error"s, "OK\tvalue"s, "\0"s}) {
        const auto reply = decode_reply(content);
        ASSERT_FALSE(reply.has_value()) << content;
        EXPECT_EQ(reply.error().kind, ErrorKind::permanent);
        EXPECT_FALSE(reply.error().text.empty());
    }
}

TEST(SocketmapReply, OfAFailureNeedsNoReasonAndOneOfNotFoundIsNoValue) {
    EXPECT_EQ(decode_reply("NOTFOUND").value_or(Reply{}).status, ReplyStatus::not_found);
    EXPECT_EQ(decode_reply("PERM").value_or(Reply{}).status, ReplyStatus::permanent);
    EXPECT_EQ(decode_reply("TIMEOUT").value_or(Reply{}).status, ReplyStatus::timeout);
    EXPECT_EQ(decode_reply("NOTFOUND nobody").value_or(Reply{}).text, "");
    EXPECT_EQ(encode(Reply{ReplyStatus::not_found, "nobody"}), "9:NOTFOUND ,");
}

TEST(SocketmapFailure, TellsNothingOfWhatCame) {
    EXPECT_EQ(decode_reply("\x1b[2Jevil x").error().text.find("evil"), std::string::npos);
    EXPECT_EQ(decode_request("\x1b[2Jevil x").error().text.find("evil"), std::string::npos);
}

} // namespace
} // namespace columbarium::wire
