// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/vdir.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "few_files.hpp"
#include "scratch_folder.hpp"

namespace columbarium::lists {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Time = std::chrono::system_clock::time_point;

std::string card(const std::string& address, const std::string& more = "") {
    return "BEGIN:VCARD\nVERSION:3.0\nFN:" + address + "\nEMAIL:" + address + "\n" + more + "END:VCARD\n";
}

// A book, and a clock that the test moves. Files are written an hour before it starts, unless a test says
// otherwise.
class Vdir : public testing::Test {
  protected:
    void SetUp() override { std::filesystem::create_directory(book_); }

    void put(const std::string& name, const std::string& text) {
        test::write_file(book_ + "/" + name, text);
        test::set_modified(book_ + "/" + name, written_);
        test::set_modified(book_, folder_written_ += 1s);
    }
    void remove(const std::string& name) {
        std::filesystem::remove(book_ + "/" + name);
        test::set_modified(book_, folder_written_ += 1s);
    }
    // In its place: the folder stays as it is.
    void change(const std::string& name, const std::string& text) {
        test::write_file(book_ + "/" + name, text);
        test::set_modified(book_ + "/" + name, written_ += 1s);
    }

    Expected<BookIndex> open(const std::string& path) {
        warnings_.clear();
        return open_vdir(path, index_, now_, [this](const std::string& text) { warnings_.push_back(text); });
    }

    std::vector<std::string> addresses(const std::string& path) {
        const auto index = open(path);
        EXPECT_TRUE(index.has_value()) << index.error().text;
        std::vector<std::string> values;
        if (!index)
            return values;
        const auto done = index->each_member("", false, [&values](const Member& member) {
            values.push_back(member.value);
            return true;
        });
        EXPECT_TRUE(done.has_value());
        return values;
    }
    std::vector<std::string> addresses() { return addresses(book_); }

    // Which file the index is: another one where it was written anew.
    [[nodiscard]] ino_t index_file() const {
        struct stat status {};
        return stat(index_.c_str(), &status) == 0 ? status.st_ino : 0;
    }

