// SPDX-License-Identifier: LGPL-2.1-or-later
// Lists that are kept in an index: address books, their groups, and files of values. Private to common/lists.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/expected.hpp"
#include "config/list_policy.hpp"
#include "lists/book_index.hpp"
#include "lists/source.hpp"

namespace columbarium::lists {

// One index, shared by the list that is the whole book and the lists that are its groups. Opened at the first
// question; a failure stays, too.
class Book {
  public:
    // `written` is the place as the definition has it, `place` the same for this user; `open` gives the
    // index, up to date.
    Book(config::ListKind kind, std::string written, std::function<Expected<std::string>()> place,
         std::function<Expected<BookIndex>()> open)
        : kind_(kind), written_(std::move(written)), place_(std::move(place)), open_(std::move(open)) {}

    [[nodiscard]] config::ListKind kind() const { return kind_; }
    [[nodiscard]] Expected<std::string> place() const { return place_(); }
    [[nodiscard]] SourceDescription description() const;

    // Never nullptr.
    [[nodiscard]] Expected<const BookIndex*> index();

  private:
    config::ListKind kind_;
    std::string written_;
    std::function<Expected<std::string>()> place_;
    std::function<Expected<BookIndex>()> open_;
    std::optional<Expected<BookIndex>> index_;
};

// A book, or one of its groups.
//
// Books of cards hold addresses: only the forms of an address are asked. A file of values is asked for these,
// then for the domain of the address ("@example.org"), then for the text; a text that is no address is also
// asked as a domain, so that "@example.org" is found by tests with :domain.
class BookList : public Source {
  public:
    // `group`: its name as it stands in the book, nothing for the whole book.
    explicit BookList(std::shared_ptr<Book> book, std::optional<std::string> group = std::nullopt)
        : book_(std::move(book)), group_(std::move(group)) {}

    [[nodiscard]] Expected<std::optional<Member>> find(const LookupKeys& keys) override;
    [[nodiscard]] Expected<std::vector<Member>> members(std::size_t limit) override;
    [[nodiscard]] Expected<std::vector<Member>> recipients(std::size_t limit) override;
    [[nodiscard]] SourceDescription description() const override { return book_->description(); }
    [[nodiscard]] Expected<SourceStatus> status() override;

  private:
    [[nodiscard]] Expected<std::vector<Member>> enumerate(std::size_t limit, bool recipients_only);
    [[nodiscard]] Expected<std::uint64_t> count(const BookIndex& index) const;

    std::shared_ptr<Book> book_;
    std::optional<std::string> group_;
};

// A book that nobody set up: it has no members.
class EmptyBook : public Source {
  public:
    [[nodiscard]] Expected<std::optional<Member>> find(const LookupKeys&) override { return std::nullopt; }
    [[nodiscard]] Expected<std::vector<Member>> members(std::size_t) override { return {}; }
    [[nodiscard]] SourceDescription description() const override { return {"none", "not set up"}; }
    [[nodiscard]] Expected<SourceStatus> status() override { return SourceStatus{0, std::nullopt}; }
};

} // namespace columbarium::lists
