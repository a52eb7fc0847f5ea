// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/keyed_hash.hpp"

#include <string>

#include <gtest/gtest.h>

namespace columbarium::lists {
namespace {

std::string counting(std::size_t length) {
    std::string octets;
    for (std::size_t i = 0; i < length; ++i)
        octets += static_cast<char>(i);
    return octets;
}

TEST(KeyedHash, IsSipHashAsItsAuthorsPublishedIt) {
    KeyedHash hash;
    ASSERT_TRUE(hash.set_key(counting(16)));
    EXPECT_EQ(hash.of(counting(15)), 0xa129ca6149be45e5U); // the example of the paper
    EXPECT_EQ(hash.of(""), 0x726fdb47dd0e0e31U);           // the first line of the reference's table
    EXPECT_EQ(hash.prefixed(""), "\x31\x0e\x0e\xdd\x47\xdb\x6f\x72");
}

TEST(KeyedHash, DrawsAnotherKeyEachTime) {
    KeyedHash one;
    KeyedHash other;
    ASSERT_EQ(one.draw(), 0);
    ASSERT_EQ(other.draw(), 0);
    EXPECT_NE(one.key(), other.key());
    EXPECT_NE(one.of("a"), other.of("a"));
    ASSERT_TRUE(other.set_key(one.key()));
    EXPECT_EQ(one.of("a"), other.of("a"));
    EXPECT_FALSE(other.set_key("short"));
}

} // namespace
} // namespace columbarium::lists
