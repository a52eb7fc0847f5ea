// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/site_config.hpp"

#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace columbarium::config {
namespace {

constexpr const char* path = "/etc/dovecot/columbarium.toml";

SiteConfig parsed(std::string_view text) {
    const auto config = parse_site_config(text, path);
    EXPECT_TRUE(config.has_value()) << config.error().text;
    return config.value_or(SiteConfig());
}

constexpr std::string_view whole_file = R"(# the site's policy
[destinations.returns]
kind = "bucket"
mailbox = "Returns"
flags = ["\\seen"]
keywords = ["$Returned", "NotJunk"]
create = false

[destinations."Verification Abuse"]
kind = "bucket"
mailbox = "Überprüfung/Missbrauch"

[destinations.help]
kind = "channel"
forward_to = "support@lists.example.org"
)";

TEST(SiteConfig, ReadsBucketsAndChannelsInTheFilesOrder) {
    const SiteConfig config = parsed(whole_file);
    EXPECT_EQ(config.destination_names(),
              (std::vector<std::string>{"returns", "Verification Abuse", "help"}));

    const auto& returns = std::get<Bucket>(config.destinations[0].kind);
    EXPECT_EQ(returns.mailbox, "Returns");
    EXPECT_EQ(returns.flags, (std::vector<std::string>{"\\Seen", "$Returned", "NotJunk"}));
    EXPECT_FALSE(returns.create);

    const auto& abuse = std::get<Bucket>(config.destinations[1].kind);
    EXPECT_EQ(abuse.mailbox, "Überprüfung/Missbrauch");
    EXPECT_TRUE(abuse.flags.empty());
    EXPECT_TRUE(abuse.create) << "a bucket creates its mailbox where the file does not say otherwise";

    EXPECT_EQ(std::get<Channel>(config.destinations[2].kind).forward_to, "support@lists.example.org");
}

TEST(SiteConfig, FindsADestinationWithoutRegardToCase) {
    const SiteConfig config = parsed(whole_file);
    ASSERT_NE(config.find_destination("RETURNS"), nullptr);
    EXPECT_EQ(config.find_destination("RETURNS")->name, "returns");
    EXPECT_NE(config.find_destination("verification abuse"), nullptr);
    EXPECT_EQ(config.find_destination("return"), nullptr);
    EXPECT_EQ(config.find_destination(""), nullptr);
}

TEST(SiteConfig, OfAnEmptyFileHasNoDestinations) {
    EXPECT_TRUE(parsed("").destinations.empty());
    EXPECT_TRUE(parsed("# nothing yet\n[destinations]\n").destinations.empty());
}

TEST(SiteConfig, ReadsDottedKeysAndInlineTables) {
    const SiteConfig config = parsed("destinations.b = {kind = \"bucket\", mailbox = \"B\"}\n"
                                     "destinations.a.kind = \"bucket\"\n"
                                     "destinations.a.mailbox = \"A\"\n");
    EXPECT_EQ(config.destination_names(), (std::vector<std::string>{"b", "a"}));
}

TEST(SiteConfig, TakesUsualAddresses) {
    for (const std::string address :
         {"a@b", "first.last+tag@sub.example.org", "se@[192.0.2.1]", "x'y=z@xn--bcher-kva.example"}) {
        const SiteConfig config =
            parsed("[destinations.x]\nkind = \"channel\"\nforward_to = \"" + address + "\"\n");
        EXPECT_EQ(config.destinations.size(), 1U) << address;
    }
}

struct BrokenFile {
    const char* name;
    const char* text;
    const char* expected; // begins the error's text, after the file's name
};

void PrintTo(const BrokenFile& file, std::ostream* stream) {
    *stream << file.name;
}

class BrokenSiteConfig : public ::testing::TestWithParam<BrokenFile> {};

TEST_P(BrokenSiteConfig, IsATemporaryFailureThatNamesFileLineAndKey) {
    const auto config = parse_site_config(GetParam().text, path);
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().kind, ErrorKind::temporary);
    const std::string expected = std::string(path) + GetParam().expected;
    EXPECT_EQ(config.error().text.substr(0, expected.size()), expected);
    EXPECT_EQ(config.error().text.find('\n'), std::string::npos) << "one line";
}

