// SPDX-License-Identifier: LGPL-2.1-or-later
#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lists/vdir.hpp"
#include "scratch_folder.hpp"

namespace columbarium::lists {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string card(const std::string& uid, const std::string& name) {
    return "BEGIN:VCARD\r\nVERSION:4.0\r\n" + (uid.empty() ? "" : "UID:" + uid + "\r\n") + "FN:" + name +
           "\r\nX-OTHER;A=\"b\":kept as\r\n  it is\r\nEND:VCARD\r\n";
}

class VcardImport : public testing::Test {
  protected:
    ImportReport import(const std::string& text) {
        test::write_file(folder_ / "in.vcf", text);
        const auto report = run();
        EXPECT_TRUE(report.has_value()) << report.error().text;
        return report.value_or(ImportReport());
    }
    Expected<ImportReport> run() {
        warnings_.clear();
        return import_vcards(folder_ / "in.vcf", book_,
                             [this](const std::string& text) { warnings_.push_back(text); });
    }
    std::set<std::string> names() const {
        std::set<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(book_))
            found.insert(entry.path().filename());
        return found;
    }

    test::ScratchFolder folder_;
    std::string book_ = folder_ / "contacts";
    std::vector<std::string> warnings_;
};

TEST_F(VcardImport, CopiesCardsOctetByOctet) {
    const ImportReport report =
        import("\r\nrubbish\r\n" + card("a1", "Ann") + "\r\n" + card("urn:uuid:B-2_x.y", "Bob"));
    EXPECT_EQ(report.added, 2U);
    EXPECT_EQ(report.replaced, 0U);
    EXPECT_EQ(report.unreadable, 0U);
    EXPECT_THAT(names(), ElementsAre("B-2_x.y.vcf", "a1.vcf"));
    EXPECT_EQ(test::read_file(book_ + "/a1.vcf"), card("a1", "Ann"));
    EXPECT_EQ(test::read_file(book_ + "/B-2_x.y.vcf"), card("urn:uuid:B-2_x.y", "Bob"));
    EXPECT_EQ(test::mode_of(book_ + "/a1.vcf"), 0600U);
    EXPECT_EQ(test::mode_of(book_), 0700U);
}

TEST_F(VcardImport, ReplacesCardsOfTheSameUidWhereverTheyAre) {
    std::filesystem::create_directory(book_);
    test::write_file(book_ + "/phone-7.vcf", card("URN:UUID:a1", "Old"));
    test::write_file(book_ + "/two.vcf", card("b1", "One") + card("b2", "Two"));
    const ImportReport report = import(card("A1", "New") + card("A1", "Newer") + card("b1", "Other"));
    EXPECT_EQ(report.added, 1U);
    EXPECT_EQ(report.replaced, 2U);
    EXPECT_THAT(names(), ElementsAre("b1.vcf", "phone-7.vcf", "two.vcf"));
    EXPECT_EQ(test::read_file(book_ + "/phone-7.vcf"), card("A1", "Newer"));
    EXPECT_EQ(test::read_file(book_ + "/two.vcf"), card("b1", "One") + card("b2", "Two"));
}

TEST_F(VcardImport, MakesANameOfTheOctetsWhereTheUidIsNone) {
    const std::string bad[] = {"../../etc/passwd",    "a/b", ".hidden", "..", "a b", "b\xc3\xbc",
                               std::string(201, 'x'), ""};
    std::string all;
    for (const std::string& uid : bad)
        all += card(uid, "x");
    EXPECT_EQ(import(all).added, std::size(bad));
    for (const std::string& name : names())
        EXPECT_THAT(name, testing::MatchesRegex("[0-9a-f]*\\.vcf"));
    EXPECT_EQ(names().size(), std::size(bad));
    EXPECT_EQ(import(all).replaced, std::size(bad));
    EXPECT_EQ(names().size(), std::size(bad));
    EXPECT_EQ(
        std::distance(std::filesystem::directory_iterator(std::filesystem::path(book_).parent_path()), {}),
        2);
}

TEST_F(VcardImport, DoesNotOverwriteAnotherCardWithTheSameName) {
    std::filesystem::create_directory(book_);
    test::write_file(book_ + "/a1.vcf", card("other", "Other"));
    EXPECT_EQ(import(card("a1", "Ann")).added, 1U);
    EXPECT_EQ(test::read_file(book_ + "/a1.vcf"), card("other", "Other"));
    EXPECT_EQ(names().size(), 2U);
}

