// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/book_index.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scratch_folder.hpp"

namespace columbarium::lists {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Texts = std::vector<std::string>;

constexpr const char* origin = "vdir:/home/x/contacts";

// A time as files keep it.
std::chrono::system_clock::time_point some_time() {
    return std::chrono::system_clock::time_point(1'700'000'000s + 250ms);
}

Card person(const std::string& name, Texts addresses, Texts categories = {}) {
    Card card;
    card.uid = name;
    card.name = name;
    card.addresses = std::move(addresses);
    card.categories = std::move(categories);
    return card;
}

Card group(const std::string& name, Texts addresses, Texts uids, Texts mailto = {}) {
    Card card;
    card.uid = "group " + name;
    card.name = name;
    card.is_group = true;
    card.addresses = std::move(addresses);
    card.member_uids = std::move(uids);
    card.member_addresses = std::move(mailto);
    return card;
}

BookIndex opened(const std::string& path) {
    auto index = BookIndex::open(path, origin);
    EXPECT_TRUE(index.has_value()) << index.error().text;
    EXPECT_TRUE(index->has_value());
    return std::move(**index);
}

// An index of these resources.
BookIndex index_of(const std::string& path, std::vector<Resource> resources) {
    auto writer = BookIndexWriter::create(path, origin);
    EXPECT_TRUE(writer.has_value()) << writer.error().text;
    for (Resource& resource : resources)
        writer->add(std::move(resource));
    const auto done = writer->commit(some_time());
    EXPECT_TRUE(done.has_value()) << done.error().text;
    return opened(path);
}

Texts members(const BookIndex& index, std::string_view group_name, bool recipients_only) {
    Texts values;
    const auto done = index.each_member(group_name, recipients_only, [&values](const Member& member) {
        values.push_back(member.value);
        return true;
    });
    EXPECT_TRUE(done.has_value()) << done.error().text;
    return values;
}

class BookIndexTest : public testing::Test {
  protected:
    test::ScratchFolder folder_;
    std::string path_ = folder_ / "state/deeper/book";
};

TEST_F(BookIndexTest, EL_21_FindsAddressesInTheirFoldedForm) {
    const BookIndex index =
        index_of(path_, {{"1.vcf", "s", {person("Fred", {"Fred@Example.ORG", "f@x.org"})}}});
    EXPECT_EQ(*index.find("fred@example.org"), (Member{"Fred@Example.ORG", "Fred"}));
    EXPECT_EQ(*index.find("f@x.org"), (Member{"f@x.org", "Fred"}));
    EXPECT_EQ(*index.find("Fred@Example.ORG"), std::nullopt);
    EXPECT_EQ(*index.find("nobody@x.org"), std::nullopt);
    EXPECT_EQ(*index.find(""), std::nullopt);
    EXPECT_EQ(*index.find(std::string(5000, 'x')), std::nullopt);
    EXPECT_EQ(index.size(), 2U);
}

TEST_F(BookIndexTest, EL_28_TakesTheFirstCardInTheOrderOfIds) {
    const BookIndex index =
        index_of(path_, {{"b", "", {person("Second", {"A@x.org", "b@x.org"})}},
                         {"a", "", {person("First", {"a@X.org"}), person("Third", {"a@x.org"})}}});
    EXPECT_EQ(*index.find("a@x.org"), (Member{"a@X.org", "First"}));
    EXPECT_THAT(members(index, "", false), ElementsAre("a@X.org", "b@x.org"));
    EXPECT_EQ(index.size(), 2U);
}

TEST_F(BookIndexTest, EL_41_GroupNamesKeepTheirCaseAndAreFoundInAnother) {
    const BookIndex index = index_of(path_, {{"1", "", {person("a", {"a@x.org"}, {"friends"})}},
                                             {"2", "", {person("b", {"b@x.org"}, {"Friends", "Family"})}}});
    EXPECT_THAT(*index.groups(), ElementsAre("friends", "Friends", "Family"));
    EXPECT_EQ(*index.group_name("Friends"), "Friends");
    EXPECT_EQ(*index.group_name("friends"), "friends");
    EXPECT_EQ(*index.group_name("FRIENDS"), "friends");
    EXPECT_EQ(*index.group_name("FAMILY"), "Family");
    EXPECT_EQ(*index.group_name("foes"), std::nullopt);
    EXPECT_EQ(*index.find_in_group("Friends", "b@x.org"), (Member{"b@x.org", "b"}));
    EXPECT_EQ(*index.find_in_group("Friends", "a@x.org"), std::nullopt);
    EXPECT_EQ(*index.find_in_group("FAMILY", "b@x.org"), std::nullopt);
}

TEST_F(BookIndexTest, VC_7_AGroupsOwnAddressIsAMemberButNoRecipient) {
    const BookIndex index = index_of(
        path_,
        {{"1", "", {group("team", {"team@x.org", "lead@x.org"}, {"Ann", "group inner"}, {"mia@x.org"})}},
         {"2", "", {person("Ann", {"ann@x.org"}), person("Bob", {"bob@x.org", "LEAD@x.org"})}},
         {"3", "", {group("inner", {"inner@x.org"}, {"Bob"})}}});
    EXPECT_THAT(members(index, "team", false), ElementsAre("team@x.org", "lead@x.org", "mia@x.org",
                                                           "ann@x.org", "bob@x.org", "inner@x.org"));
    EXPECT_THAT(members(index, "team", true),
                ElementsAre("lead@x.org", "mia@x.org", "ann@x.org", "bob@x.org"));
    EXPECT_THAT(members(index, "inner", true), ElementsAre("bob@x.org", "LEAD@x.org"));
    EXPECT_EQ(*index.find_in_group("team", "team@x.org"), (Member{"team@x.org", "team"}));
    EXPECT_EQ(*index.find_in_group("team", "bob@x.org"), (Member{"bob@x.org", "Bob"}));
    EXPECT_THAT(members(index, "", true), ElementsAre("lead@x.org", "mia@x.org", "ann@x.org", "bob@x.org"));
    EXPECT_THAT(members(index, "nobody", false), IsEmpty());
}

TEST_F(BookIndexTest, VC_8_MembersByAddressBelongToGroupAndBook) {
    const BookIndex index = index_of(path_, {{"1", "", {group("team", {}, {}, {"Mia@x.org"})}}});
    EXPECT_EQ(*index.find_in_group("team", "mia@x.org"), (Member{"Mia@x.org", ""}));
    EXPECT_EQ(*index.find("mia@x.org"), (Member{"Mia@x.org", ""}));
}

TEST_F(BookIndexTest, StopsWhereItIsToldTo) {
    const BookIndex index =
        index_of(path_, {{"1", "", {person("a", {"a@x.org", "b@x.org"})}}, {"2", "", {}}});
    std::size_t calls = 0;
    EXPECT_TRUE(index.each_member("", false, [&calls](const Member&) { return ++calls < 1; }).has_value());
    EXPECT_EQ(calls, 1U);
    EXPECT_TRUE(index.each_resource([&calls](Resource&&) { return ++calls < 2; }).has_value());
    EXPECT_EQ(calls, 2U);
}

TEST_F(BookIndexTest, GivesResourcesBackAsTheyWere) {
    std::vector<Resource> resources{{"a.vcf", "one", {person("a", {"a@x.org"}, {"c1", "c2"})}},
                                    {"b.vcf", "", {}},
                                    {"c.vcf", "three", {group("g", {"g@x.org"}, {"a", "b"}, {"m@x.org"})}}};
    // Larger than a block.
    Resource large{"d.vcf", "four", {}};
    for (int i = 0; i < 20'000; ++i)
        large.cards.push_back(
            person(std::string(100, 'n') + std::to_string(i), {std::to_string(i) + "@x.org"}));
    resources.push_back(large);
    const std::vector<Resource> added{resources[3], resources[1], resources[0], resources[2]};
    const BookIndex index = index_of(path_, added);
    std::size_t next = 0;
    const auto done = index.each_resource([&](Resource&& resource) {
        EXPECT_EQ(resource.id, resources.at(next).id);
        EXPECT_EQ(resource.stamp, resources[next].stamp);
        EXPECT_TRUE(resource.cards == resources[next].cards);
        ++next;
        return true;
    });
    EXPECT_TRUE(done.has_value());
    EXPECT_EQ(next, 4U);
}

TEST_F(BookIndexTest, KeepsValuesAndNotes) {
    auto writer = BookIndexWriter::create(path_, origin);
    ASSERT_TRUE(writer.has_value());
    EXPECT_TRUE(writer->add_value("@example.org", {"@Example.org", ""}).has_value());
    EXPECT_TRUE(writer->add_value("2026-12-25", {"2026-12-25", "Christmas"}).has_value());
    EXPECT_TRUE(writer->add_value("@example.org", {"@EXAMPLE.org", ""}).has_value());
    writer->set_note("token", "1");
    writer->set_note("token", std::string("two\0three", 9));
    ASSERT_TRUE(writer->commit(some_time()).has_value());
    const BookIndex index = opened(path_);
    EXPECT_EQ(*index.find("@example.org"), (Member{"@Example.org", ""}));
    EXPECT_EQ(*index.find("2026-12-25"), (Member{"2026-12-25", "Christmas"}));
    EXPECT_THAT(members(index, "", true), ElementsAre("@Example.org", "2026-12-25"));
    EXPECT_EQ(index.size(), 2U);
    EXPECT_EQ(index.note("token"), std::string("two\0three", 9));
    EXPECT_EQ(index.note("other"), "");
}

TEST_F(BookIndexTest, EL_72_IsTheUsersOwnFileInTheUsersOwnFolder) {
    const BookIndex index = index_of(path_, {});
    EXPECT_EQ(test::mode_of(path_), 0600U);
    EXPECT_EQ(test::mode_of(folder_ / "state/deeper"), 0700U);
    EXPECT_EQ(test::mode_of(folder_ / "state"), 0700U);
    // Nothing is left beside it.
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ / "state/deeper"), {}), 1);
}

