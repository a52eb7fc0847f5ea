// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/list_policy.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "config/site_config.hpp"

namespace columbarium::config {
namespace {

constexpr const char* path = "/etc/dovecot/columbarium.toml";

ListPolicy policy_of(std::string_view text) {
    const auto config = parse_site_config(text, path);
    EXPECT_TRUE(config.has_value()) << config.error().text;
    return config.value_or(SiteConfig()).lists;
}

constexpr std::string_view whole_file = R"(
[lists]
unknown_list = "no-match"
subaddress_delimiters = "+-"
redirect = ["tag:example.com,2026:staff"]
redirect_recipients = 20

[lists.":addrbook:default"]
type = "vdir"
path = "~/contacts"

[lists.":addrbook:company"]
type = "carddav"
url = "https://dav.example.org/%u/contacts/"
user = "%u"
password_file = "/etc/lists/%d/%n.password"
ca_file = "/etc/ssl/certs/example.pem"
max_age_hours = 24

[lists."tag:example.com,2026:staff"]
type = "file"
path = "/etc/lists/staff"

[lists."urn:example:known"]
type = "dict"
uri = "proxy::contacts"
)";

TEST(ListPolicy, ReadsTheWholeTableInTheFilesOrder) {
    const ListPolicy policy = policy_of(whole_file);
    EXPECT_EQ(policy.unknown_list, UnknownList::no_match);
    EXPECT_EQ(policy.subaddress_delimiters, "+-");
    EXPECT_EQ(policy.redirect, std::vector<std::string>{"tag:example.com,2026:staff"});
    EXPECT_EQ(policy.redirect_recipients, 20U);
    ASSERT_EQ(policy.definitions.size(), 4U);

    EXPECT_EQ(policy.definitions[0].name, ":addrbook:default");
    EXPECT_EQ(policy.definitions[0].kind, ListKind::vdir);
    EXPECT_EQ(policy.definitions[0].place, "~/contacts");
    EXPECT_EQ(policy.definitions[0].where, std::string(path) + ":8");

    const ListDefinition& company = policy.definitions[1];
    EXPECT_EQ(company.kind, ListKind::carddav);
    EXPECT_EQ(company.place, "https://dav.example.org/%u/contacts/");
    EXPECT_EQ(company.user, "%u");
    EXPECT_EQ(company.password_file, "/etc/lists/%d/%n.password");
    EXPECT_EQ(company.ca_file, "/etc/ssl/certs/example.pem");
    EXPECT_FALSE(company.allow_plaintext);
    EXPECT_EQ(company.max_age_hours, 24U);

    EXPECT_EQ(policy.definitions[2].kind, ListKind::file);
    EXPECT_EQ(policy.definitions[2].place, "/etc/lists/staff");
    EXPECT_EQ(policy.definitions[3].kind, ListKind::dict);
    EXPECT_EQ(policy.definitions[3].place, "proxy::contacts");
}

TEST(ListPolicy, EL_32_EL_61_EL_62_WithoutTheTableUnknownListsAreErrorsAndNoListTakesRedirects) {
    for (const char* text : {"", "[lists]\n", "[lists]\nsubaddress_delimiters = \"\"\n"}) {
        const ListPolicy policy = policy_of(text);
        EXPECT_EQ(policy.unknown_list, UnknownList::error);
        EXPECT_EQ(policy.subaddress_delimiters, "");
        EXPECT_TRUE(policy.redirect.empty());
        EXPECT_EQ(policy.redirect_recipients, 100U);
        EXPECT_TRUE(policy.definitions.empty());
    }
}

TEST(ListPolicy, EL_71_SY_8_PlainTextHasToBeAskedForAndCopiesHaveAnAge) {
    const ListPolicy policy = policy_of("[lists.\":addrbook:lan\"]\ntype = \"carddav\"\n"
                                        "url = \"http://10.0.0.1/book\"\nallow_plaintext = true\n");
    ASSERT_EQ(policy.definitions.size(), 1U);
    EXPECT_TRUE(policy.definitions[0].allow_plaintext);
    EXPECT_EQ(policy.definitions[0].max_age_hours, 168U);
}

struct BrokenTable {
    const char* name;
    std::string text;
    const char* expected; // after the file's name
};

void PrintTo(const BrokenTable& table, std::ostream* stream) {
    *stream << table.name;
}

class BrokenListPolicy : public ::testing::TestWithParam<BrokenTable> {};

TEST_P(BrokenListPolicy, IsATemporaryFailureThatNamesFileLineAndKey) {
    const auto config = parse_site_config(GetParam().text, path);
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().kind, ErrorKind::temporary);
    const std::string expected = std::string(path) + GetParam().expected;
    EXPECT_EQ(config.error().text.substr(0, expected.size()), expected);
    EXPECT_EQ(config.error().text.find('\n'), std::string::npos) << "one line";
}

std::string lists(const std::string& lines) {
    return "[lists]\n" + lines + "\n";
}

std::string list(const std::string& lines) {
    return "[lists.\":addrbook:x\"]\n" + lines + "\n";
}

std::string vdir(const std::string& place) {
    return list("type = \"vdir\"\npath = \"" + place + "\"");
}

