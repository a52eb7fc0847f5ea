// SPDX-License-Identifier: LGPL-2.1-or-later
// Constant databases (cdb). tinycdb writes them; the reader is our own, for two reasons: the file lies where
// others can write, and tinycdb maps it, so that a file cut short by somebody ends the process with SIGBUS;
// and pages of a map count as resident memory. Two reads of some hundred octets take two microseconds.
//
// The hash of the format has no secret: whoever chooses keys can choose a thousand that collide. So in front
// of each key stand eight octets, its hash under a random key of the file (SipHash). Callers do not see them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/regular_file.hpp"
#include "lists/keyed_hash.hpp"

struct cdb_make;

namespace columbarium::lists {

// Octets of a database; the format itself could hold 4 GiB.
inline constexpr std::uint64_t database_limit = std::uint64_t{1} << 30;

// Octets of one value. What is longer was not written by us.
inline constexpr std::uint32_t database_value_limit = 16 * 1024 * 1024;

// Where the first record stands, behind the table of contents.
inline constexpr std::uint32_t database_start = 2048;

struct DatabaseRecord {
    std::string key;
    std::string value;
};

class DatabaseReader {
  public:
    // `path` is where the file was opened. Reads the table of contents; a temporary failure where that fails.
    [[nodiscard]] static Expected<DatabaseReader> open(OpenedFile file, std::string path);

    // The octets of the last records, at most `length`: what stands before the hash tables. "" where they
    // cannot be read.
    [[nodiscard]] std::string tail(std::size_t length) const;

    // What the writer's hash() gave; before the first find().
    void set_hash(const KeyedHash& hash) { hash_ = hash; }

    // The first value under a key. A temporary failure where the file is damaged.
    [[nodiscard]] Expected<std::optional<std::string>> find(std::string_view plain_key) const;

    // Takes the records from `begin` on, up to `end`, in the order in which they were written. Stops where
    // `each` returns false.
    template <class Each>
    [[nodiscard]] Expected<void> each_record(std::uint32_t begin, std::uint32_t end, const Each& each) const {
        Scan scan{begin, end, {}, 0};
        DatabaseRecord record;
        for (;;) {
            const auto more = next(scan, record);
            if (!more)
                return tl::make_unexpected(more.error());
            if (!*more || !each(record))
                return {};
        }
    }

    [[nodiscard]] std::uint64_t file_size() const { return size_; }
    [[nodiscard]] const Descriptor& descriptor() const { return descriptor_; }

    // The failure that says that this file is damaged. Removes it, as long as it stands at its path: the next
    // one finds none and makes it anew. Where the last read failed, it says that instead, and the file stays.
    [[nodiscard]] tl::unexpected<Error> damaged() const;

  private:
    struct Scan {
        std::uint32_t at;
        std::uint32_t end;
        std::string buffer;
        std::size_t used;
    };
    DatabaseReader() = default;
    [[nodiscard]] bool read_at(std::uint64_t position, std::size_t length, char* into) const;
    [[nodiscard]] Expected<std::optional<std::string>> value_at(std::uint32_t position,
                                                                std::string_view key) const;
    [[nodiscard]] Expected<bool> next(Scan& scan, DatabaseRecord& record) const;

    Descriptor descriptor_;
    std::string path_;
    std::string contents_;
    KeyedHash hash_;
    mutable int read_error_ = 0; // of the last read; 0 where it ended behind the file's end
    std::uint64_t size_ = 0;
    std::uint64_t records_end_ = 0; // where the hash tables begin
};

class DatabaseWriter {
  public:
    // Writes to an empty file, with a hash of its own; the descriptor stays the caller's.
    explicit DatabaseWriter(int descriptor);
    DatabaseWriter(const DatabaseWriter&) = delete; // tinycdb holds lists of its own
    DatabaseWriter& operator=(const DatabaseWriter&) = delete;
    ~DatabaseWriter();

    // False where it cannot be written, see error_number(): EFBIG beyond database_limit.
    bool add(std::string_view plain_key, std::string_view value);

    // The hash in front of the keys: to be kept for the reader.
    [[nodiscard]] const KeyedHash& hash() const { return hash_; }

    // Whether a key was added.
    [[nodiscard]] bool has(std::string_view plain_key);

    // Where the next record will stand.
    [[nodiscard]] std::uint32_t position() const { return position_; }

    // Octets of the finished file after one more record with so many octets in key and value.
    [[nodiscard]] std::uint32_t size_with(std::size_t record_octets) const;

    // Writes the tables.
    bool finish();

    [[nodiscard]] int error_number() const { return error_number_; }

  private:
    std::unique_ptr<cdb_make> make_;
    KeyedHash hash_;
    std::uint32_t position_ = database_start;
    std::uint32_t records_ = 0;
    int error_number_ = 0;
    bool finished_ = false;
};

} // namespace columbarium::lists
