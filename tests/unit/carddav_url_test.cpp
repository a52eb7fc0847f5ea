// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carddav/url.hpp"

#include <gtest/gtest.h>

namespace columbarium::carddav {
namespace {

Url url(std::string_view text) {
    const Expected<Url> parsed = parse_url(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? *parsed : Url();
}

TEST(CardDavUrl, IsReadIntoItsParts) {
    const Url parsed = url("https://DAV.example.org/alice/contacts/");
    EXPECT_EQ(parsed.scheme, "https");
    EXPECT_EQ(parsed.host, "dav.example.org");
    EXPECT_EQ(parsed.port, "443");
    EXPECT_EQ(parsed.path, "/alice/contacts/");
    EXPECT_EQ(url("http://localhost:5232").port, "5232");
    EXPECT_EQ(url("http://localhost:5232").path, "/");
    EXPECT_EQ(to_string(url("https://dav.example.org:8443/a")), "https://dav.example.org:8443/a");
    EXPECT_EQ(to_string(url("https://dav.example.org:443/a")), "https://dav.example.org/a");
}

TEST(CardDavUrl, IsRefusedWhereItIsNone) {
    for (const char* text : {"", "dav.example.org/alice", "ftp://dav.example.org/", "file:///etc/passwd",
                             "https://", "https://dav.example.org/a b", "https://dav.example.org/../x",
                             "https://dav.example.org/%00", "https://dav.example.org/%"})
        EXPECT_FALSE(parse_url(text)) << text;
    EXPECT_FALSE(parse_url("https://dav.example.org/" + std::string(10'000, 'a')));
    EXPECT_FALSE(parse_url(std::string_view("https://dav.example.org/\0x", 26)));
}

TEST(CardDavUrl, WithAPasswordIsRefusedAndNotRepeated) {
    for (const char* text :
         {"https://alice:sesame@dav.example.org/", "https://alice:ses@ame@dav.example.org/"}) {
        const Expected<Url> parsed = parse_url(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().kind, ErrorKind::permanent);
        EXPECT_EQ(parsed.error().text.find("sesame"), std::string::npos) << parsed.error().text;
        EXPECT_NE(parsed.error().text.find("dav.example.org"), std::string::npos) << parsed.error().text;
    }
}

TEST(CardDavUrl, OfTheSameOriginHasTheSameSchemeHostAndPort) {
    const Url one = url("https://dav.example.org/a");
    EXPECT_TRUE(same_origin(one, url("https://DAV.example.org:443/b")));
    EXPECT_FALSE(same_origin(one, url("http://dav.example.org:443/a")));
    EXPECT_FALSE(same_origin(one, url("https://dav.example.org:444/a")));
    EXPECT_FALSE(same_origin(one, url("https://dav.example.com/a")));
    EXPECT_FALSE(same_origin(one, url("https://dav.example.org.example.com/a")));
}

TEST(CardDavUrl, IsResolvedAgainstTheRequest) {
    const Url base = url("https://dav.example.org/alice/contacts/");
    const auto resolved = [&base](std::string_view reference) {
        const std::optional<Url> found = resolve(base, reference);
        return found ? to_string(*found) : "";
    };
    EXPECT_EQ(resolved("/alice/contacts/a.vcf"), "https://dav.example.org/alice/contacts/a.vcf");
    EXPECT_EQ(resolved("a.vcf"), "https://dav.example.org/alice/contacts/a.vcf");
    EXPECT_EQ(resolved("https://dav.example.org/b.vcf"), "https://dav.example.org/b.vcf");
    EXPECT_EQ(resolved("https://other.example.org/b.vcf"), "https://other.example.org/b.vcf");
    EXPECT_EQ(resolved("//other.example.org/b.vcf"), "https://other.example.org/b.vcf");
    for (const char* reference :
         {"", "/alice/../bob/a.vcf", "/alice/contacts/%2e%2E/a.vcf", "file:///etc/passwd", "/a b",
          "https://alice:sesame@dav.example.org/a.vcf", "/alice/contacts/%0A", "javascript:1"})
        EXPECT_EQ(resolved(reference), "") << reference;
}

TEST(CardDavUrl, PathsAreComparedInOneForm) {
    EXPECT_EQ(canonical_path("/alice%40example.org/a%2Db.vcf"), "/alice@example.org/a-b.vcf");
    EXPECT_EQ(canonical_path("/a/b%c3%bc.vcf"), "/a/b%C3%BC.vcf");
    EXPECT_EQ(canonical_path("/a/b\xc3\xbc.vcf"), "/a/b%C3%BC.vcf");
    EXPECT_EQ(canonical_path("/a%2fb"), "/a%2Fb") << "an encoded slash parts no segments";
    EXPECT_EQ(canonical_path("/a/..b/c."), "/a/..b/c.");
    for (const char* path : {"", "a", "/a/..", "/a/../b", "/./b", "/a/%2E%2e/b", "/a/%2e", "/a/%", "/a/%4",
                             "/a/%zz", "/a/%7F", "/a/%00"})
        EXPECT_EQ(canonical_path(path), std::nullopt) << path;
}

TEST(CardDavUrl, CD_10_MembersOfACollectionAreThoseDirectlyInIt) {
    EXPECT_TRUE(is_member_path("/alice/contacts/", "/alice/contacts/a.vcf"));
    EXPECT_FALSE(is_member_path("/alice/contacts/", "/alice/contacts/"));
    EXPECT_FALSE(is_member_path("/alice/contacts/", "/alice/contacts/sub/"));
    EXPECT_FALSE(is_member_path("/alice/contacts/", "/alice/contacts/sub/a.vcf"));
    EXPECT_FALSE(is_member_path("/alice/contacts/", "/alice/contacts2/a.vcf"));
    EXPECT_FALSE(is_member_path("/alice/contacts/", "/bob/contacts/a.vcf"));
}

} // namespace
} // namespace columbarium::carddav
