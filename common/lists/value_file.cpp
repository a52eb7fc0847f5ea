// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/value_file.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>

#include <fmt/format.h>
#include <glib.h>

#include "base/ascii.hpp"
#include "base/regular_file.hpp"
#include "lists/fault_log.hpp"
#include "lists/lookup_keys.hpp"
#include "mail/address.hpp"

namespace columbarium::lists {

namespace {

constexpr const char* state_note = "state";
constexpr std::string_view young_mark = " young";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::size_t file_limit = std::size_t{1} << 30;

struct Value {
    std::string key;
    Member member;
};

bool is_plain_text(std::string_view text) {
    return g_utf8_validate_len(text.data(), text.size(), nullptr) != 0 &&
           std::ranges::none_of(text, [](char c) {
               const auto octet = static_cast<unsigned char>(c);
               return octet < 0x20 || octet == 0x7f;
           });
}

// "@Example.ORG" as domains are compared, or "".
std::string folded_domain(std::string_view text) {
    const std::string folded = mail::fold_address("x" + std::string(text));
    return folded.empty() ? "" : folded.substr(1);
}

// What a line says; it is not empty.
Value read_value(std::string_view line) {
    const std::string text(line);
    if (line.front() == '@')
        if (std::string domain = folded_domain(line); !domain.empty())
            return {std::move(domain), {text, ""}};
    if (std::string address = mail::fold_address(line); !address.empty())
        return {std::move(address), {text, ""}};
    if (line.back() == '>') {
        const std::vector<mail::Mailbox> mailboxes = mail::parse_mailboxes(line);
        if (mailboxes.size() == 1)
            if (std::string address = mail::fold_address(mailboxes.front().address); !address.empty())
                return {std::move(address), {mailboxes.front().address, mailboxes.front().display_name}};
    }
    return {to_lower(line), {text, ""}};
}

// Cuts octets into lines and gives them to an index. Of a line no more is kept than a value may have.
class LineReader {
  public:
    LineReader(BookIndexWriter& writer, FaultLog& faults) : writer_(writer), faults_(faults) {}

    bool feed(std::string_view octets) {
        while (outcome_ && !octets.empty()) {
            const std::size_t end = octets.find('\n');
            keep(octets.substr(0, end));
            if (end == std::string_view::npos)
                break;
            octets.remove_prefix(end + 1);
            take_line();
        }
        return outcome_.has_value();
    }

    Expected<void> finish() {
        if (outcome_ && !line_.empty())
            take_line();
        return outcome_;
    }

  private:
    // Blanks around a value do not count, so some more octets than a value has.
    static constexpr std::size_t kept_limit = 2 * value_limit;

    void keep(std::string_view octets) {
        const std::size_t room = kept_limit - line_.size();
        line_ += octets.substr(0, room);
        cut_ = cut_ || octets.size() > room;
    }

    void take_line() {
        ++number_;
        std::string_view text = line_;
        if (number_ == 1 && text.starts_with(byte_order_mark))
            text.remove_prefix(byte_order_mark.size());
        text = trim(text);
        if (!text.empty() && text.front() != '#') {
            if (cut_ || text.size() > value_limit)
                faults_.add(number_, fmt::format("the line is left out: longer than {} octets", value_limit));
            else if (!is_plain_text(text))
                faults_.add(number_, "the line is left out: it is not UTF-8, or holds control characters");
            else if (const Value value = read_value(text); true)
                outcome_ = writer_.add_value(value.key, value.member);
        }
        line_.clear();
        cut_ = false;
    }

    BookIndexWriter& writer_;
    FaultLog& faults_;
    Expected<void> outcome_;
    std::string line_;
    std::size_t number_ = 0;
    bool cut_ = false;
};

} // namespace

Expected<BookIndex> open_value_file(const std::string& path, const std::string& index_path,
                                    std::chrono::system_clock::time_point now, const Warn& warn) {
    const std::string origin = "file:" + path;
    // Links are followed: the administrator or the user says which file it is.
    const OpenedFile file = open_regular(AT_FDCWD, path, true);
    if (file.error_number != 0)
        return temporary_failure(system_text(path, "cannot open the list", file.error_number));
    auto known = BookIndex::open(index_path, origin);
    if (!known)
        return tl::make_unexpected(known.error());
    const std::string stamp = stamp_of(file.status);
    const std::string old_state = *known ? (*known)->note(state_note) : "";
    if (*known && (old_state == stamp || old_state.starts_with(stamp + " fault=")))
        return std::move(**known);

    auto writer = BookIndexWriter::create(index_path, origin);
    if (!writer)
        return tl::make_unexpected(writer.error());
    FaultLog faults(path);
    LineReader reader(*writer, faults);
    const int error_number = read_blocks(file.descriptor, file_limit,
                                         [&reader](std::string_view octets) { return reader.feed(octets); });
    if (error_number != 0)
        return temporary_failure(system_text(path, "cannot read the list", error_number));
    if (const auto outcome = reader.finish(); !outcome)
        return tl::make_unexpected(outcome.error());
    const std::string digest = faults.digest();
    if (!digest.empty() && !old_state.ends_with(" fault=" + digest))
        faults.report(warn);

    struct stat after {};
    std::string state = stamp;
    if (is_young(file.status, now) || fstat(file.descriptor.number(), &after) < 0 || stamp_of(after) != stamp)
        state += young_mark;
    if (!digest.empty())
        state += " fault=" + digest;
    writer->set_note(state_note, state);
    if (const auto done = writer->commit(now); !done)
        return tl::make_unexpected(done.error());
    auto index = BookIndex::open(index_path, origin);
    if (!index)
        return tl::make_unexpected(index.error());
    if (!*index)
        return temporary_failure(
            fmt::format("{}: the index that was just written cannot be read", index_path));
    return std::move(**index);
}

} // namespace columbarium::lists