TEST_F(BookIndexTest, KnowsWhenItWasConfirmed) {
    const BookIndex index = index_of(path_, {});
    EXPECT_EQ(index.confirmed(), some_time());
    index.confirm(some_time() + 1h);
    EXPECT_EQ(index.confirmed(), some_time() + 1h);
    EXPECT_EQ(opened(path_).confirmed(), some_time() + 1h);
}

TEST_F(BookIndexTest, KeepsATurnBelowTheMillisecondsOfThatTime) {
    const BookIndex index = index_of(path_, {});
    for (const std::uint32_t turn : {0U, 1U, BookIndex::turn_limit - 1}) {
        index.confirm(some_time() + 1h + 999'999ns, turn);
        EXPECT_EQ(index.turn(), turn);
        EXPECT_EQ(opened(path_).turn(), turn);
        EXPECT_EQ(opened(path_).confirmed(), some_time() + 1h);
    }
    index.confirm(some_time(), BookIndex::turn_limit);
    EXPECT_EQ(index.turn(), 0U);
}

TEST_F(BookIndexTest, EL_72_IsNothingWhereItBelongsToSomebodyElse) {
    if (geteuid() != 0)
        GTEST_SKIP() << "only root may give files away";
    index_of(path_, {});
    ASSERT_EQ(chown(path_.c_str(), 65534, 65534), 0);
    const auto index = BookIndex::open(path_, origin);
    EXPECT_TRUE(index.has_value() && !index->has_value());
}

// Keys that the hash of the format cannot tell apart, all 2^blocks of them; `start` stands in front of them.
Texts colliding_keys(const std::string& start, int blocks) {
    std::uint32_t state = 5381;
    const auto step = [](std::uint32_t hash, std::string_view text) {
        for (const char c : text)
            hash = (hash * 33) ^ static_cast<unsigned char>(c);
        return hash;
    };
    state = step(state, start);
    Texts keys{""};
    std::mt19937 random(1);
    for (int block = 0; block < blocks; ++block) {
        std::unordered_map<std::uint32_t, std::string> known;
        std::string text = "aaaaaaa";
        for (;;) {
            const auto [place, is_new] = known.try_emplace(step(state, text), text);
            if (!is_new) {
                state = place->first;
                Texts longer;
                for (const std::string& key : keys) {
                    longer.push_back(key + place->second);
                    longer.push_back(key + text);
                }
                keys = std::move(longer);
                break;
            }
            for (char& octet : text)
                octet = static_cast<char>(random());
        }
    }
    return keys;
}

TEST_F(BookIndexTest, KeysThatWereChosenToCollideDoNot) {
    const Texts keys = colliding_keys("a", 13);
    auto writer = BookIndexWriter::create(path_, origin);
    ASSERT_TRUE(writer.has_value());
    for (const std::string& key : keys)
        ASSERT_TRUE(writer->add_value(key, {key, ""}).has_value());
    ASSERT_TRUE(writer->commit(some_time()).has_value());
    const BookIndex index = opened(path_);
    EXPECT_EQ(index.size(), 8192U);
    for (const std::string& key : keys)
        ASSERT_TRUE(index.find(key).has_value() && index.find(key)->has_value()) << key;
}

TEST_F(BookIndexTest, NoTwoIndexesHaveTheSameHash) {
    index_of(path_, {{"1", "", {person("a", {"a@x.org"})}}});
    const std::string first = test::read_file(path_);
    index_of(path_, {{"1", "", {person("a", {"a@x.org"})}}});
    const std::string second = test::read_file(path_);
    EXPECT_NE(first.substr(2048 + 8, 8), second.substr(2048 + 8, 8)); // in front of the first key
}

TEST_F(BookIndexTest, AWriterThatIsDroppedLeavesTheOldIndex) {
    index_of(path_, {{"1", "", {person("a", {"a@x.org"})}}});
    {
        auto writer = BookIndexWriter::create(path_, origin);
        ASSERT_TRUE(writer.has_value());
        writer->add({"2", "", {person("b", {"b@x.org"})}});
        BookIndexWriter moved = std::move(*writer);
    }
    EXPECT_TRUE(opened(path_).find("a@x.org")->has_value());
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ / "state/deeper"), {}), 1);
}

