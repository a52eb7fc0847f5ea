// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/store_place.hpp"

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "config/site_config.hpp"

namespace columbarium::config {
namespace {

constexpr const char* path = "/etc/dovecot/columbarium.toml";

StorePlace place_of(std::string_view text) {
    const auto config = parse_site_config(text, path);
    EXPECT_TRUE(config.has_value()) << config.error().text;
    return config.value_or(SiteConfig()).store;
}

TEST(StorePlace, IsAFileOfSqliteWhereNothingIsSaid) {
    for (const char* text : {"", "[store]\n"}) {
        const StorePlace place = place_of(text);
        EXPECT_EQ(place.kind, StorePlace::Kind::sqlite);
        EXPECT_EQ(place.path, "/var/lib/dovecot-columbarium/store.sqlite");
        EXPECT_EQ(place.connection, "");
        EXPECT_EQ(place.password_file, "");
    }
}

TEST(StorePlace, MayBeAnotherFile) {
    EXPECT_EQ(place_of("[store]\nsqlite = \"/srv/people.sqlite\"\n").path, "/srv/people.sqlite");
}

TEST(StorePlace, SaysHowLongBouncesAreKept) {
    EXPECT_EQ(place_of("").keep_bounces_days, 400U);
    EXPECT_EQ(place_of("[store]\nkeep_bounces_days = 1\n").keep_bounces_days, 1U);
    EXPECT_EQ(place_of("[store]\nsqlite = \"/x\"\nkeep_bounces_days = 36500\n").keep_bounces_days, 36'500U);
    EXPECT_EQ(place_of("[store]\npostgresql = \"dbname=x\"\nkeep_bounces_days = 30\n").keep_bounces_days,
              30U);
}

TEST(StorePlace, MayBePostgresql) {
    const StorePlace place =
        place_of("[store]\n"
                 "postgresql = \"host = db.example.org dbname='my \\\\'people\\\\'' user=x\"\n"
                 "password_file = \"/etc/dovecot/columbarium-db.secret\"\n");
    EXPECT_EQ(place.kind, StorePlace::Kind::postgresql);
    EXPECT_EQ(place.connection, "host = db.example.org dbname='my \\'people\\'' user=x");
    EXPECT_EQ(place.password_file, "/etc/dovecot/columbarium-db.secret");
    EXPECT_EQ(place_of("[store]\npostgresql = \"dbname=password\"\n").password_file, "");
}

struct BadPlace {
    const char* keys;
    const char* place;
    const char* fault;
};

void PrintTo(const BadPlace& row, std::ostream* out) {
    *out << row.keys;
}

class BadPlaces : public testing::TestWithParam<BadPlace> {};

TEST_P(BadPlaces, AreErrorsThatNameLineAndKeyAndNoPassword) {
    const auto config = parse_site_config(std::string("[store]\n") + GetParam().keys + "\n", path);
    ASSERT_FALSE(config);
    const std::string where = std::string(path) + ":" + GetParam().place + ": ";
    EXPECT_TRUE(config.error().text.starts_with(where)) << config.error().text;
    EXPECT_NE(config.error().text.find(GetParam().fault), std::string::npos) << config.error().text;
    EXPECT_EQ(config.error().text.find("sesame"), std::string::npos) << "a secret is told";
}

constexpr BadPlace bad_places[] = {
    {"sqlit = \"/x\"", "2: store.sqlit", "did you mean \"sqlite\""},
    {"sqlite = \"people.sqlite\"", "2: store.sqlite", "absolute"},
    {"sqlite = \"\"", "2: store.sqlite", "empty"},
    {"sqlite = 1", "2: store.sqlite", "string"},
    {"keep_bounces_days = 0", "2: store.keep_bounces_days", "1"},
    {"keep_bounces_days = 36501", "2: store.keep_bounces_days", "36500"},
    {"keep_bounces_days = \"30\"", "2: store.keep_bounces_days", "integer"},
    {"sqlite = \"/x\"\npostgresql = \"dbname=x\"", "2: store.sqlite", "choose one"},
    {"sqlite = \"/x\"\npassword_file = \"/y\"", "3: store.password_file", "postgresql"},
    {"password_file = \"/y\"", "2: store.password_file", "postgresql"},
    {"password = \"sesame\"", "2: store.password", "must not stand here"},
    {"postgresql = \"dbname=x password=sesame\"", "2: store.postgresql", "password_file"},
    {"postgresql = \"dbname='x y' password = 'sesame'\"", "2: store.postgresql", "password_file"},
    {"postgresql = \"sslpassword=sesame\"", "2: store.postgresql", "password_file"},
    {"postgresql = \"postgresql://x:sesame@db/people\"", "2: store.postgresql", "keywords"},
    {"postgresql = \"dbname='x\"", "2: store.postgresql", "keywords"},
    {"postgresql = \" \"", "2: store.postgresql", "keywords"},
    {"postgresql = \"dbname=x\\n\"", "2: store.postgresql", "control"},
    {"postgresql = \"dbname=x\"\npassword_file = \"y\"", "3: store.password_file", "absolute"},
};

INSTANTIATE_TEST_SUITE_P(StorePlace, BadPlaces, testing::ValuesIn(bad_places));

} // namespace
} // namespace columbarium::config
