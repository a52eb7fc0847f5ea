// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/value_file.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lists/lookup_keys.hpp"
#include "scratch_folder.hpp"

namespace columbarium::lists {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Time = std::chrono::system_clock::time_point;

class ValueFile : public testing::Test {
  protected:
    void put(std::string_view text) {
        test::write_file(file_, text);
        test::set_modified(file_, written_ += 1s);
    }
    Expected<BookIndex> open() {
        warnings_.clear();
        return open_value_file(file_, index_, now_,
                               [this](const std::string& text) { warnings_.push_back(text); });
    }
    BookIndex opened() {
        auto index = open();
        EXPECT_TRUE(index.has_value()) << index.error().text;
        return std::move(*index);
    }
    [[nodiscard]] ino_t index_file() const {
        struct stat status {};
        return stat(index_.c_str(), &status) == 0 ? status.st_ino : 0;
    }

    test::ScratchFolder folder_;
    std::string file_ = folder_ / "staff";
    std::string index_ = folder_ / "state/staff";
    Time written_ = Time(1'700'000'000s);
    Time now_ = written_ + 1h;
    std::vector<std::string> warnings_;
};

TEST_F(ValueFile, EL_21_HoldsAddressesDomainsAndOtherValues) {
    put("\xef\xbb\xbf# staff\n\n  Fred@Example.org \t\r\n@Example.NET\r\n2026-12-25\nBuy Now\n   # more\n"
        "Fred Foobar <ff@x.org>\n<bare@x.org>\n\"Foo, Bar\" <fb@x.org>\n@\nB\xc3\xbcro\nlast");
    const BookIndex index = opened();
    EXPECT_EQ(*index.find("fred@example.org"), (Member{"Fred@Example.org", ""}));
    EXPECT_EQ(*index.find("@example.net"), (Member{"@Example.NET", ""}));
    EXPECT_EQ(*index.find("2026-12-25"), (Member{"2026-12-25", ""}));
    EXPECT_EQ(*index.find("buy now"), (Member{"Buy Now", ""}));
    EXPECT_EQ(*index.find("ff@x.org"), (Member{"ff@x.org", "Fred Foobar"}));
    EXPECT_EQ(*index.find("bare@x.org"), (Member{"bare@x.org", ""}));
    EXPECT_EQ(*index.find("fb@x.org"), (Member{"fb@x.org", "Foo, Bar"}));
    EXPECT_EQ(*index.find("@"), (Member{"@", ""}));
    EXPECT_EQ(*index.find("b\xc3\xbcro"), (Member{"B\xc3\xbcro", ""}));
    EXPECT_EQ(*index.find("last"), (Member{"last", ""}));
    EXPECT_EQ(*index.find("# staff"), std::nullopt);
    EXPECT_EQ(*index.find(""), std::nullopt);
    EXPECT_EQ(index.size(), 10U);
    EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ValueFile, EL_23_LeavesOutLinesThatAreNoValue) {
    const std::string longest(value_limit, 'x');
    put("good\n" + std::string("a\0b\n", 4) + "\xff\n" + longest + "x\n" + std::string(1'000'000, 'y') +
        "\n" + longest + "\nesc\x1b[1m\nend\n");
    const BookIndex index = opened();
    EXPECT_EQ(index.size(), 3U);
    EXPECT_TRUE(index.find(longest)->has_value());
    EXPECT_FALSE(index.find("a")->has_value());
    EXPECT_TRUE(index.find("end")->has_value());
    ASSERT_EQ(warnings_.size(), 5U);
    EXPECT_THAT(warnings_[0], HasSubstr(file_ + ":2: "));
    EXPECT_THAT(warnings_[4], HasSubstr(file_ + ":7: "));
    opened();
    EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ValueFile, IsReadAgainWhereItChanged) {
    put("a@x.org\n");
    EXPECT_TRUE(opened().find("a@x.org")->has_value());
    const ino_t written = index_file();
    opened();
    EXPECT_EQ(index_file(), written);
    put("b@x.org\n");
    EXPECT_TRUE(opened().find("b@x.org")->has_value());
    EXPECT_FALSE(opened().find("a@x.org")->has_value());
}

TEST_F(ValueFile, IsNotTrustedWhileItIsYoung) {
    put("a@x.org\n");
    test::set_modified(file_, now_);
    opened();
    const ino_t written = index_file();
    opened();
    EXPECT_NE(index_file(), written);
    now_ += 2s;
    opened();
    const ino_t trusted = index_file();
    opened();
    EXPECT_EQ(index_file(), trusted);
}

TEST_F(ValueFile, MustBeThere) {
    const auto missing = open();
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().kind, ErrorKind::temporary);
    EXPECT_THAT(missing.error().text, HasSubstr(file_));
    std::filesystem::create_directory(file_);
    EXPECT_FALSE(open().has_value());
    std::filesystem::remove(file_);
    test::write_file(folder_ / "elsewhere", "a@x.org\n");
    std::filesystem::create_symlink(folder_ / "elsewhere", file_);
    EXPECT_TRUE(opened().find("a@x.org")->has_value());
}

TEST_F(ValueFile, MayHoldManyValues) {
    std::string text;
    for (int i = 0; i < 200'000; ++i)
        text += "user" + std::to_string(i % 150'000) + "@example.org\n";
    put(text);
    const BookIndex index = opened();
    EXPECT_EQ(index.size(), 150'000U);
    EXPECT_TRUE(index.find("user149999@example.org")->has_value());
}

} // namespace
} // namespace columbarium::lists