TEST_F(VcardImport, LeavesOutBrokenCards) {
    const ImportReport report =
        import("BEGIN:VCARD\r\nUID:broken\r\nFN:x\r\n" + card("a1", "Ann") + "BEGIN:VCARD\r\nUID:last\r\n");
    EXPECT_EQ(report.added, 1U);
    EXPECT_EQ(report.unreadable, 2U);
    EXPECT_THAT(names(), ElementsAre("a1.vcf"));
    EXPECT_EQ(test::read_file(book_ + "/a1.vcf"), card("a1", "Ann"));
    ASSERT_EQ(warnings_.size(), 2U);
    EXPECT_THAT(warnings_[0], HasSubstr("in.vcf:1: "));
    EXPECT_THAT(warnings_[1], HasSubstr("in.vcf:11: "));
}

TEST_F(VcardImport, KeepsAPhotoOfTwentyMegabytesAndAnAgent) {
    const std::string with_photo =
        "BEGIN:VCARD\nUID:p\nPHOTO;ENCODING=b:" + std::string(20'000'000, 'A') + "\nEND:VCARD\n";
    const std::string with_agent =
        "BEGIN:VCARD\nVERSION:2.1\nUID:g\nAGENT:\nBEGIN:VCARD\nUID:inner\nEND:VCARD\nFN:x\nEND:VCARD";
    EXPECT_EQ(import(with_photo + with_agent).added, 2U);
    EXPECT_TRUE(test::read_file(book_ + "/p.vcf") == with_photo);
    EXPECT_EQ(test::read_file(book_ + "/g.vcf"), with_agent);
}

TEST_F(VcardImport, LeavesOutACardThatIsTooLarge) {
    const std::string line = "NOTE:" + std::string(1'000'000, 'x') + "\r\n";
    std::string huge = "BEGIN:VCARD\r\nUID:huge\r\n";
    for (int i = 0; i < 70; ++i)
        huge += line;
    // One whose end is missing must not take the next one with it.
    const ImportReport report = import(huge + card("a1", "Ann") + huge + "END:VCARD\r\n" + card("b1", "Bob"));
    EXPECT_EQ(report.added, 2U);
    EXPECT_EQ(report.unreadable, 2U);
    EXPECT_EQ(test::read_file(book_ + "/a1.vcf"), card("a1", "Ann"));
    EXPECT_EQ(test::read_file(book_ + "/b1.vcf"), card("b1", "Bob"));
}

TEST_F(VcardImport, RemovesWhatAKilledImportLeft) {
    std::filesystem::create_directory(book_);
    using namespace std::chrono_literals;
    const auto old = std::chrono::system_clock::now() - 2h;
    for (const char* name :
         {".a1.vcf.new.abcdef", ".b1.vcf.new.abcdef.vcf", ".props.new.abcdef", "new.vcf"}) {
        test::write_file(book_ + "/" + name, "x");
        test::set_modified(book_ + "/" + name, old);
    }
    test::write_file(book_ + "/.a2.vcf.new.abcdef", "x"); // somebody may be writing it
    import(card("c1", "Cid"));
    EXPECT_THAT(names(), ElementsAre(".a2.vcf.new.abcdef", ".b1.vcf.new.abcdef.vcf", ".props.new.abcdef",
                                     "c1.vcf", "new.vcf"));
}

TEST_F(VcardImport, NeedsAFolder) {
    test::write_file(folder_ / "in.vcf", card("a1", "Ann"));
    test::write_file(book_, card("b1", "Bob"));
    const auto one_file = run();
    ASSERT_FALSE(one_file.has_value());
    EXPECT_EQ(one_file.error().kind, ErrorKind::permanent);
    EXPECT_THAT(one_file.error().text, HasSubstr("one file"));
    std::filesystem::remove(book_);
    book_ = folder_ / "gone/contacts";
    ASSERT_FALSE(run().has_value());
    EXPECT_EQ(run().error().kind, ErrorKind::temporary);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "gone"));
    book_ = folder_ / "contacts";
    std::filesystem::remove(folder_ / "in.vcf");
    ASSERT_FALSE(run().has_value());
    EXPECT_THAT(run().error().text, HasSubstr("in.vcf"));
}

TEST_F(VcardImport, WhatItCopiedIsInTheBook) {
    import(card("a1", "Ann") + "BEGIN:VCARD\nEMAIL:bob@x.org\nEND:VCARD\n");
    const auto index =
        open_vdir(book_, folder_ / "index", std::chrono::system_clock::now(), [](const std::string&) {});
    ASSERT_TRUE(index.has_value());
    EXPECT_TRUE(index->find("bob@x.org")->has_value());
    EXPECT_THAT(warnings_, IsEmpty());
}

} // namespace
} // namespace columbarium::lists