std::string carddav(const std::string& lines) {
    return list("type = \"carddav\"\n" + lines);
}

const BrokenTable broken_tables[] = {
    {"NoTable", "lists = 5\n", ":1: lists: must be a table"},
    {"UnknownKey", lists("unknown_lists = \"error\""),
     ":2: lists.unknown_lists: unknown key; did you mean \"unknown_list\"?"},
    {"KeyFarFromAll", lists("colour = 5"), ":2: lists.colour: unknown key; known here: unknown_list,"},
    {"UnknownList", lists("unknown_list = \"ignore\""), ":2: lists.unknown_list: must be \"error\" or"},
    {"UnknownListNoString", lists("unknown_list = true"), ":2: lists.unknown_list: must be a string"},
    {"DelimiterLetter", lists("subaddress_delimiters = \"+a\""), ":2: lists.subaddress_delimiters: must be"},
    {"DelimiterAt", lists("subaddress_delimiters = \"@\""), ":2: lists.subaddress_delimiters: must be"},
    {"RedirectNoList", lists("redirect = \"tag:x,2000:y\""), ":2: lists.redirect: must be a list"},
    {"RedirectNoName", lists("redirect = [\"staff\"]"), ":2: lists.redirect: \"staff\" is no name"},
    {"NoRecipients", lists("redirect_recipients = 0"),
     ":2: lists.redirect_recipients: must be from 1 to 10000"},
    {"NegativeRecipients", lists("redirect_recipients = -1"), ":2: lists.redirect_recipients: must be from"},
    {"ManyRecipients", lists("redirect_recipients = 10001"), ":2: lists.redirect_recipients: must be from"},
    {"RecipientsNoInteger", lists("redirect_recipients = \"5\""),
     ":2: lists.redirect_recipients: must be an"},
    {"NameWithoutColon", "[lists.staff]\ntype = \"file\"\n", ":1: lists.staff: is no name of a list"},
    {"NameWithoutTable", lists("\":addrbook:x\" = 5"), ":2: lists.:addrbook:x: must be a table"},
    {"NoType", list(""), ":1: lists.\":addrbook:x\".type: is missing"},
    {"UnknownType", list("type = \"vdirr\""),
     ":2: lists.\":addrbook:x\".type: unknown type \"vdirr\"; did you"},
    {"TypeFarFromAll", list("type = \"http\""),
     ":2: lists.\":addrbook:x\".type: unknown type \"http\"; known:"},
    {"NoPath", list("type = \"vdir\""), ":1: lists.\":addrbook:x\".path: is missing"},
    {"KeyOfAnotherType", list("type = \"vdir\"\npath = \"/x\"\nurl = \"https://x/\""),
     ":4: lists.\":addrbook:x\".url: is for lists of type \"carddav\"; this one is of type \"vdir\""},
    {"KeyOfYetAnotherType", carddav("url = \"https://x/\"\nuri = \"x:\""),
     ":4: lists.\":addrbook:x\".uri: is for lists of type \"dict\"; this one is of type \"carddav\""},
    {"UnknownKeyOfAList", list("type = \"vdir\"\npath = \"/x\"\nfolder = \"/y\""),
     ":4: lists.\":addrbook:x\".folder: unknown key"},
    {"RelativePath", vdir("contacts"), ":3: lists.\":addrbook:x\".path: must be absolute"},
    {"PathOfAnotherHome", vdir("~bob/contacts"), ":3: lists.\":addrbook:x\".path: must be absolute"},
    {"PathThatClimbs", vdir("/srv/%u/../x"), ":3: lists.\":addrbook:x\".path: must not hold the parts"},
    {"HomeInThePath", vdir("/srv/%h"), ":3: lists.\":addrbook:x\".path: holds \"%h\" elsewhere"},
    {"UnknownPlaceholder", vdir("/srv/%x"), ":3: lists.\":addrbook:x\".path: \"%\" must be followed by"},
    {"PlaceholderAtTheEnd", vdir("/srv/100%"), ":3: lists.\":addrbook:x\".path: \"%\" must be followed by"},
    {"ControlCharacter", vdir("/srv/\\u0007"), ":3: lists.\":addrbook:x\".path: must not hold control"},
    {"EL_71_PlainText", carddav("url = \"http://x/\""),
     ":3: lists.\":addrbook:x\".url: is not protected by TLS"},
    {"NoUrl", carddav("url = \"x/y\""), ":3: lists.\":addrbook:x\".url: must start with \"https://\""},
    {"PasswordInUrl", carddav("url = \"https://fred:secret@x/\""),
     ":3: lists.\":addrbook:x\".url: must hold no user and no password"},
    {"HostOfTheUser", carddav("url = \"https://%d/\""), ":3: lists.\":addrbook:x\".url: must name a host"},
    {"NoHost", carddav("url = \"https:///x\""), ":3: lists.\":addrbook:x\".url: must name a host"},
    {"PasswordWithoutUser", carddav("url = \"https://x/\"\npassword_file = \"/y\""),
     ":4: lists.\":addrbook:x\".password_file: needs the key user"},
    {"RelativePasswordFile", carddav("url = \"https://x/\"\nuser = \"u\"\npassword_file = \"y\""),
     ":5: lists.\":addrbook:x\".password_file: must be absolute"},
    {"RelativeCaFile", carddav("url = \"https://x/\"\nca_file = \"y\""),
     ":4: lists.\":addrbook:x\".ca_file: must be absolute"},
    {"NegativeAge", carddav("url = \"https://x/\"\nmax_age_hours = -1"),
     ":4: lists.\":addrbook:x\".max_age_hours: must be from 0"},
    {"NoDict", list("type = \"dict\"\nuri = \"contacts\""), ":3: lists.\":addrbook:x\".uri: must be the URI"},
};

