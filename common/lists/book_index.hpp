// SPDX-License-Identifier: LGPL-2.1-or-later
// The index of a book: a constant database (tinycdb) in a file of the user's own, made from cards or values.
//
// A reader reads the few hundred octets that a look-up needs; it maps nothing, so that a file that somebody
// cuts short cannot end the process. A writer makes a new file beside the old one
// and puts it in its place at once, so that readers see the old book or the new one, never half of one; two
// writers do not disturb each other, the last one stays. The file has mode 0600, its folder 0700.
//
// Addresses are looked up in their folded form (mail::fold_address).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "lists/card.hpp"
#include "lists/member.hpp"

namespace columbarium::lists {

// What the cards of one file or one href of a collection are known by.
struct Resource {
    std::string id;    // file name or href
    std::string stamp; // tells one state from another: size and time of a file, an etag
    std::vector<Card> cards;
};

class COLUMBARIUM_API BookIndex {
  public:
    // Opens an index. Nothing where there is none, or where it has to be made anew: damaged, of another
    // version of the format, or made from another `origin` (kind and place of the source,
    // "vdir:/home/x/contacts"); nor where it belongs to somebody else than the process's effective user or
    // root: others may be able to put files into its folder (EL_72). A temporary failure where it cannot be
    // read.
    [[nodiscard]] static Expected<std::optional<BookIndex>> open(const std::string& path,
                                                                 std::string_view origin);

    BookIndex(BookIndex&&) noexcept;
    BookIndex& operator=(BookIndex&&) noexcept;
    ~BookIndex();

    // The member under a key: a folded address, or what add_value() was given. Where several cards hold it:
    // of the first card in the order of ids. Here and below: a temporary failure where the file turns out to
    // be damaged; it is removed then, so that the next open() finds no index, and its maker makes it anew.
    [[nodiscard]] Expected<std::optional<Member>> find(std::string_view key) const;

    // The same among the members of a group. A permanent failure where nothing is found in a group that was
    // too large to be written whole: its steps (group_step_limit) or the members of all groups were too many.
    [[nodiscard]] Expected<std::optional<Member>> find_in_group(std::string_view group,
                                                                std::string_view key) const;

    // The group's name as it stands in the book: the one that is equal, else the first one that is equal with
    // ASCII case ignored (EL-41). Nothing where there is none.
    [[nodiscard]] Expected<std::optional<std::string>> group_name(std::string_view name) const;

    // The names of all groups, in the order of the book.
    [[nodiscard]] Expected<std::vector<std::string>> groups() const;

    // The members in the order of ids; of `group`, or of the whole book where it is "". An address that
    // stands in several cards comes once. With `recipients_only` the addresses of group cards are left out
    // (VC-7). Stops where `each` returns false.
    [[nodiscard]] Expected<void> each_member(std::string_view group, bool recipients_only,
                                             const std::function<bool(const Member&)>& each) const;

    // All resources as they were added, in the order of ids. Stops where `each` returns false.
    [[nodiscard]] Expected<void> each_resource(const std::function<bool(Resource&&)>& each) const;

    // How many different keys (addresses or values) the book holds.
    [[nodiscard]] std::uint64_t size() const;

    // A note that the writer left (set_note), "" where there is none.
    [[nodiscard]] std::string note(std::string_view name) const;

    // When the index was last known to be right, in whole milliseconds: the file's modification time, see
    // confirm().
    [[nodiscard]] std::chrono::system_clock::time_point confirmed() const;

    // The number that the last confirm() left, below turn_limit; any number in an index that was just
    // written. It is the rest of the modification time below a millisecond, in nanoseconds: 0 on file systems
    // that keep coarser times.
    [[nodiscard]] std::uint32_t turn() const;
    static constexpr std::uint32_t turn_limit = 1'000'000;

    // Sets both: somebody looked at the source, and nothing had changed. `turn` counts from 0 again at
    // turn_limit. That it fails does no harm.
    void confirm(std::chrono::system_clock::time_point now, std::uint32_t turn = 0) const;

  private:
    struct State;
    explicit BookIndex(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

class COLUMBARIUM_API BookIndexWriter {
  public:
    // Starts a new index that will stand at `path`; makes the folder where it is missing.
    [[nodiscard]] static Expected<BookIndexWriter> create(const std::string& path, std::string_view origin);

    BookIndexWriter(BookIndexWriter&&) noexcept;
    BookIndexWriter& operator=(BookIndexWriter&&) noexcept;
    ~BookIndexWriter(); // without commit(): the new file is removed

    // Adds the cards of a resource. Ids are different.
    void add(Resource resource);

    // Adds one value of a plain list. The first member under a key stays.
    [[nodiscard]] Expected<void> add_value(std::string_view key, const Member& member);

    // Leaves a note in the index: a sync-token, the stamp of a folder.
    void set_note(std::string_view name, std::string_view value);

    // Works out the groups (cards of groups with their nested groups, cycles and all, and categories), writes
    // everything, and puts the file in its place with `now` as its time. Afterwards the writer is spent.
    [[nodiscard]] Expected<void> commit(std::chrono::system_clock::time_point now);

  private:
    struct State;
    explicit BookIndexWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace columbarium::lists
