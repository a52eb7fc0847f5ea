// SPDX-License-Identifier: LGPL-2.1-or-later
// Copies cards into a folder.
#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <glib.h>

#include "base/ascii.hpp"
#include "base/new_file.hpp"
#include "base/regular_file.hpp"
#include "lists/card_file.hpp"
#include "lists/card_folder.hpp"
#include "lists/fault_log.hpp"
#include "lists/vcard_reader.hpp"
#include "lists/vdir.hpp"

namespace columbarium::lists {

namespace {

constexpr std::size_t file_name_limit = 200;
constexpr std::size_t raw_card_limit = std::size_t{64} * 1024 * 1024; // octets of one card, with its photo

bool is_file_name(std::string_view uid) {
    return !uid.empty() && uid.size() <= file_name_limit && uid.front() != '.' &&
           std::ranges::all_of(
               uid, [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; });
}

std::string checksum_of(std::string_view octets) {
    struct Free {
        void operator()(char* text) const { g_free(text); }
    };
    const std::unique_ptr<char, Free> sum(
        g_compute_checksum_for_data(G_CHECKSUM_SHA256,
                                    reinterpret_cast<const guchar*>(octets.data()), // NOLINT: octets
                                    octets.size()));
    return sum.get();
}

// Cuts a file into cards, each with its octets from BEGIN to END.
class CardCutter {
  public:
    // Takes a card. False: no more of them.
    using OnCard = std::function<bool(const Card& card, std::string_view octets)>;

    CardCutter(OnCard on_card, FaultLog& faults)
        : on_card_(std::move(on_card)), faults_(faults),
          reader_([this](Card&& card) { card_ = std::move(card); },
                  [this](const CardFault& fault) {
                      has_fault_ = true;
                      ++unreadable_;
                      faults_.add(fault.line, "a card is left out: " + fault.text);
                  }) {}
    CardCutter(const CardCutter&) = delete; // the reader calls back into this one
    CardCutter& operator=(const CardCutter&) = delete;

    bool feed(std::string_view octets) {
        while (!octets.empty()) {
            const std::size_t end = octets.find('\n');
            const bool whole = end != std::string_view::npos;
            const std::string_view piece = octets.substr(0, whole ? end + 1 : end);
            keep(piece);
            reader_.feed(piece);
            if (whole && !take_line())
                return false;
            octets.remove_prefix(piece.size());
        }
        return true;
    }

    bool finish() {
        reader_.finish();
        return take_line();
    }

    [[nodiscard]] std::size_t unreadable() const { return unreadable_; }

  private:
    void keep(std::string_view piece) {
        if (octets_.size() + piece.size() > raw_card_limit) {
            // The next card may begin in this line.
            too_large_ = true;
            octets_.erase(0, line_begin_);
            line_begin_ = 0;
        }
        if (octets_.size() + piece.size() <= raw_card_limit)
            octets_ += piece;
    }

    bool take_line() {
        ++line_;
        const bool was_inside = std::exchange(inside_, reader_.inside_card());
        const bool had_fault = std::exchange(has_fault_, false);
        bool keep_on = true;
        if (card_) {
            if (too_large_) {
                ++unreadable_;
                faults_.add(line_, "a card is left out: it is larger than 64 MiB");
            } else {
                keep_on = on_card_(*card_, octets_);
            }
            card_.reset();
            start(octets_.size());
        } else if (inside_ && (had_fault || !was_inside)) {
            start(line_begin_); // this line is BEGIN
        } else if (!inside_) {
            start(octets_.size());
        }
        line_begin_ = octets_.size();
        return keep_on;
    }

    // What is kept begins here.
    void start(std::size_t begin) {
        octets_.erase(0, begin);
        too_large_ = false;
    }

    OnCard on_card_;
    FaultLog& faults_;
    VcardReader reader_;
    std::optional<Card> card_;
    std::string octets_;
    std::size_t line_begin_ = 0;
    std::size_t line_ = 0;
    std::size_t unreadable_ = 0;
    bool inside_ = false;
    bool has_fault_ = false;
    bool too_large_ = false;
};

// The folder that cards are copied into.
class ImportFolder {
  public:
    explicit ImportFolder(std::string path) : path_(std::move(path)) {}

    // Makes the folder where it is missing, and reads which cards are there.
    Expected<void> open();

    // Puts a card in its place. True where one was replaced.
    Expected<bool> put(const Card& card, std::string_view octets);

