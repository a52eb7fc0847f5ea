// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/place.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace columbarium::lists {
namespace {

const PlaceExpander fred("fred@example.org", "/home/fred");

TEST(Places, HoldTheUsersNamesAndHome) {
    EXPECT_EQ(fred.path("/srv/%d/%n/book").value_or("?"), "/srv/example.org/fred/book");
    EXPECT_EQ(fred.path("/srv/%u").value_or("?"), "/srv/fred@example.org");
    EXPECT_EQ(fred.path("/srv/100%%").value_or("?"), "/srv/100%");
    EXPECT_EQ(fred.path("~/contacts").value_or("?"), "/home/fred/contacts");
    EXPECT_EQ(fred.path("%h/contacts/%n").value_or("?"), "/home/fred/contacts/fred");
    EXPECT_EQ(fred.path("/srv/100%%h").value_or("?"), "/srv/100%h");
    EXPECT_EQ(PlaceExpander("fred", "/home/100%u/").path("~/x").value_or("?"), "/home/100%u/x")
        << "the home is taken as it is";
}

TEST(Places, PercentEncodeNamesInUrls) {
    EXPECT_EQ(fred.url("https://dav/%u/%n/").value_or("?"), "https://dav/fred%40example.org/fred/");
    EXPECT_EQ(PlaceExpander("a/b?c#d%e", "").url("https://dav/%u/").value_or("?"),
              "https://dav/a%2Fb%3Fc%23d%25e/");
    EXPECT_EQ(PlaceExpander("Jürgen", "").url("https://dav/%u/").value_or("?"), "https://dav/J%C3%BCrgen/");
    EXPECT_EQ(fred.text("%n at %d, 100%%").value_or("?"), "fred at example.org, 100%");
}

TEST(Places, EL_72_NoNameOfAUserLeadsToAnotherFolder) {
    struct Row {
        const char* user;
        const char* place;
    };
    const Row table[] = {
        {"../bob", "/srv/%u"},      {"..", "/srv/%u"},        {".", "/srv/%u"},
        {"a/b", "/srv/%u"},         {"/etc", "/srv/%u"},      {"..@example.org", "/srv/%d/%n"},
        {"fred@..", "/srv/%d/%n"},  {"fred@.", "/srv/%d/%n"}, {"fred@a/../b", "/srv/%d/%n"},
        {"../bob@x", "/srv/%d/%n"}, {"x@..", "~/%d/x"},       {".@.", "/srv/%n%d/x"},
        {"a\nb", "/srv/%u"},        {"", "/srv/%u"},          {"fred", "/srv/%d/%n"},
        {"@x", "/srv/%d/%n"},
    };
    for (const Row& row : table) {
        const auto path = PlaceExpander(row.user, "/home/fred").path(row.place);
        ASSERT_FALSE(path.has_value()) << row.user << " makes " << *path;
        EXPECT_EQ(path.error().kind, ErrorKind::temporary);
        EXPECT_EQ(path.error().text.find('\n'), std::string::npos);
    }
    EXPECT_FALSE(PlaceExpander("..", "").url("https://dav/%u/book/"));
    EXPECT_FALSE(PlaceExpander("", "").url("https://dav/%u/book/"));
    EXPECT_TRUE(PlaceExpander("...", "").path("/srv/%u")) << "an odd name, but no other folder";
    EXPECT_TRUE(PlaceExpander("..fred", "").path("/srv/%u"));
}

TEST(Places, WithoutAHomeAreATemporaryFailure) {
    const PlaceExpander homeless("fred", "");
    for (const char* place : {"~/contacts", "%h/contacts"}) {
        const auto path = homeless.path(place);
        ASSERT_FALSE(path.has_value());
        EXPECT_EQ(path.error().kind, ErrorKind::temporary);
        EXPECT_NE(path.error().text.find("home"), std::string::npos) << path.error().text;
    }
    EXPECT_FALSE(PlaceExpander("fred", "relative").path("~/contacts"));
    EXPECT_FALSE(homeless.url("https://dav/%h"));
    EXPECT_TRUE(homeless.path("/srv/%u"));
}

TEST(StateFolders, StandInTheHomeUnlessTheSettingSaysOtherwise) {
    EXPECT_EQ(state_folder_of("", "/home/fred").value_or("?"), "/home/fred/columbarium");
    EXPECT_EQ(state_folder_of("/var/lib/x/fred", "/home/fred").value_or("?"), "/var/lib/x/fred");
    EXPECT_EQ(state_folder_of("/var/lib/x/fred", "").value_or("?"), "/var/lib/x/fred");
    EXPECT_EQ(state_folder_of("~/.cache/100%", "/home/fred").value_or("?"), "/home/fred/.cache/100%");
    for (const auto& failed :
         {state_folder_of("", ""), state_folder_of("~/x", ""), state_folder_of("x", "/h")}) {
        ASSERT_FALSE(failed.has_value());
        EXPECT_EQ(failed.error().kind, ErrorKind::temporary);
    }
}

TEST(IndexPaths, HaveAShortNameOfTheirOwnForEachOrigin) {
    const std::string path = index_path("/state", config::ListKind::vdir, "vdir:/home/fred/contacts");
    EXPECT_EQ(path.substr(0, 12), "/state/vdir-");
    EXPECT_EQ(path.size(), std::string("/state/vdir-0123456789abcdef.cdb").size());
    EXPECT_TRUE(path.ends_with(".cdb"));
    EXPECT_EQ(path.substr(12, 16).find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_EQ(index_path("/state", config::ListKind::vdir, "vdir:/home/fred/contacts"), path);
    EXPECT_NE(index_path("/state", config::ListKind::vdir, "vdir:/home/fred/others"), path);
}

} // namespace
} // namespace columbarium::lists