INSTANTIATE_TEST_SUITE_P(Table, BrokenListPolicy, ::testing::ValuesIn(broken_tables),
                         [](const auto& table) { return std::string(table.param.name); });

TEST(ListSetting, DefinesTheUsersOwnBook) {
    const auto vdir_book = parse_list_setting(" vdir:~/My Contacts ");
    ASSERT_TRUE(vdir_book.has_value()) << vdir_book.error().text;
    EXPECT_EQ(vdir_book->name, ":addrbook:default");
    EXPECT_EQ(vdir_book->kind, ListKind::vdir);
    EXPECT_EQ(vdir_book->place, "~/My Contacts");
    EXPECT_EQ(vdir_book->where, "columbarium_addrbook");

    const auto carddav_book = parse_list_setting(
        "carddav:https://dav.example.org/%u/ user=%u  password_file=~/.dav max_age_hours=0 ca_file=/ca.pem");
    ASSERT_TRUE(carddav_book.has_value()) << carddav_book.error().text;
    EXPECT_EQ(carddav_book->kind, ListKind::carddav);
    EXPECT_EQ(carddav_book->place, "https://dav.example.org/%u/");
    EXPECT_EQ(carddav_book->user, "%u");
    EXPECT_EQ(carddav_book->password_file, "~/.dav");
    EXPECT_EQ(carddav_book->ca_file, "/ca.pem");
    EXPECT_EQ(carddav_book->max_age_hours, 0U);

    const auto dict_book = parse_list_setting("dict:redis:host=127.0.0.1:port=6379");
    ASSERT_TRUE(dict_book.has_value()) << dict_book.error().text;
    EXPECT_EQ(dict_book->kind, ListKind::dict);
    EXPECT_EQ(dict_book->place, "redis:host=127.0.0.1:port=6379");

    const auto file_book = parse_list_setting("file:/etc/lists/staff");
    ASSERT_TRUE(file_book.has_value()) << file_book.error().text;
    EXPECT_EQ(file_book->kind, ListKind::file);
    EXPECT_EQ(file_book->place, "/etc/lists/staff");
}

// A passwd-file cannot hold blanks in a field.
TEST(ListSetting, SeparatesOptionsBySemicolonsToo) {
    const auto definition =
        parse_list_setting("carddav:https://dav.example.org/%u/;user=%u;password_file=~/.dav");
    ASSERT_TRUE(definition) << definition.error().text;
    EXPECT_EQ(definition->place, "https://dav.example.org/%u/");
    EXPECT_EQ(definition->user, "%u");
    EXPECT_EQ(definition->password_file, "~/.dav");
}

TEST(ListSetting, EL_71_TakesPlainTextOnlyWhereItIsAskedFor) {
    EXPECT_TRUE(parse_list_setting("carddav:http://10.0.0.1/;allow_plaintext=yes"));
    EXPECT_TRUE(parse_list_setting("vdir:/srv/100%%h"));
    EXPECT_FALSE(parse_list_setting("carddav:http://10.0.0.1/"));
    EXPECT_FALSE(parse_list_setting("carddav:http://10.0.0.1/ allow_plaintext=no"));
    EXPECT_TRUE(parse_list_setting("carddav:http://10.0.0.1/ allow_plaintext=yes"));
}

TEST(ListSetting, ThatIsWrongIsATemporaryFailureThatNamesTheSetting) {
    for (const char* text :
         {"", "~/contacts", "vdir", "vdir:", "http:x", "vdir:contacts", "vdir:~/../bob", "dict:contacts",
          "vdir:~/a\nb", "carddav:https://x/ usr=x", "carddav:https://x/ user", "carddav:https://x/ user=",
          "carddav:https://x/ max_age_hours=5h", "carddav:https://x/ max_age_hours=-5",
          "carddav:https://x/ allow_plaintext=1", "carddav:https://u:p@x/"}) {
        const auto definition = parse_list_setting(text);
        ASSERT_FALSE(definition.has_value()) << text;
        EXPECT_EQ(definition.error().kind, ErrorKind::temporary);
        EXPECT_TRUE(definition.error().text.starts_with("columbarium_addrbook: ")) << definition.error().text;
        EXPECT_EQ(definition.error().text.find('\n'), std::string::npos);
    }
    EXPECT_NE(parse_list_setting("carddav:https://x/ usr=x").error().text.find("did you mean \"user\"?"),
              std::string::npos);
}

} // namespace
} // namespace columbarium::config