TEST_F(BookIndexTest, OldReadersKeepTheOldBookAndTheLastWriterStays) {
    const BookIndex old = index_of(path_, {{"1", "", {person("a", {"a@x.org"})}}});
    auto first = BookIndexWriter::create(path_, origin);
    auto second = BookIndexWriter::create(path_, origin);
    first->add({"1", "", {person("b", {"b@x.org"})}});
    second->add({"1", "", {person("c", {"c@x.org"})}});
    ASSERT_TRUE(second->commit(some_time()).has_value());
    ASSERT_TRUE(first->commit(some_time()).has_value());
    EXPECT_TRUE(old.find("a@x.org")->has_value());
    EXPECT_TRUE(opened(path_).find("b@x.org")->has_value());
}

TEST_F(BookIndexTest, RemovesWhatAKilledWriterLeft) {
    index_of(path_, {});
    const std::string leftover = folder_ / "state/deeper/.book.new.abcdef";
    const std::string fresh = folder_ / "state/deeper/.book.new.ghijkl";
    test::write_file(leftover, "x");
    test::write_file(fresh, "x");
    test::set_modified(leftover, std::chrono::system_clock::now() - 2h);
    index_of(path_, {});
    EXPECT_FALSE(std::filesystem::exists(leftover));
    EXPECT_TRUE(std::filesystem::exists(fresh));
}

