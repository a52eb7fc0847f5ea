// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/vdir.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/regular_file.hpp"
#include "lists/card_file.hpp"
#include "lists/card_folder.hpp"
#include "lists/fault_log.hpp"

namespace columbarium::lists {

namespace {

using Time = std::chrono::system_clock::time_point;

constexpr const char* state_note = "state";
constexpr std::string_view absent_state = "absent";
constexpr std::string_view young_mark = " young";

constexpr std::size_t warning_limit = 100;
constexpr std::size_t cards_of_block = 1000; // of a book that is one file
constexpr std::chrono::microseconds look_for_each_file{200};
constexpr std::size_t files_of_look = 1000;

// What the last look at a folder found.
struct FolderState {
    std::string folder; // stamp
    std::size_t files = 0;
    bool young = false; // something in it is not trusted
};

std::string write_state(const FolderState& state) {
    return fmt::format("{}\n{}\n{}\n", state.folder, state.files, state.young ? 1 : 0);
}

FolderState read_state(std::string_view text) {
    FolderState state;
    state.folder = take_line(text);
    const std::string_view files = take_line(text);
    std::from_chars(files.data(), files.data() + files.size(), state.files);
    state.young = take_line(text) != "0";
    return state;
}

// How long a look at the files of a folder is good for.
std::chrono::microseconds look_interval(const FolderState& state) {
    return look_for_each_file * std::min(state.files, files_of_look);
}

// The note about the files of one look.
std::string look_note(std::size_t number) {
    return fmt::format("files {}", number);
}

void write_look_notes(BookIndexWriter& writer, const std::vector<CardFile>& files) {
    for (std::size_t begin = 0; begin < files.size(); begin += files_of_look) {
        const std::size_t count = std::min(files_of_look, files.size() - begin);
        writer.set_note(look_note(begin / files_of_look), write_file_stamps({&files[begin], count}));
    }
}

// One call of open_vdir().
class Opening {
  public:
    Opening(std::string path, std::string index_path, Time now, const Warn& warn)
        : path_(std::move(path)), index_path_(std::move(index_path)), origin_("vdir:" + path_), now_(now),
          warn_(bounded(warn, warning_limit)) {}

    Expected<BookIndex> open();

  private:
    Expected<BookIndex> open_absent(std::optional<BookIndex> known);
    Expected<BookIndex> open_file(std::optional<BookIndex> known, const struct stat& status);
    Expected<BookIndex> open_folder(std::optional<BookIndex> known, const struct stat& status);
    [[nodiscard]] bool looks_unchanged(const BookIndex& known, const FolderState& state) const;
    Expected<BookIndex> update_folder(const std::optional<BookIndex>& known, CardFolder folder);
    Expected<void> read_resource(BookIndexWriter& writer, const CardFolder& folder, const CardFile& file,
                                 std::string_view old_stamp, bool& young);
    Expected<BookIndex> finish(BookIndexWriter& writer);

