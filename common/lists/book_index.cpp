// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/book_index.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/new_file.hpp"
#include "lists/constant_database.hpp"
#include "lists/index_format.hpp"

namespace columbarium::lists {

struct BookIndex::State {
    DatabaseReader database;
    IndexHeader header;
    std::chrono::system_clock::time_point changed; // the file's modification time
};

namespace {

std::chrono::system_clock::time_point time_of(const struct timespec& time) {
    const auto since = std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
    return std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(since));
}

bool means_no_index(int error_number) {
    return error_number == ENOENT || error_number == ENOTDIR || error_number == ELOOP ||
           error_number == not_regular;
}

std::optional<IndexHeader> read_header(const DatabaseReader& database) {
    std::string tail = database.tail(usual_header);
    const std::size_t length = header_length(tail);
    if (length > tail.size() && length <= header_limit)
        tail = database.tail(length);
    if (length > tail.size())
        return std::nullopt;
    return decode_header(std::string_view(tail).substr(tail.size() - length));
}

Expected<std::optional<Member>> member_under(const DatabaseReader& database, const std::string& key) {
    const auto value = database.find(key);
    if (!value)
        return tl::make_unexpected(value.error());
    if (!*value)
        return std::nullopt;
    auto stored = decode_member(**value);
    if (!stored)
        return database.damaged();
    return std::move(stored->member);
}

} // namespace

BookIndex::BookIndex(std::unique_ptr<State> state) : state_(std::move(state)) {}
BookIndex::BookIndex(BookIndex&&) noexcept = default;
BookIndex& BookIndex::operator=(BookIndex&&) noexcept = default;
BookIndex::~BookIndex() = default;

Expected<std::optional<BookIndex>> BookIndex::open(const std::string& path, std::string_view origin) {
    OpenedFile file = open_regular(AT_FDCWD, path);
    if (file.error_number != 0) {
        if (means_no_index(file.error_number))
            return std::nullopt;
        return temporary_failure(system_text(path, "cannot open the index", file.error_number));
    }
    if (file.status.st_uid != geteuid() && file.status.st_uid != 0)
        return std::nullopt;
    const auto changed = time_of(file.status.st_mtim);
    auto database = DatabaseReader::open(std::move(file), path);
    if (!database)
        return std::nullopt;
    auto header = read_header(*database);
    if (!header || header->origin != origin || header->file_size != database->file_size())
        return std::nullopt;
    database->set_hash(header->hash);
    return BookIndex(std::make_unique<State>(State{std::move(*database), std::move(*header), changed}));
}

Expected<std::optional<Member>> BookIndex::find(std::string_view key) const {
    return member_under(state_->database, index_key(member_key, key));
}

Expected<std::optional<Member>> BookIndex::find_in_group(std::string_view group, std::string_view key) const {
    const auto value = state_->database.find(index_key(group_key, group));
    if (!value)
        return tl::make_unexpected(value.error());
    if (!*value)
        return std::nullopt;
    const auto stored = decode_group(**value);
    if (!stored)
        return state_->database.damaged();
    auto member = member_under(state_->database, index_key(group_member_key, stored->number, key));
    if (member && !*member && !stored->complete)
        return permanent_failure(
            fmt::format("group {} is too large: not all of its members are known", group));
    return member;
}

Expected<std::optional<std::string>> BookIndex::group_name(std::string_view name) const {
    const auto exact = state_->database.find(index_key(group_key, name));
    if (!exact)
        return tl::make_unexpected(exact.error());
    if (*exact)
        return std::string(name);
    return state_->database.find(index_key(folded_group_key, to_lower(name)));
}

Expected<std::vector<std::string>> BookIndex::groups() const {
    std::vector<std::string> names;
    const Section section = state_->header.group_section;
    bool damaged = false;
    auto outcome = state_->database.each_record(section.begin, section.end, [&](DatabaseRecord& record) {
        damaged = record.key.empty() || record.key.front() != group_key;
        if (!damaged)
            names.push_back(record.key.substr(1));
        return !damaged;
    });
    if (!outcome)
        return tl::make_unexpected(outcome.error());
    if (damaged)
        return state_->database.damaged();
    return names;
}

Expected<void> BookIndex::each_member(std::string_view group, bool recipients_only,
                                      const std::function<bool(const Member&)>& each) const {
    Section section = state_->header.member_section;
    if (!group.empty()) {
        const auto value = state_->database.find(index_key(group_key, group));
        if (!value)
            return tl::make_unexpected(value.error());
        if (!*value)
            return {};
        const auto stored = decode_group(**value);
        if (!stored)
            return state_->database.damaged();
        if (!stored->complete)
            return permanent_failure(
                fmt::format("group {} is too large: not all of its members are known", group));
        section = stored->members;
    }
    bool damaged = false;
    auto outcome =
        state_->database.each_record(section.begin, section.end, [&](const DatabaseRecord& record) {
            const auto stored = decode_member(record.value);
            damaged = !stored;
            return stored && ((recipients_only && !stored->recipient) || each(stored->member));
        });
    if (outcome && damaged)
        return state_->database.damaged();
    return outcome;
}

Expected<void> BookIndex::each_resource(const std::function<bool(Resource&&)>& each) const {
    Resource open;
    bool has_open = false;
    bool damaged = false;
    bool stopped = false;
    const Section section = state_->header.resource_section;
    auto outcome =
        state_->database.each_record(section.begin, section.end, [&](const DatabaseRecord& record) {
            RecordReader reader(record.value);
            const std::string_view id = reader.text();
            const std::string_view stamp = reader.text();
            // Blocks of one resource follow each other.
            if (has_open && open.id != id) {
                has_open = false;
                stopped = !each(std::exchange(open, {}));
                if (stopped)
                    return false;
            }
            has_open = true;
            open.id = id;
            open.stamp = stamp;
            const std::uint32_t count = reader.number();
            for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
                auto card = decode_card(reader.text());
                damaged = !card;
                if (damaged)
                    return false;
                open.cards.push_back(std::move(*card));
            }
            damaged = !reader.ok() || !reader.at_end();
            return !damaged;
        });
    if (!outcome)
        return outcome;
    if (damaged)
        return state_->database.damaged();
    if (has_open && !stopped)
        each(std::move(open));
    return {};
}

std::uint64_t BookIndex::size() const {
    return state_->header.members;
}

std::string BookIndex::note(std::string_view name) const {
    if (const auto found = state_->header.notes.find(std::string(name)); found != state_->header.notes.end())
        return found->second;
    const auto value = state_->database.find(index_key(note_key, name));
    return value && *value ? **value : "";
}

std::chrono::system_clock::time_point BookIndex::confirmed() const {
    return std::chrono::floor<std::chrono::milliseconds>(state_->changed);
}

std::uint32_t BookIndex::turn() const {
    return static_cast<std::uint32_t>(std::chrono::nanoseconds(state_->changed - confirmed()).count());
}

void BookIndex::confirm(std::chrono::system_clock::time_point now, std::uint32_t turn) const {
    const auto time =
        std::chrono::floor<std::chrono::milliseconds>(now) + std::chrono::nanoseconds(turn % turn_limit);
    if (set_time(state_->database.descriptor(), time))
        state_->changed = time;
}

} // namespace columbarium::lists
