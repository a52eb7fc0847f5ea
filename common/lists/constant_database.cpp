// SPDX-License-Identifier: LGPL-2.1-or-later
#include "lists/constant_database.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cdb.h>
#include <fmt/format.h>

namespace columbarium::lists {

namespace {

constexpr std::size_t slot_size = 8; // of the hash tables: hash and position
constexpr std::size_t head_size = 8; // of a record: lengths of key and value
constexpr std::size_t slots_at_once = 32;
constexpr std::size_t guess = 512; // most records are shorter
constexpr std::size_t block_size = 64 * 1024;
// Slots that are looked at for one key. Tables are half empty: real ones need some tens.
constexpr std::size_t probe_limit = 4096;

std::uint32_t number_at(const char* octets) {
    std::array<unsigned char, 4> four{};
    std::copy_n(octets, 4, four.begin());
    return cdb_unpack(four.data());
}

} // namespace

tl::unexpected<Error> DatabaseReader::damaged() const {
    if (read_error_ != 0)
        return temporary_failure(system_text(path_, "cannot read the index", read_error_));
    struct stat opened {};
    struct stat there {};
    if (fstat(descriptor_.number(), &opened) == 0 && lstat(path_.c_str(), &there) == 0 &&
        opened.st_dev == there.st_dev && opened.st_ino == there.st_ino && unlink(path_.c_str()) < 0)
        return temporary_failure(system_text(
            path_, "the index is damaged and cannot be removed; remove it, it is made anew", errno));
    return temporary_failure(
        fmt::format("{}: the index was damaged and is removed; it is made anew at the next look", path_));
}

bool DatabaseReader::read_at(std::uint64_t position, std::size_t length, char* into) const {
    read_error_ = 0;
    while (length > 0) {
        const ssize_t got = pread(descriptor_.number(), into, length, static_cast<off_t>(position));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            read_error_ = got < 0 ? errno : 0;
            return false;
        }
        into += got;
        position += static_cast<std::uint64_t>(got);
        length -= static_cast<std::size_t>(got);
    }
    return true;
}

Expected<DatabaseReader> DatabaseReader::open(OpenedFile file, std::string path) {
    DatabaseReader reader;
    reader.descriptor_ = std::move(file.descriptor);
    reader.path_ = std::move(path);
    reader.size_ = static_cast<std::uint64_t>(file.status.st_size);
    reader.contents_.resize(database_start);
    if (reader.size_ < database_start || reader.size_ > database_limit ||
        !reader.read_at(0, database_start, reader.contents_.data()))
        return temporary_failure(fmt::format("{}: this is no index", reader.path_));
    reader.records_end_ = reader.size_;
    for (std::size_t entry = 0; entry < database_start; entry += slot_size)
        if (number_at(reader.contents_.data() + entry + 4) > 0)
            reader.records_end_ =
                std::min<std::uint64_t>(reader.records_end_, number_at(reader.contents_.data() + entry));
    return reader;
}

std::string DatabaseReader::tail(std::size_t length) const {
    if (records_end_ < database_start)
        return {};
    std::string octets(std::min<std::uint64_t>(length, records_end_ - database_start), '\0');
    if (!read_at(records_end_ - octets.size(), octets.size(), octets.data()))
        return {};
    return octets;
}

// The value of the record at this position where it has this key.
Expected<std::optional<std::string>> DatabaseReader::value_at(std::uint32_t position,
                                                              std::string_view key) const {
    if (position < database_start || position + head_size > size_)
        return damaged();
    std::array<char, guess> start{};
    const std::size_t known = std::min<std::uint64_t>(guess, size_ - position);
    if (!read_at(position, known, start.data()))
        return damaged();
    const std::uint32_t key_length = number_at(start.data());
    const std::uint32_t value_length = number_at(start.data() + 4);
    const std::uint64_t value_begin = std::uint64_t{head_size} + key_length;
    if (position + value_begin + value_length > size_ || value_length > database_value_limit)
        return damaged();
    if (key_length != key.size())
        return std::nullopt;
    if (value_begin + value_length <= known) {
        if (std::string_view(start.data() + head_size, key_length) != key)
            return std::nullopt;
        return std::string(start.data() + value_begin, value_length);
    }
    std::string whole(key_length + value_length, '\0');
    if (!read_at(position + head_size, whole.size(), whole.data()))
        return damaged();
    if (!std::string_view(whole).starts_with(key))
        return std::nullopt;
    return whole.substr(key_length);
}