    std::string path_;
    std::string index_path_;
    std::string origin_;
    Time now_;
    Warn warn_;
};

Expected<BookIndex> Opening::finish(BookIndexWriter& writer) {
    if (const auto done = writer.commit(now_); !done)
        return tl::make_unexpected(done.error());
    auto index = BookIndex::open(index_path_, origin_);
    if (!index)
        return tl::make_unexpected(index.error());
    if (!*index)
        return temporary_failure(
            fmt::format("{}: the index that was just written cannot be read", index_path_));
    return std::move(**index);
}

Expected<BookIndex> Opening::open_absent(std::optional<BookIndex> known) {
    struct stat above {};
    const std::string folder = folder_of(path_);
    if (stat(folder.c_str(), &above) < 0)
        return temporary_failure(system_text(folder, "cannot look for the address book there", errno));
    // A link that leads nowhere, a disk that is not mounted, a program that puts files in place: mail that
    // asks the book waits.
    struct stat link {};
    if (lstat(path_.c_str(), &link) == 0)
        return temporary_failure(
            fmt::format("{}: the address book is a symbolic link that leads nowhere; put the book back or "
                        "remove the link",
                        path_));
    if (known && known->size() > 0)
        return temporary_failure(
            fmt::format("{}: the address book was there and is gone; put it back, or remove its index {} "
                        "where it was removed on purpose",
                        path_, index_path_));
    if (known && known->note(state_note) == absent_state)
        return std::move(*known);
    auto writer = BookIndexWriter::create(index_path_, origin_);
    if (!writer)
        return tl::make_unexpected(writer.error());
    writer->set_note(state_note, absent_state);
    return finish(*writer);
}

Expected<BookIndex> Opening::open_file(std::optional<BookIndex> known, const struct stat& status) {
    const std::string old_state = known ? known->note(state_note) : "";
    const std::string known_stamp = stamp_of(status);
    if (known && (old_state == known_stamp || old_state.starts_with(known_stamp + " fault=")))
        return std::move(*known);
    const OpenedFile file = open_regular(AT_FDCWD, path_);
    if (file.error_number != 0)
        return temporary_failure(system_text(path_, "cannot open the address book", file.error_number));
    const std::string stamp = stamp_of(file.status);

    auto writer = BookIndexWriter::create(index_path_, origin_);
    if (!writer)
        return tl::make_unexpected(writer.error());
    FaultLog faults(path_);
    Resource block;
    std::size_t blocks = 0;
    const auto add_block = [&] {
        block.id = fmt::format("{:010}", blocks++);
        writer->add(std::exchange(block, {}));
    };
    const int error_number = read_card_file(file.descriptor, faults, [&](Card&& card) {
        block.cards.push_back(std::move(card));
        if (block.cards.size() == cards_of_block)
            add_block();
    });
    if (error_number != 0)
        return temporary_failure(system_text(path_, "cannot read the address book", error_number));
    add_block();
    const std::string digest = faults.digest();
    if (digest.empty() || !old_state.ends_with(" fault=" + digest))
        faults.report(warn_);

    struct stat after {};
    const bool changed = fstat(file.descriptor.number(), &after) < 0 || stamp_of(after) != stamp;
    std::string state = stamp;
    if (changed || is_young(file.status, now_))
        state += young_mark;
    if (!digest.empty())
        state += " fault=" + digest;
    writer->set_note(state_note, state);
    return finish(*writer);
}

Expected<BookIndex> Opening::open_folder(std::optional<BookIndex> known, const struct stat& status) {
    FolderState state;
    if (known)
        state = read_state(known->note(state_note));
    const bool same = known && state.folder == stamp_of(status) && !state.young;
    if (same) {
        const auto age = now_ - known->confirmed();
        if (age >= age.zero() && age < look_interval(state))
            return std::move(*known);
        if (looks_unchanged(*known, state)) {
            known->confirm(now_, known->turn() + 1);
            return std::move(*known);
        }
    }
    auto folder = list_cards(path_);
    if (!folder)
        return tl::make_unexpected(folder.error());
    return update_folder(known, std::move(*folder));
}

// Looks at the next thousand files. The folder is the same, so its files have the names that the index knows.
bool Opening::looks_unchanged(const BookIndex& known, const FolderState& state) const {
    if (state.files == 0)
        return true;
    const std::size_t looks = (state.files + files_of_look - 1) / files_of_look;
    return file_stamps_hold(path_, known.note(look_note(known.turn() % looks)));
}

Expected<BookIndex> Opening::update_folder(const std::optional<BookIndex>& known, CardFolder folder) {
    std::ranges::sort(folder.files, {}, &CardFile::name);
    auto writer = BookIndexWriter::create(index_path_, origin_);
    if (!writer)
        return tl::make_unexpected(writer.error());
    bool young = is_young(folder.status, now_);
    auto file = folder.files.begin();
    Expected<void> outcome;
    const auto read_file = [&](std::string_view old_stamp) {
        outcome = read_resource(*writer, folder, *file, old_stamp, young);
        ++file;
        return outcome.has_value();
    };
    if (known) {
        // Both are in the order of names. Where the old index turns out to be damaged, what it has not given
        // yet is read again.
        static_cast<void>(known->each_resource([&](Resource&& old) {
            while (file != folder.files.end() && file->name < old.id)
                if (!read_file(""))
                    return false;
            if (file == folder.files.end() || file->name != old.id)
                return true;
            const std::string stamp = stamp_of(file->status);
            if (old.stamp != stamp && !old.stamp.starts_with(stamp + " fault="))
                return read_file(old.stamp);
            writer->add(std::move(old));
            ++file;
            return true;
        }));
    }
    while (outcome && file != folder.files.end())
        read_file("");
    if (!outcome)
        return tl::make_unexpected(outcome.error());
    writer->set_note(state_note, write_state({stamp_of(folder.status), folder.files.size(), young}));
    write_look_notes(*writer, folder.files);
    return finish(*writer);
}

// A file that cannot be read for a reason of its own costs itself: it is a resource without cards.
Expected<void> Opening::read_resource(BookIndexWriter& writer, const CardFolder& folder, const CardFile& file,
                                      std::string_view old_stamp, bool& young) {
    const std::string shown = path_ + "/" + file.name;
    Resource resource{file.name, stamp_of(file.status), {}};
    FaultLog faults(shown);
    const OpenedFile opened = open_regular(folder.descriptor.number(), file.name);
    if (opened.error_number == ENOENT)
        return {};
    int error_number = opened.error_number;
    bool untrusted = is_young(file.status, now_);
    if (error_number == 0) {
        error_number = read_card_file(opened.descriptor, faults, [&resource](Card&& card) {
            resource.cards.push_back(std::move(card));
        });
        // Somebody may be writing to it.
        struct stat after {};
        untrusted =
            untrusted || fstat(opened.descriptor.number(), &after) < 0 || stamp_of(after) != resource.stamp;
    }
    if (error_number != 0) {
        if (!costs_the_file_only(error_number))
            return temporary_failure(system_text(shown, "cannot read the card", error_number));
        resource.cards.clear();
        faults.add(0, system_text("the file is left out", "cannot read", error_number));
    }
    if (untrusted)
        resource.stamp += young_mark;
    young = young || untrusted;
    if (const std::string digest = faults.digest(); !digest.empty()) {
        if (!old_stamp.ends_with(" fault=" + digest))
            faults.report(warn_);
        resource.stamp += " fault=" + digest;
    }
    writer.add(std::move(resource));
    return {};
}

Expected<BookIndex> Opening::open() {
    auto known = BookIndex::open(index_path_, origin_);
    if (!known)
        return tl::make_unexpected(known.error());
    struct stat status {};
    if (stat(path_.c_str(), &status) < 0) {
        if (errno == ENOENT)
            return open_absent(std::move(*known));
        return temporary_failure(system_text(path_, "cannot open the address book", errno));
    }
    if (S_ISDIR(status.st_mode))
        return open_folder(std::move(*known), status);
    return open_file(std::move(*known), status);
}

} // namespace

Expected<BookIndex> open_vdir(const std::string& path, const std::string& index_path,
                              std::chrono::system_clock::time_point now, const Warn& warn) {
    std::string place = path;
    while (place.size() > 1 && place.back() == '/')
        place.pop_back();
    return Opening(std::move(place), index_path, now, warn).open();
}

} // namespace columbarium::lists