    // Waits until all is on disk.
    [[nodiscard]] Expected<void> close() const {
        if (syncfs(descriptor_.number()) < 0)
            return temporary_failure(system_text(path_, "cannot bring the cards to disk", errno));
        return {};
    }

  private:
    [[nodiscard]] std::string name_for(const Card& card, std::string_view octets) const;

    std::string path_;
    Descriptor descriptor_;
    std::map<std::string, std::string> names_; // of files with one card, by its UID in lower case
    std::set<std::string> taken_;              // names of all files
};

Expected<void> ImportFolder::open() {
    if (mkdir(path_.c_str(), 0700) < 0 && errno != EEXIST)
        return temporary_failure(system_text(path_, "cannot make the folder", errno));
    struct stat status {};
    if (stat(path_.c_str(), &status) == 0 && !S_ISDIR(status.st_mode))
        return permanent_failure(
            fmt::format("{}: the address book is one file; cards can be copied into a folder only", path_));
    remove_all_leftovers(path_, ".vcf");
    auto folder = list_cards(path_);
    if (!folder)
        return tl::make_unexpected(folder.error());
    for (const CardFile& file : folder->files) {
        taken_.insert(file.name);
        const OpenedFile opened = open_regular(folder->descriptor.number(), file.name);
        FaultLog ignored(file.name);
        std::size_t cards = 0;
        std::string uid;
        int error_number = opened.error_number;
        if (error_number == 0)
            error_number = read_card_file(opened.descriptor, ignored, [&](Card&& card) {
                ++cards;
                uid = to_lower(card.uid);
            });
        // A file that cannot be read for a reason of its own stays as it is.
        if (error_number != 0 && error_number != ENOENT && !costs_the_file_only(error_number))
            return temporary_failure(
                system_text(path_ + "/" + file.name, "cannot read the card", error_number));
        if (error_number == 0 && cards == 1 && !uid.empty() && ignored.digest().empty())
            names_.emplace(std::move(uid), file.name);
    }
    descriptor_ = std::move(folder->descriptor);
    return {};
}

std::string ImportFolder::name_for(const Card& card, std::string_view octets) const {
    if (const auto known = names_.find(to_lower(card.uid)); !card.uid.empty() && known != names_.end())
        return known->second;
    if (is_file_name(card.uid))
        if (std::string name = card.uid + ".vcf"; !taken_.contains(name))
            return name;
    return checksum_of(octets) + ".vcf";
}

Expected<bool> ImportFolder::put(const Card& card, std::string_view octets) {
    const std::string name = name_for(card, octets);
    auto file = NewFile::create(path_ + "/" + name);
    if (!file)
        return tl::make_unexpected(file.error());
    if (const int error_number = write_all(file->descriptor(), octets); error_number != 0)
        return temporary_failure(system_text(path_ + "/" + name, "cannot write", error_number));
    if (const auto done = file->put_in_place(); !done)
        return tl::make_unexpected(done.error());
    if (!card.uid.empty())
        names_.insert_or_assign(to_lower(card.uid), name);
    return !taken_.insert(name).second;
}

} // namespace

Expected<ImportReport> import_vcards(const std::string& file, const std::string& folder, const Warn& warn) {
    const OpenedFile opened = open_regular(AT_FDCWD, file, true);
    if (opened.error_number != 0)
        return permanent_failure(system_text(file, "cannot open the cards", opened.error_number));
    ImportFolder target(folder);
    if (const auto ready = target.open(); !ready)
        return tl::make_unexpected(ready.error());
    ImportReport report;
    FaultLog faults(file);
    Expected<void> outcome;
    CardCutter cutter(
        [&](const Card& card, std::string_view octets) {
            const auto replaced = target.put(card, octets);
            if (!replaced)
                outcome = tl::make_unexpected(replaced.error());
            else
                ++(*replaced ? report.replaced : report.added);
            return replaced.has_value();
        },
        faults);
    const int error_number = read_blocks(opened.descriptor, card_file_limit,
                                         [&cutter](std::string_view octets) { return cutter.feed(octets); });
    if (error_number == 0 && outcome)
        cutter.finish();
    const auto closed = target.close();
    faults.report(warn);
    report.unreadable = cutter.unreadable();
    if (error_number != 0)
        return temporary_failure(system_text(file, "cannot read the cards", error_number));
    if (!outcome)
        return tl::make_unexpected(outcome.error());
    if (!closed)
        return tl::make_unexpected(closed.error());
    return report;
}

} // namespace columbarium::lists