const BrokenFile broken_files[] = {
    {"Syntax", "[destinations.returns\nkind = 1\n", ":1: "},
    {"SyntaxBeforeALineEnd", "create = tru\n\nx\n", ":1: "},
    {"KindWithALineEnd", "[destinations.x]\nkind = \"buc\\nket\"\n", ":2: destinations.x.kind: unknown kind"},
    {"UnknownTopLevelKey", "\n[destination.x]\n",
     ":2: destination: unknown key; did you mean \"destinations\"?"},
    {"DestinationsNoTable", "destinations = 5\n", ":1: destinations: must be a table"},
    {"DestinationNoTable", "[destinations]\nreturns = \"Returns\"\n",
     ":2: destinations.returns: must be a table"},
    {"MissingKind", "\n\n[destinations.x]\nmailbox = \"X\"\n", ":3: destinations.x.kind: is missing"},
    {"NearKind", "[destinations.x]\nkind = \"buckt\"\n",
     ":2: destinations.x.kind: unknown kind \"buckt\"; did you mean \"bucket\"?"},
    {"FarKind", "[destinations.x]\nkind = \"folder\"\n",
     ":2: destinations.x.kind: unknown kind \"folder\"; known: bucket, channel"},
    {"KindNoString", "[destinations.x]\nkind = true\n",
     ":2: destinations.x.kind: must be a string, not true or false"},
    {"UnknownKeyOfBucket", "[destinations.x]\nkind = \"bucket\"\nmailbox = \"X\"\ncreat = true\n",
     ":4: destinations.x.creat: unknown key; did you mean \"create\"?"},
    {"KeyOfTheOtherKind",
     "[destinations.x]\nkind = \"channel\"\nforward_to = \"a@b.example\"\nkeywords = [\"X\"]\n",
     ":4: destinations.x.keywords: unknown key"},
    {"MissingMailbox", "[destinations.x]\nkind = \"bucket\"\n", ":1: destinations.x.mailbox: is missing"},
    {"EmptyMailbox", "[destinations.x]\nkind = \"bucket\"\nmailbox = \"\"\n",
     ":3: destinations.x.mailbox: must not be empty"},
    {"MailboxWithControl", "[destinations.x]\nkind = \"bucket\"\nmailbox = \"a\\u0000b\"\n",
     ":3: destinations.x.mailbox: must not hold control characters"},
    {"BlankMailbox", "[destinations.x]\nkind = \"bucket\"\nmailbox = \"  \"\n",
     ":3: destinations.x.mailbox: must not be blank"},
    {"MailboxThatWalks", "[destinations.x]\nkind = \"bucket\"\nmailbox = \"../../etc\"\n",
     ":3: destinations.x.mailbox: must not hold the part \"..\""},
    {"MailboxNotUtf8", "[destinations.x]\nkind = \"bucket\"\nmailbox = \"a\xff\"\n", ":3: "},
    {"MailboxNoString", "[destinations.x]\nkind = \"bucket\"\nmailbox = [\"X\"]\n",
     ":3: destinations.x.mailbox: must be a string, not a list"},
    {"CreateNoBoolean", "[destinations.x]\nkind = \"bucket\"\nmailbox = \"X\"\ncreate = \"yes\"\n",
     ":4: destinations.x.create: must be true or false, not a string"},
    {"FlagsNoList", "[destinations.x]\nkind = \"bucket\"\nmailbox = \"X\"\nflags = \"\\\\Seen\"\n",
     ":4: destinations.x.flags: must be a list of strings, not a string"},
    {"FlagsOfNumbers", "[destinations.x]\nkind = \"bucket\"\nmailbox = \"X\"\nflags = [\"\\\\Seen\",\n  5]\n",
     ":5: destinations.x.flags: holds an integer"},
    {"FlagThatNobodyMaySet",
     "[destinations.x]\nkind = \"bucket\"\nmailbox = \"X\"\nflags = [\"\\\\Recent\"]\n",
     ":4: destinations.x.flags: \"\\Recent\" is no flag that can be set"},
    {"KeywordAmongFlags", "[destinations.x]\nkind = \"bucket\"\nmailbox = \"X\"\nflags = [\"$Junk\"]\n",
     ":4: destinations.x.flags: \"$Junk\" is no flag that can be set"},
    {"KeywordWithBlank", "[destinations.x]\nkind = \"bucket\"\nmailbox = \"X\"\nkeywords = [\"a b\"]\n",
     ":4: destinations.x.keywords: \"a b\" is no IMAP keyword"},
    {"KeywordLikeASystemFlag",
     "[destinations.x]\nkind = \"bucket\"\nmailbox = \"X\"\nkeywords = [\"\\\\Seen\"]\n",
     ":4: destinations.x.keywords: \"\\Seen\" is no IMAP keyword"},
    {"EmptyKeyword", "[destinations.x]\nkind = \"bucket\"\nmailbox = \"X\"\nkeywords = [\"\"]\n",
     ":4: destinations.x.keywords: \"\" is no IMAP keyword"},
    {"MissingAddress", "[destinations.x]\nkind = \"channel\"\n", ":1: destinations.x.forward_to: is missing"},
    {"AddressWithoutDomain", "[destinations.x]\nkind = \"channel\"\nforward_to = \"help\"\n",
     ":3: destinations.x.forward_to: must be an address with a domain"},
    {"AddressWithName", "[destinations.x]\nkind = \"channel\"\nforward_to = \"Help <help@example.org>\"\n",
     ":3: destinations.x.forward_to: has a local part that is no dot-atom"},
    {"AddressWithLineEnd",
     "[destinations.x]\nkind = \"channel\"\nforward_to = \"a@b.example\\r\\nRCPT TO:<c@d>\"\n",
     ":3: destinations.x.forward_to: has a"},
    {"AddressWithBlankDomain", "[destinations.x]\nkind = \"channel\"\nforward_to = \"a@b example\"\n",
     ":3: destinations.x.forward_to: has a domain that is no host name"},
    {"AddressWithEmptyLocalPart", "[destinations.x]\nkind = \"channel\"\nforward_to = \"@b.example\"\n",
     ":3: destinations.x.forward_to: has a local part"},
    {"AddressList", "[destinations.x]\nkind = \"channel\"\nforward_to = [\"a@b.example\"]\n",
     ":3: destinations.x.forward_to: must be a string, not a list"},
    {"NamesThatDifferInCaseOnly",
     "[destinations.returns]\nkind = \"bucket\"\nmailbox = \"A\"\n[destinations.Returns]\nkind = \"bucket\"\n"
     "mailbox = \"B\"\n",
     ":4: destinations.Returns: there is \"returns\" already"},
    {"TheSameNameTwice",
     "[destinations.x]\nkind = \"bucket\"\nmailbox = \"A\"\n[destinations.x]\nkind = \"bucket\"\n", ":4: "},
    {"NameWithLineEnd", "[destinations.\"a\\nb\"]\nkind = \"bucket\"\nmailbox = \"A\"\n",
     ":1: destinations: a name"},
};

