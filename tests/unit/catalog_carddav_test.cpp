// SPDX-License-Identifier: LGPL-2.1-or-later
// The catalog's CardDAV books: what their synchronisation needs, and how their copies are asked.
#include "lists/catalog.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "catalog_fixture.hpp"
#include "lists/book_index.hpp"

namespace columbarium::lists {
namespace {

constexpr const char* fred = "fred@example.org";

class CardDavCatalogTest : public CatalogTest {
  protected:
    CardDavCatalogTest() {
        address_book_ = "carddav:https://dav.example.org/%u/ user=%n password_file=~/.dav";
    }

    void synchronise() {
        const auto books = catalog()->synchronised_books();
        ASSERT_TRUE(books.size() == 1 && books[0].book);
        auto writer = BookIndexWriter::create(books[0].book->index_path, books[0].book->origin);
        ASSERT_TRUE(writer.has_value()) << writer.error().text;
        Card card;
        card.name = "Amelie";
        card.addresses = {"amelie@x"};
        card.categories = {"Friends"};
        writer->add({"a.vcf", "1", {card}});
        ASSERT_TRUE(writer->commit(now_));
    }
};

TEST_F(CardDavCatalogTest, SaysWhatTheSynchronisationNeeds) {
    const auto books = catalog()->synchronised_books();
    ASSERT_EQ(books.size(), 1U);
    EXPECT_EQ(books[0].name, ":addrbook:default");
    ASSERT_TRUE(books[0].book) << books[0].book.error().text;
    const SynchronisedBook& book = *books[0].book;
    EXPECT_EQ(book.url, "https://dav.example.org/fred%40example.org/");
    EXPECT_EQ(book.user, "fred");
    EXPECT_EQ(book.password_file, home(fred) / ".dav");
    EXPECT_EQ(book.ca_file, "");
    EXPECT_FALSE(book.allow_plaintext);
    EXPECT_TRUE(book.index_path.starts_with((home(fred) / "columbarium/carddav-").string()));
}

TEST_F(CardDavCatalogTest, ADefinitionThatSaysNothingForAUserCostsItsOwnBookOnly) {
    site_ = "[lists.\":addrbook:company\"]\ntype = \"carddav\"\nurl = \"https://dav.example.org/%d/\"\n";
    const auto lists = catalog("fred");
    const auto books = lists->synchronised_books();
    ASSERT_EQ(books.size(), 2U);
    EXPECT_TRUE(books[0].book) << books[0].book.error().text;
    EXPECT_EQ(books[1].name, ":addrbook:company");
    ASSERT_FALSE(books[1].book);
    EXPECT_EQ(books[1].book.error().kind, ErrorKind::temporary);
    EXPECT_NE(books[1].book.error().text.find(":addrbook:company"), std::string::npos)
        << books[1].book.error().text;
    EXPECT_EQ(list(*lists, ":addrbook:company")->description().place, "https://dav.example.org/%d/")
        << "as it was written";
}

TEST_F(CardDavCatalogTest, SY_8_ABookThatWasNeverSynchronisedFailsForNowAndTellsTheCommand) {
    const auto lists = catalog();
    const auto found = list(*lists, ":addrbook:default")->find(lookup_keys("amelie@x", ""));
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().kind, ErrorKind::temporary);
    EXPECT_NE(found.error().text.find("doveadm columbarium sync -u fred@example.org"), std::string::npos)
        << found.error().text;
    EXPECT_EQ(found.error().text.find("amelie"), std::string::npos) << "EL-76";
    EXPECT_EQ(find(*lists, ":addrbook:Friends", "amelie@x"), "not known now") << "a group, perhaps";
}

TEST_F(CardDavCatalogTest, SY_8_ACopyServesUntilItIsTooOld) {
    synchronise();
    EXPECT_EQ(find(*catalog(), ":addrbook:default", "AMELIE@x"), "Amelie");
    EXPECT_EQ(find(*catalog(), ":addrbook:Friends", "amelie@x"), "Amelie");
    const auto synchronised = now_;
    now_ = synchronised + std::chrono::hours(167);
    EXPECT_EQ(find(*catalog(), ":addrbook:default", "amelie@x"), "Amelie");
    now_ = synchronised + std::chrono::hours(169);
    EXPECT_EQ(find(*catalog(), ":addrbook:default", "amelie@x"), "!temporary");
    EXPECT_EQ(find(*catalog(), ":addrbook:default", "nobody@x"), "!temporary") << "never \"no member\"";
    address_book_ += " max_age_hours=0";
    EXPECT_EQ(find(*catalog(), ":addrbook:default", "amelie@x"), "Amelie");
}

} // namespace
} // namespace columbarium::lists
