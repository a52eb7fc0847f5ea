// SPDX-License-Identifier: LGPL-2.1-or-later
#include "wire/request_parser.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "wire/netstring.hpp"

namespace columbarium::wire {
namespace {

// Feeds the pieces and takes what is whole after each: "map|key", and "failure" at the end where it failed.
std::vector<std::string> requests_of(const std::vector<std::string_view>& pieces) {
    RequestParser parser;
    std::vector<std::string> requests;
    for (const std::string_view piece : pieces) {
        parser.feed(piece);
        for (;;) {
            const auto request = parser.next();
            if (!request) {
                EXPECT_EQ(request.error().kind, ErrorKind::permanent);
                EXPECT_FALSE(parser.next().has_value()) << "asked again, it fails again";
                requests.emplace_back("failure");
                return requests;
            }
            if (!*request)
                break;
            requests.push_back((*request)->map + "|" + (*request)->key);
        }
    }
    return requests;
}

using Requests = std::vector<std::string>;

TEST(RequestParser, HasNothingBeforeAnythingCame) {
    EXPECT_EQ(requests_of({}), Requests{});
    EXPECT_EQ(requests_of({""}), Requests{});
}

TEST(RequestParser, ReadsRequestsInTheirOrder) {
    EXPECT_EQ(requests_of({"5:a one,5:b two,3:c  ,"}), (Requests{"a|one", "b|two", "c| "}));
}

TEST(RequestParser, ReadsTheSameInAnyPieces) {
    const std::string text = "24:presence ann@example.com,14:service status,9:notify {},";
    const Requests expected = {"presence|ann@example.com", "service|status", "notify|{}"};
    for (std::size_t first = 0; first <= text.size(); ++first)
        for (std::size_t second = first; second <= text.size(); ++second) {
            const std::string_view whole = text;
            EXPECT_EQ(requests_of({whole.substr(0, first), whole.substr(first, second - first),
                                   whole.substr(second)}),
                      expected)
                << first << " " << second;
        }
    std::vector<std::string_view> octets;
    for (std::size_t i = 0; i < text.size(); ++i)
        octets.push_back(std::string_view(text).substr(i, 1));
    EXPECT_EQ(requests_of(octets), expected);
}

TEST(RequestParser, ReadsWhatCameBeforeTheFailure) {
    EXPECT_EQ(requests_of({"5:a one,5:b twoo"}), (Requests{"a|one", "failure"}));
    EXPECT_EQ(requests_of({"5:a one,3:two,5:c tre,"}), (Requests{"a|one", "failure"}))
        << "a netstring that is no request";
}

TEST(RequestParser, FailsAtOtherProtocols) {
    for (const std::string_view text : {"get x\n", "GET / HTTP/1.1\r\n", "VERSION\t1\t0\n", "\x16\x03\x01"})
        EXPECT_EQ(requests_of({text}), Requests{"failure"}) << text;
}

TEST(RequestParser, FailsAtALengthThatIsTooGreatBeforeTheOctetsCome) {
    EXPECT_EQ(requests_of({"100001:"}), Requests{"failure"});
    EXPECT_EQ(requests_of({"99999999999999999999999"}), Requests{"failure"});
}

TEST(RequestParser, ReadsTheLongestRequest) {
    const std::string key(longest_netstring - 2, 'k');
    const std::string frame = encode(Request{"m", key});
    const std::string_view whole = frame;
    EXPECT_EQ(requests_of({whole.substr(0, 70'000), whole.substr(70'000)}), Requests{"m|" + key});
}

} // namespace
} // namespace columbarium::wire