TEST_F(BookIndexTest, IsNothingWhereThereIsNone) {
    const auto none = [this](const std::string& name, const char* other_origin = origin) {
        const auto index = BookIndex::open(folder_ / name, other_origin);
        return index.has_value() && !index->has_value();
    };
    EXPECT_TRUE(none("missing"));
    EXPECT_TRUE(none("missing/deeper"));
    EXPECT_TRUE(none(""));
    index_of(path_, {});
    EXPECT_TRUE(none("state/deeper/book", "vdir:/home/y/contacts"));
    std::filesystem::create_symlink(path_, folder_ / "link");
    EXPECT_TRUE(none("link"));
    ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
    EXPECT_TRUE(none("pipe"));
    test::write_file(folder_ / "text", "not an index");
    EXPECT_TRUE(none("text"));
    test::write_file(folder_ / "zeros", std::string(100'000, '\0'));
    EXPECT_TRUE(none("zeros"));
    test::write_file(folder_ / "ones", std::string(100'000, '\xff'));
    EXPECT_TRUE(none("ones"));
}

TEST_F(BookIndexTest, ReplacesALinkInsteadOfFollowingIt) {
    test::write_file(folder_ / "precious", "text");
    std::filesystem::create_symlink(folder_ / "precious", folder_ / "book");
    index_of(folder_ / "book", {});
    EXPECT_EQ(test::read_file(folder_ / "precious"), "text");
    EXPECT_FALSE(std::filesystem::is_symlink(folder_ / "book"));
}

TEST_F(BookIndexTest, SaysWhereItCannotWrite) {
    test::write_file(folder_ / "file", "");
    const auto writer = BookIndexWriter::create(folder_ / "file/book", origin);
    ASSERT_FALSE(writer.has_value());
    EXPECT_EQ(writer.error().kind, ErrorKind::temporary);
    EXPECT_THAT(writer.error().text, testing::HasSubstr("file"));
    std::filesystem::create_directories(folder_ / "dir/book");
    auto onto_folder = BookIndexWriter::create(folder_ / "dir/book", origin);
    ASSERT_TRUE(onto_folder.has_value());
    EXPECT_FALSE(onto_folder->commit(some_time()).has_value());
}

// Asks everything; what is damaged may answer anything, but must answer.
void ask_everything(const std::string& path) {
    const auto index = BookIndex::open(path, origin);
    ASSERT_TRUE(index.has_value());
    if (!*index)
        return;
    const BookIndex& book = **index;
    for (const char* key : {"ann@x.org", "bob@x.org", "nobody@x.org"}) {
        static_cast<void>(book.find(key));
        static_cast<void>(book.find_in_group("team", key));
    }
    static_cast<void>(book.group_name("TEAM"));
    static_cast<void>(book.groups());
    static_cast<void>(book.note("token"));
    static_cast<void>(book.each_member("", false, [](const Member&) { return true; }));
    static_cast<void>(book.each_member("team", true, [](const Member&) { return true; }));
    static_cast<void>(book.each_resource([](Resource&&) { return true; }));
}

class DamagedIndex : public BookIndexTest {
  protected:
    std::string octets_ = [this] {
        auto writer = BookIndexWriter::create(path_, origin);
        writer->add({"1", "s", {person("Ann", {"ann@x.org"}, {"friends"})}});
        writer->add(
            {"2", "s", {person("Bob", {"bob@x.org"}), group("team", {"team@x.org"}, {"Ann", "Bob"})}});
        writer->set_note("token", "value");
        writer->set_note("long", std::string(1000, "x"[0])); // short ones stand in what was read already
        EXPECT_TRUE(writer->commit(some_time()).has_value());
        return test::read_file(path_);
    }();
};

TEST_F(DamagedIndex, IsNoneWhereItWasCutShort) {
    ASSERT_GT(octets_.size(), 2048U);
    test::write_file(path_, octets_ + "x");
    EXPECT_FALSE(BookIndex::open(path_, origin)->has_value());
    for (std::size_t length = octets_.size(); length-- > 0; length -= length < 2000 ? length % 97 : 0) {
        std::filesystem::resize_file(path_, length);
        const auto index = BookIndex::open(path_, origin);
        EXPECT_TRUE(index.has_value() && !index->has_value()) << length;
    }
}

TEST_F(DamagedIndex, NeverDoesHarmWhateverOctetIsWrong) {
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    const auto put = [&file](std::size_t at, char octet) {
        file.seekp(static_cast<std::streamoff>(at)).put(octet).flush();
    };
    // The index is removed where damage is found: it is put back each time.
    const std::string kept = folder_ / "kept";
    std::filesystem::create_hard_link(path_, kept);
    for (std::size_t at = 0; at < octets_.size(); at += at < 2048 ? 5 : 1) {
        for (const char octet : {'\0', '\xff', '\x7f', static_cast<char>(octets_[at] ^ 1)}) {
            put(at, octet);
            ask_everything(path_);
            if (!std::filesystem::exists(path_))
                std::filesystem::create_hard_link(kept, path_);
        }
        put(at, octets_[at]);
    }
    EXPECT_TRUE(opened(path_).find("ann@x.org")->has_value());
}

TEST_F(DamagedIndex, FailsForNowWhereItIsCutShortWhileItIsOpen) {
    const BookIndex index = opened(path_);
    std::filesystem::resize_file(path_, 2048);
    const auto found = index.find("ann@x.org");
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().kind, ErrorKind::temporary);
    EXPECT_THAT(found.error().text, testing::HasSubstr(path_));
    EXPECT_FALSE(index.each_member("", false, [](const Member&) { return true; }).has_value());
    EXPECT_FALSE(index.each_resource([](Resource&&) { return true; }).has_value());
    EXPECT_FALSE(index.groups().has_value());
    EXPECT_EQ(index.note("long"), "");
    EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(DamagedIndex, StaysWhereItIsAnotherOneByNow) {
    const BookIndex index = opened(path_);
    std::filesystem::rename(path_, folder_ / "old");
    std::filesystem::resize_file(folder_ / "old", 2048);
    test::write_file(path_, octets_);
    EXPECT_FALSE(index.find("ann@x.org").has_value());
    EXPECT_TRUE(opened(path_).find("ann@x.org")->has_value());
}

} // namespace
} // namespace columbarium::lists
