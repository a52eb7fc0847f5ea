// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tables/table_writer.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "scratch_folder.hpp"

namespace columbarium::tables {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr Format formats[] = {Format::postfix_texthash, Format::postfix_cdb, Format::exim_lsearch,
                              Format::exim_cdb};

std::size_t files_in(const test::ScratchFolder& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder / ""), {}));
}

TEST(TableFormats, HaveTheNamesThatTheCommandTakes) {
    for (const Format format : formats)
        EXPECT_EQ(format_of_name(name_of(format)), format);
    EXPECT_EQ(name_of(Format::exim_lsearch), "exim-lsearch");
    EXPECT_EQ(format_of_name("postfix-hash"), std::nullopt);
    EXPECT_EQ(format_of_name(""), std::nullopt);
    EXPECT_EQ(format_of_name("Exim-cdb"), std::nullopt);
}

TEST(TableWriter, WritesALineForEachAddress) {
    const test::ScratchFolder folder;
    for (const auto& [format, text] :
         {std::pair{Format::postfix_texthash, "a@x.example b@y.example\nc@x.example D@y.example\n"},
          std::pair{Format::exim_lsearch, "a@x.example: b@y.example\nc@x.example: D@y.example\n"}}) {
        auto writer = TableWriter::create(folder / "table", format);
        ASSERT_TRUE(writer) << writer.error().text;
        EXPECT_TRUE(writer->add("a@x.example", "b@y.example"));
        EXPECT_TRUE(writer->add("C@X.example", "D@y.example")) << "keys are looked up in lower case";
        EXPECT_TRUE(writer->finish());
        EXPECT_EQ(test::read_file(folder / "table"), text);
    }
}

TEST(TableWriter, RefusesWhatWouldBecomeAnotherLine) {
    const test::ScratchFolder folder;
    for (const Format format : formats) {
        auto writer = TableWriter::create(folder / "table", format);
        ASSERT_TRUE(writer);
        for (const std::string& bad :
             {std::string(), std::string("a b@x.example"), std::string("a@x\nb: c"), std::string("a\tb"),
              std::string("a\rb"), std::string("a\0b", 3), std::string("\"a\"@x.example"),
              std::string("a\\b@x.example"), std::string("\x7f"), std::string(1'001, 'a')}) {
            const auto as_key = writer->add(bad, "b@y.example");
            ASSERT_FALSE(as_key) << bad;
            EXPECT_EQ(as_key.error().kind, ErrorKind::permanent);
            EXPECT_EQ(as_key.error().text.find_first_of("\n\r\t\x7f"), std::string::npos);
            EXPECT_THAT(as_key.error().text, AllOf(HasSubstr(folder / "table"), HasSubstr(name_of(format))));
            EXPECT_FALSE(writer->add("a@x.example", bad)) << bad;
        }
        EXPECT_TRUE(writer->add("a@x.example", "b@y.example")) << "one refusal does not spoil the table";
        EXPECT_TRUE(writer->finish());
    }
}

TEST(TableWriter, WhatBeginsWithTheMarkOfAComment) {
    const test::ScratchFolder folder;
    auto texthash = TableWriter::create(folder / "texthash", Format::postfix_texthash);
    EXPECT_FALSE(texthash->add("#a@x.example", "b@y.example"));
    EXPECT_TRUE(texthash->add("a#@x.example", "#b@y.example"));
    auto lsearch = TableWriter::create(folder / "lsearch", Format::exim_lsearch);
    EXPECT_TRUE(lsearch->add("#a@x.example", "b@y.example"));
    EXPECT_TRUE(lsearch->add("a:b@x.example", "b@y.example"));
    ASSERT_TRUE(lsearch->finish());
    EXPECT_EQ(test::read_file(folder / "lsearch"),
              "\"#a@x.example\": b@y.example\n\"a:b@x.example\": b@y.example\n");
}

TEST(TableWriter, TheOldFileStaysUntilTheNewOneIsFinished) {
    const test::ScratchFolder folder;
    for (const Format format : formats) {
        test::write_file(folder / "table", "old");
        {
            auto writer = TableWriter::create(folder / "table", format);
            ASSERT_TRUE(writer);
            EXPECT_TRUE(writer->add("a@x.example", "b@y.example"));
            EXPECT_EQ(test::read_file(folder / "table"), "old");
            EXPECT_EQ(files_in(folder), 2);
        }
        EXPECT_EQ(test::read_file(folder / "table"), "old") << "given up";
        EXPECT_EQ(files_in(folder), 1);
        auto writer = TableWriter::create(folder / "table", format, 0640);
        ASSERT_TRUE(writer);
        EXPECT_TRUE(writer->finish());
        EXPECT_NE(test::read_file(folder / "table"), "old");
        EXPECT_EQ(test::mode_of(folder / "table"), 0640);
        EXPECT_EQ(files_in(folder), 1);
    }
}

TEST(TableWriter, NamesThePathAndTheReason) {
    const auto writer = TableWriter::create("/nowhere/table", Format::exim_cdb);
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().kind, ErrorKind::temporary);
    EXPECT_THAT(writer.error().text, AllOf(HasSubstr("/nowhere/table"), HasSubstr("No such file")));
}

TEST(TableWriter, ReplacesNeitherALinkNorAFolder) {
    const test::ScratchFolder folder;
    std::filesystem::create_directory(folder / "folder");
    test::write_file(folder / "file", "old");
    std::filesystem::create_symlink(folder / "file", folder / "link");
    EXPECT_FALSE(TableWriter::create(folder / "folder", Format::exim_cdb));
    EXPECT_FALSE(TableWriter::create(folder / "link", Format::exim_cdb));
    EXPECT_FALSE(TableWriter::create("/dev/null", Format::exim_lsearch));
    EXPECT_EQ(test::read_file(folder / "file"), "old");
}

TEST(TableWriter, NoticesThatTheFileCannotBeWritten) {
    // The kernel takes the file, and none of its octets.
    const test::ScratchFolder folder;
    for (const Format format : formats) {
        auto writer = TableWriter::create(folder / "table", format);
        ASSERT_TRUE(writer);
        struct rlimit before {};
        ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        const struct rlimit none { 0, before.rlim_max };
        ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &none), 0);
        Expected<void> written = writer->add("a@x.example", "b@y.example");
        for (int i = 0; i < 100'000 && written; ++i)
            written = writer->add(std::to_string(i) + "@x.example", "b@y.example");
        const auto finished = writer->finish();
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        ASSERT_FALSE(written) << name_of(format);
        EXPECT_EQ(written.error().kind, ErrorKind::temporary);
        EXPECT_THAT(written.error().text, AllOf(HasSubstr(folder / "table"), HasSubstr("File too large")));
        EXPECT_FALSE(finished) << "a table with a hole is not put in place";
        EXPECT_FALSE(std::filesystem::exists(folder / "table"));
    }
}

} // namespace
} // namespace columbarium::tables