INSTANTIATE_TEST_SUITE_P(Files, BrokenSiteConfig, ::testing::ValuesIn(broken_files),
                         [](const auto& file) { return std::string(file.param.name); });

// A file that tests change under the reader.
class SiteConfigFile : public ::testing::Test {
  protected:
    void SetUp() override {
        char name[] = "/tmp/columbarium-XXXXXX";
        ASSERT_NE(mkdtemp(name), nullptr);
        directory_ = name;
        file = directory_ / "columbarium.toml";
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    void write(std::string_view text) const { std::ofstream(file, std::ios::trunc) << text; }

    std::filesystem::path file;

  private:
    std::filesystem::path directory_;
};

TEST_F(SiteConfigFile, IsReadOnceWhileItStaysTheSame) {
    write(whole_file);
    const auto first = read_site_config(file);
    const auto second = read_site_config(file);
    ASSERT_TRUE(first.has_value()) << first.error().text;
    EXPECT_EQ(first->get(), second->get());
    EXPECT_EQ((*first)->destinations.size(), 3U);
}

TEST_F(SiteConfigFile, IsReadAnewWhenItWasReplacedByOneOfTheSameSizeAndTime) {
    write("[destinations.a]\nkind = \"bucket\"\nmailbox = \"A\"\n");
    const auto first = read_site_config(file);
    struct stat before {};
    ASSERT_EQ(stat(file.c_str(), &before), 0);
    const std::filesystem::path old = file.string() + ".old";
    std::filesystem::rename(file, old);
    write("[destinations.b]\nkind = \"bucket\"\nmailbox = \"B\"\n");
    const struct timespec times[] = {before.st_atim, before.st_mtim};
    ASSERT_EQ(utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
    const auto second = read_site_config(file);
    ASSERT_TRUE(first && second);
    EXPECT_EQ((*first)->destination_names(), std::vector<std::string>{"a"});
    EXPECT_EQ((*second)->destination_names(), std::vector<std::string>{"b"});
}

TEST_F(SiteConfigFile, RecoversWhenItsErrorIsMended) {
    write("[destinations.a]\nkind = \"bukket\"\n");
    const auto broken = read_site_config(file);
    ASSERT_FALSE(broken.has_value());
    EXPECT_EQ(broken.error().text.find(file.string() + ":2: destinations.a.kind:"), 0U)
        << broken.error().text;
    EXPECT_EQ(read_site_config(file).error().text, broken.error().text);

    write("[destinations.a]\nkind = \"bucket\"\nmailbox = \"A\"\n");
    EXPECT_TRUE(read_site_config(file).has_value());
}

TEST_F(SiteConfigFile, ThatDoesNotExistIsATemporaryFailureThatNamesIt) {
    const auto config = read_site_config(file);
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().kind, ErrorKind::temporary);
    EXPECT_EQ(config.error().text, file.string() + ": cannot read: No such file or directory");
}

TEST_F(SiteConfigFile, ThatIsADirectoryOrAPipeIsAFailureAndDoesNotHang) {
    std::filesystem::create_directory(file);
    EXPECT_FALSE(read_site_config(file).has_value());
    std::filesystem::remove(file);
    ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
    EXPECT_FALSE(read_site_config(file).has_value());
}

TEST_F(SiteConfigFile, OfUnreasonableSizeIsAFailure) {
    write(std::string(2 * 1024 * 1024, '#'));
    EXPECT_FALSE(read_site_config(file).has_value());
}

} // namespace
} // namespace columbarium::config