Expected<std::optional<std::string>> DatabaseReader::find(std::string_view plain_key) const {
    const std::string key = hash_.prefixed(plain_key);
    const std::uint32_t hash = cdb_hash(key.data(), static_cast<unsigned>(key.size()));
    const char* entry = contents_.data() + std::size_t{hash % 256} * slot_size;
    const std::uint64_t table = number_at(entry);
    const std::uint64_t slots = number_at(entry + 4);
    if (slots == 0)
        return std::nullopt;
    if (table < database_start || table + slots * slot_size > size_)
        return damaged();
    std::array<char, slots_at_once * slot_size> buffer{};
    std::uint64_t slot = (hash >> 8) % slots;
    for (std::size_t probes = 0; probes < probe_limit && probes < slots;) {
        const std::size_t count = std::min<std::uint64_t>(slots_at_once, slots - slot);
        if (!read_at(table + slot * slot_size, count * slot_size, buffer.data()))
            return damaged();
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint32_t position = number_at(buffer.data() + i * slot_size + 4);
            if (position == 0)
                return std::nullopt;
            if (number_at(buffer.data() + i * slot_size) == hash) {
                auto value = value_at(position, key);
                if (!value || *value)
                    return value;
            }
        }
        probes += count;
        slot = (slot + count) % slots;
    }
    // Every table has empty slots.
    return damaged();
}

Expected<bool> DatabaseReader::next(Scan& scan, DatabaseRecord& record) const {
    if (scan.at >= scan.end)
        return false;
    // What the buffer holds of [at, ...): filled up where a head or a whole record is not in it.
    const auto have = [&](std::size_t octets) {
        if (scan.buffer.size() - scan.used >= octets)
            return true;
        scan.buffer.erase(0, scan.used);
        scan.used = 0;
        const std::size_t held = scan.buffer.size();
        const std::uint64_t left = scan.end - scan.at;
        if (octets > left)
            return false;
        const std::size_t wanted = std::min<std::uint64_t>(std::max(octets, block_size), left);
        scan.buffer.resize(wanted);
        return read_at(scan.at + held, wanted - held, scan.buffer.data() + held);
    };
    if (scan.at < database_start || scan.end > size_ || !have(head_size))
        return damaged();
    const std::uint32_t key_length = number_at(scan.buffer.data() + scan.used);
    const std::uint32_t value_length = number_at(scan.buffer.data() + scan.used + 4);
    if (key_length < KeyedHash::size || key_length > database_value_limit ||
        value_length > database_value_limit)
        return damaged();
    const std::size_t octets = head_size + key_length + value_length;
    if (!have(octets))
        return damaged();
    record.key.assign(scan.buffer, scan.used + head_size + KeyedHash::size, key_length - KeyedHash::size);
    record.value.assign(scan.buffer, scan.used + head_size + key_length, value_length);
    scan.used += octets;
    scan.at += static_cast<std::uint32_t>(octets);
    return true;
}

DatabaseWriter::DatabaseWriter(int descriptor) : make_(std::make_unique<cdb_make>()) {
    error_number_ = hash_.draw();
    errno = 0;
    if (cdb_make_start(make_.get(), descriptor) < 0)
        error_number_ = errno != 0 ? errno : EIO;
}

DatabaseWriter::~DatabaseWriter() {
    finish(); // the only way to free what tinycdb holds
}

std::uint32_t DatabaseWriter::size_with(std::size_t record_octets) const {
    // Each record has two slots.
    return static_cast<std::uint32_t>(position_ + head_size + KeyedHash::size + record_octets +
                                      2 * slot_size * (std::uint64_t{records_} + 1));
}

bool DatabaseWriter::add(std::string_view plain_key, std::string_view value) {
    if (error_number_ != 0)
        return false;
    const std::uint64_t plain_octets = std::uint64_t{plain_key.size()} + value.size();
    if (value.size() > database_value_limit || plain_octets > database_limit ||
        size_with(plain_octets) > database_limit) {
        error_number_ = EFBIG;
        return false;
    }
    const std::string key = hash_.prefixed(plain_key);
    errno = 0;
    if (cdb_make_add(make_.get(), key.data(), static_cast<unsigned>(key.size()), value.data(),
                     static_cast<unsigned>(value.size())) < 0) {
        error_number_ = errno != 0 ? errno : EIO;
        return false;
    }
    position_ += static_cast<std::uint32_t>(head_size + key.size() + value.size());
    ++records_;
    return true;
}

bool DatabaseWriter::has(std::string_view plain_key) {
    if (error_number_ != 0)
        return false;
    const std::string key = hash_.prefixed(plain_key);
    errno = 0;
    const int found = cdb_make_exists(make_.get(), key.data(), static_cast<unsigned>(key.size()));
    if (found < 0)
        error_number_ = errno != 0 ? errno : EIO;
    return found > 0;
}

bool DatabaseWriter::finish() {
    if (!finished_) {
        finished_ = true;
        errno = 0;
        if (cdb_make_finish(make_.get()) < 0 && error_number_ == 0)
            error_number_ = errno != 0 ? errno : EIO;
    }
    return error_number_ == 0;
}

} // namespace columbarium::lists