    test::ScratchFolder folder_;
    std::string book_ = folder_ / "contacts";
    std::string index_ = folder_ / "state/book";
    Time written_ = Time(1'700'000'000s);
    Time folder_written_ = written_;
    Time now_ = written_ + 1h;
    std::vector<std::string> warnings_;
};

TEST_F(Vdir, ReadsTheCardsOfAFolder) {
    put("b.vcf", card("b@x.org"));
    put("a.vcf", card("a@x.org") + card("a2@x.org"));
    EXPECT_THAT(addresses(), ElementsAre("a@x.org", "a2@x.org", "b@x.org"));
    EXPECT_THAT(warnings_, IsEmpty());
    EXPECT_EQ(test::mode_of(index_), 0600U);
    EXPECT_EQ(test::mode_of(folder_ / "state"), 0700U);
    EXPECT_THAT(addresses(book_ + "//"), ElementsAre("a@x.org", "a2@x.org", "b@x.org"));
}

TEST_F(Vdir, ReadsNothingButVcardFiles) {
    put("a.vcf", card("a@x.org"));
    put(".hidden.vcf", card("hidden@x.org"));
    put(".Radicale.props", "{}");
    put("notes.txt", card("text@x.org"));
    put("b.vcf~", card("backup@x.org"));
    std::filesystem::create_directory(book_ + "/folder.vcf");
    test::write_file(book_ + "/folder.vcf/c.vcf", card("deeper@x.org"));
    test::write_file(folder_ / "outside.vcf", card("outside@x.org"));
    std::filesystem::create_symlink(folder_ / "outside.vcf", book_ + "/link.vcf");
    ASSERT_EQ(mkfifo((book_ + "/pipe.vcf").c_str(), 0600), 0);
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(Vdir, SeesNewAndRemovedCardsAtOnce) {
    put("a.vcf", card("a@x.org"));
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    put("b.vcf", card("b@x.org"));
    EXPECT_THAT(addresses(), ElementsAre("a@x.org", "b@x.org"));
    remove("a.vcf");
    EXPECT_THAT(addresses(), ElementsAre("b@x.org"));
    remove("b.vcf");
    EXPECT_THAT(addresses(), IsEmpty());
}

TEST_F(Vdir, SeesACardThatChangedInItsPlaceAtTheNextLook) {
    for (int i = 0; i < 10; ++i)
        put(std::to_string(i) + ".vcf", card(std::to_string(i) + "@x.org"));
    EXPECT_EQ(addresses().front(), "0@x.org");
    change("0.vcf", card("9@y.org"));
    now_ += 1ms; // ten files are looked at again after 2 ms
    EXPECT_EQ(addresses().front(), "0@x.org");
    now_ += 1ms;
    EXPECT_EQ(addresses().front(), "9@y.org");
}

TEST_F(Vdir, SeesACardOfALargeBookThatChangedInItsPlaceAfterSomeLooks) {
    for (int i = 0; i < 2500; ++i)
        put(std::to_string(i) + ".vcf", card(std::to_string(i) + "@x.org"));
    EXPECT_EQ(addresses().size(), 2500U);
    change("1500.vcf", card("new@y.org"));
    // A look each 0.2 s, at another thousand each time.
    bool seen = false;
    for (int look = 0; look < 3 && !seen; ++look) {
        now_ += 200ms;
        const auto all = addresses();
        seen = std::ranges::find(all, "new@y.org") != all.end();
    }
    EXPECT_TRUE(seen);
}

TEST_F(Vdir, LooksAtTheCardsOfALargeBookInTurnHoweverOftenItIsOpened) {
    const auto name = [](int number) { return std::to_string(number) + ".vcf"; };
    for (int i = 1000; i < 4000; ++i)
        put(name(i), card(std::to_string(i) + "@x.org"));
    EXPECT_EQ(addresses().size(), 3000U);
    // A delivery each minute, a change in each thousand, after so many deliveries without one.
    for (int before = 0; before < 3; ++before)
        for (const int number : {1500, 2500, 3500}) {
            for (int i = 0; i < before; ++i) {
                now_ += 60s;
                EXPECT_TRUE(open(book_).has_value());
            }
            const std::string address = std::to_string(number) + "." + std::to_string(before) + "@y.org";
            change(name(number), card(address));
            bool seen = false;
            for (int look = 0; look < 3 && !seen; ++look) {
                now_ += 60s;
                const auto index = open(book_);
                ASSERT_TRUE(index.has_value());
                seen = index->find(address)->has_value();
            }
            EXPECT_TRUE(seen) << number << " after " << before;
        }
}

TEST_F(Vdir, SeesAChangeWhenTheClockWasSetBack) {
    put("a.vcf", card("a@x.org"));
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    change("a.vcf", card("b@x.org"));
    now_ -= 10min;
    EXPECT_THAT(addresses(), ElementsAre("b@x.org"));
}

TEST_F(Vdir, WritesNoIndexWhereNothingChanged) {
    put("a.vcf", card("a@x.org"));
    addresses();
    const ino_t written = index_file();
    now_ += 1h;
    const auto index = open(book_);
    EXPECT_EQ(index_file(), written);
    EXPECT_EQ(index->confirmed(), now_);
    // A folder that changed without a card is looked at once.
    put("notes.txt", "");
    addresses();
    const ino_t again = index_file();
    addresses();
    EXPECT_EQ(index_file(), again);
}

TEST_F(Vdir, DoesNotTrustAYoungFile) {
    put("a.vcf", card("a@x.org"));
    put("b.vcf", card("b@x.org"));
    test::set_modified(book_ + "/b.vcf", now_ - 1s);
    EXPECT_THAT(addresses(), ElementsAre("a@x.org", "b@x.org"));
    const ino_t first = index_file();
    addresses();
    EXPECT_NE(index_file(), first); // read again
    now_ += 2s;
    addresses();
    const ino_t trusted = index_file();
    addresses();
    EXPECT_EQ(index_file(), trusted);
}

TEST_F(Vdir, DoesNotTrustAYoungFolder) {
    put("a.vcf", card("a@x.org"));
    test::set_modified(book_, now_);
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    // A card that comes in the same tick of the clock.
    test::write_file(book_ + "/b.vcf", card("b@x.org"));
    test::set_modified(book_, now_);
    EXPECT_THAT(addresses(), ElementsAre("a@x.org", "b@x.org"));
}

TEST_F(Vdir, ABrokenCardCostsItselfAndOneWarning) {
    put("a.vcf", card("a@x.org"));
    put("b.vcf", card("b1@x.org") + "BEGIN:VCARD\nEMAIL:lost@x.org\n" + card("b2@x.org"));
    EXPECT_THAT(addresses(), ElementsAre("a@x.org", "b1@x.org", "b2@x.org"));
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_THAT(warnings_[0], HasSubstr(book_ + "/b.vcf:6: "));
    EXPECT_THAT(warnings_[0], testing::Not(HasSubstr("lost@")));
    put("c.vcf", card("c@x.org")); // b.vcf is not read again
    EXPECT_EQ(addresses().size(), 4U);
    EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(Vdir, AHalfWrittenCardCountsWhenItIsComplete) {
    put("a.vcf", card("a@x.org"));
    put("b.vcf", "BEGIN:VCARD\nEMAIL:b@x.o");
    test::set_modified(book_ + "/b.vcf", now_);
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    EXPECT_EQ(warnings_.size(), 1U);
    now_ += 10ms;
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    EXPECT_THAT(warnings_, IsEmpty()); // the same fault
    test::write_file(book_ + "/b.vcf", card("b@x.org"));
    test::set_modified(book_ + "/b.vcf", now_);
    EXPECT_THAT(addresses(), ElementsAre("a@x.org", "b@x.org"));
    EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(Vdir, AFileThatCannotBeReadCostsItself) {
    if (geteuid() == 0)
        GTEST_SKIP() << "root may read everything";
    put("a.vcf", card("a@x.org"));
    put("b.vcf", card("b@x.org"));
    std::filesystem::permissions(book_ + "/b.vcf", std::filesystem::perms::none);
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    EXPECT_EQ(warnings_.size(), 1U);
    std::filesystem::permissions(book_ + "/b.vcf", std::filesystem::perms::owner_read);
    now_ += 1s;
    EXPECT_THAT(addresses(), ElementsAre("a@x.org", "b@x.org"));
}

TEST_F(Vdir, AnErrorThatPassesCostsNoCard) {
    if (is_sanitized)
        GTEST_SKIP() << needs_files;
    put("a.vcf", card("a@x.org"));
    put("b.vcf", card("b@x.org"));
    for (const bool known : {false, true}) {
        std::size_t failures = 0;
        bool done = false;
        for (rlim_t more = 0; more < 20 && !done; ++more) {
            Expected<BookIndex> index = [&] {
                const FewFiles few(more);
                return open(book_);
            }();
            EXPECT_THAT(warnings_, IsEmpty());
            if (!index) {
                EXPECT_EQ(index.error().kind, ErrorKind::temporary);
                ++failures;
                continue;
            }
            done = true;
            EXPECT_TRUE(index->find("a@x.org")->has_value()) << more;
            EXPECT_TRUE(index->find("b@x.org")->has_value()) << more;
        }
        EXPECT_TRUE(done);
        EXPECT_GE(failures, 3U); // at the folder, the new index, and a card
        if (!known)
            change("b.vcf", card("b@x.org"));
        now_ += 1min;
    }
}

TEST_F(Vdir, AFileThatIsTooLargeCostsItself) {
    put("a.vcf", card("a@x.org"));
    put("b.vcf", card("b@x.org"));
    std::filesystem::resize_file(book_ + "/b.vcf", (std::uintmax_t{1} << 30) + 1); // takes no room
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_THAT(warnings_[0], HasSubstr(book_ + "/b.vcf: "));
    std::filesystem::resize_file(book_ + "/b.vcf", card("b@x.org").size());
    now_ += 1h;
    EXPECT_THAT(addresses(), ElementsAre("a@x.org", "b@x.org"));
}

TEST_F(Vdir, WarnsOfManyBrokenCardsAFewTimes) {
    std::string many;
    for (int i = 0; i < 1000; ++i)
        many += "BEGIN:VCARD\n";
    for (int i = 0; i < 20; ++i)
        put(std::to_string(i) + ".vcf", many);
    EXPECT_THAT(addresses(), IsEmpty());
    EXPECT_GE(warnings_.size(), 100U);
    EXPECT_LE(warnings_.size(), 101U);
}

TEST_F(Vdir, IsEmptyWhereItIsNotThereYet) {
    std::filesystem::remove(book_);
    EXPECT_THAT(addresses(), IsEmpty());
    const ino_t written = index_file();
    EXPECT_THAT(addresses(), IsEmpty());
    EXPECT_EQ(index_file(), written);
    std::filesystem::create_directory(book_);
    put("a.vcf", card("a@x.org"));
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    // Emptied first, it may go.
    remove("a.vcf");
    EXPECT_THAT(addresses(), IsEmpty());
    std::filesystem::remove_all(book_);
    EXPECT_THAT(addresses(), IsEmpty());
}

TEST_F(Vdir, FailsForNowWhereItWasThereAndIsGone) {
    put("a.vcf", card("a@x.org"));
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    std::filesystem::rename(book_, folder_ / "elsewhere");
    for (int i = 0; i < 2; ++i) {
        const auto index = open(book_);
        ASSERT_FALSE(index.has_value());
        EXPECT_EQ(index.error().kind, ErrorKind::temporary);
        EXPECT_THAT(index.error().text, HasSubstr(book_ + ": "));
        EXPECT_THAT(index.error().text, HasSubstr("remove its index " + index_));
    }
    std::filesystem::rename(folder_ / "elsewhere", book_);
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    std::filesystem::remove_all(book_);
    std::filesystem::remove(index_); // on purpose
    EXPECT_THAT(addresses(), IsEmpty());
}

TEST_F(Vdir, FailsForNowWhereItIsALinkThatLeadsNowhere) {
    std::filesystem::remove(book_);
    std::filesystem::create_symlink(folder_ / "disk/contacts", book_);
    const auto index = open(book_);
    ASSERT_FALSE(index.has_value());
    EXPECT_EQ(index.error().kind, ErrorKind::temporary);
    EXPECT_THAT(index.error().text, HasSubstr(book_ + ": "));
    EXPECT_EQ(index_file(), 0U);
}

TEST_F(Vdir, FailsForNowWhereTheFolderAboveIsMissing) {
    const auto index = open(folder_ / "gone/contacts");
    ASSERT_FALSE(index.has_value());
    EXPECT_EQ(index.error().kind, ErrorKind::temporary);
    EXPECT_THAT(index.error().text, HasSubstr("gone"));
}

TEST_F(Vdir, FailsForNowWhereItIsNeitherFolderNorFile) {
    ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
    const auto index = open(folder_ / "pipe");
    ASSERT_FALSE(index.has_value());
    EXPECT_EQ(index.error().kind, ErrorKind::temporary);
}

TEST_F(Vdir, FailsForNowWhereTheIndexCannotBeWritten) {
    put("a.vcf", card("a@x.org"));
    test::write_file(folder_ / "state", "a file");
    const auto index = open(book_);
    ASSERT_FALSE(index.has_value());
    EXPECT_EQ(index.error().kind, ErrorKind::temporary);
}

TEST_F(Vdir, MakesADamagedIndexAnew) {
    put("a.vcf", card("a@x.org"));
    addresses();
    std::filesystem::resize_file(index_, 3000);
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    test::write_file(index_, "rubbish");
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    // Damage among the cards shows when they are taken over.
    std::string octets = test::read_file(index_);
    octets.replace(octets.rfind("a@x.org") - 4, 4, "\xff\xff\xff\xff");
    test::write_file(index_, octets);
    put("b.vcf", card("b@x.org"));
    EXPECT_THAT(addresses(), ElementsAre("a@x.org", "b@x.org"));
}

TEST_F(Vdir, MakesAnIndexAnewWhoseDamageALookUpFinds) {
    put("a.vcf", card("a@x.org"));
    addresses();
    std::string octets = test::read_file(index_);
    octets.replace(2048, 8, 8, '\xff'); // the first record, which is the address
    test::write_file(index_, octets);
    {
        const auto index = open(book_);
        ASSERT_TRUE(index.has_value());
        const auto found = index->find("a@x.org");
        ASSERT_FALSE(found.has_value());
        EXPECT_EQ(found.error().kind, ErrorKind::temporary);
        EXPECT_THAT(found.error().text, HasSubstr(index_));
    }
    EXPECT_EQ(index_file(), 0U);
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
}

TEST_F(Vdir, EL_72_DoesNotTakeTheIndexOfAnotherUser) {
    if (geteuid() != 0)
        GTEST_SKIP() << "only root may give files away";
    put("a.vcf", card("a@x.org"));
    addresses();
    const ino_t own = index_file();
    ASSERT_EQ(chown(index_.c_str(), 65534, 65534), 0);
    EXPECT_THAT(addresses(), ElementsAre("a@x.org"));
    EXPECT_NE(index_file(), own); // made anew
    EXPECT_EQ(std::filesystem::exists(index_), true);
}

TEST_F(Vdir, EL_72_DoesNotTakeTheIndexOfAnotherBook) {
    put("a.vcf", card("a@x.org"));
    addresses();
    std::filesystem::create_directory(folder_ / "other");
    EXPECT_THAT(addresses(folder_ / "other"), IsEmpty());
}

TEST_F(Vdir, MayBeOneFile) {
    put("all.vcf", card("a@x.org") + "BEGIN:VCARD\n" + card("b@x.org"));
    const std::string file = book_ + "/all.vcf";
    EXPECT_THAT(addresses(file), ElementsAre("a@x.org", "b@x.org"));
    EXPECT_EQ(warnings_.size(), 1U);
    const ino_t written = index_file();
    EXPECT_THAT(addresses(file), ElementsAre("a@x.org", "b@x.org"));
    EXPECT_EQ(index_file(), written);
    EXPECT_THAT(warnings_, IsEmpty());
    change("all.vcf", card("c@x.org"));
    EXPECT_THAT(addresses(file), ElementsAre("c@x.org"));
    change("all.vcf", "");
    EXPECT_THAT(addresses(file), IsEmpty());
    remove("all.vcf");
    EXPECT_THAT(addresses(file), IsEmpty());
    std::filesystem::create_symlink(folder_ / "outside.vcf", file);
    test::write_file(folder_ / "outside.vcf", card("outside@x.org"));
    EXPECT_FALSE(open(file).has_value());
}

TEST_F(Vdir, DoesNotTrustAYoungSingleFile) {
    put("all.vcf", card("a@x.org"));
    const std::string file = book_ + "/all.vcf";
    test::set_modified(file, now_);
    addresses(file);
    const ino_t written = index_file();
    addresses(file);
    EXPECT_NE(index_file(), written);
    now_ += 2s;
    addresses(file);
    const ino_t trusted = index_file();
    addresses(file);
    EXPECT_EQ(index_file(), trusted);
}

TEST_F(Vdir, ReadsAHundredThousandCardsOfOneFile) {
    std::string all;
    for (int i = 0; i < 100'000; ++i)
        all += card(std::to_string(i) + "@x.org", i % 1000 == 0 ? "CATEGORIES:thousands\n" : "");
    put("all.vcf", all);
    const auto index = open(book_ + "/all.vcf");
    ASSERT_TRUE(index.has_value());
    EXPECT_EQ(index->size(), 100'000U);
    EXPECT_TRUE(index->find("99999@x.org")->has_value());
    EXPECT_TRUE(index->find_in_group("thousands", "42000@x.org")->has_value());
    EXPECT_FALSE(index->find_in_group("thousands", "42001@x.org")->has_value());
}

} // namespace
} // namespace columbarium::lists
