// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tables/table_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include <sys/stat.h>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/new_file.hpp"
#include "base/regular_file.hpp"
#include "tables/output.hpp"

namespace columbarium::tables {

namespace {

// RFC 5321 allows 254 octets for an address; Postfix and Exim read much longer lines.
constexpr std::size_t longest_text = 1'000;

constexpr mode_t default_mode = 0640;

// Whose a file is, and who may read it.
struct Access {
    uid_t user = 0;
    gid_t group = 0;
    mode_t mode = default_mode;
};

bool is_writable(std::string_view text) {
    const auto is_bad = [](char c) { return is_control(c) || c == ' ' || c == '"' || c == '\\'; };
    return !text.empty() && text.size() <= longest_text && std::none_of(text.begin(), text.end(), is_bad);
}

// Taken into an error text: nothing that a terminal would act on.
std::string shown(std::string_view text) {
    std::string result(text.substr(0, longest_text));
    std::replace_if(
        result.begin(), result.end(), [](char c) { return is_control(c) || !is_ascii(c); }, '?');
    return result;
}

bool is_database(Format format) {
    return format == Format::postfix_cdb || format == Format::exim_cdb;
}

} // namespace

class TableWriter::Private {
  public:
    Private(std::string path, Format format, const Access& access, NewFile file)
        : path_(std::move(path)), format_(format), access_(access), file_(std::move(file)),
          output_(is_database(format) ? open_database(file_.descriptor())
                                      : open_text(file_.descriptor(), format)) {}

    Expected<void> add(std::string_view key, std::string_view value) {
        if (!is_writable(key) || !is_writable(value))
            return refused(key, value, "no empty texts, blanks, quotes, backslashes or control characters");
        const std::string folded = to_lower(key);
        if (const char* fault = output_->fault(folded, value))
            return refused(key, value, fault);
        return write([&] { return output_->add(folded, value); });
    }

    Expected<void> finish() {
        if (auto written = write([&] { return output_->finish(); }); !written)
            return written;
        const int file = file_.descriptor().number();
        struct stat made {};
        if (fstat(file, &made) < 0)
            return temporary_failure(system_text(path_, "cannot look at the table", errno));
        // Before others may read it.
        if ((made.st_uid != access_.user || made.st_gid != access_.group) &&
            fchown(file, access_.user, access_.group) < 0)
            return temporary_failure(
                system_text(path_, "cannot give the table to the old one's owner and group", errno));
        if (fchmod(file, access_.mode) < 0)
            return temporary_failure(system_text(path_, "cannot set the table's mode", errno));
        return file_.put_in_place(std::chrono::system_clock::now());
    }

  private:
    // The first failure is the last one: a table with a hole is not put in place.
    template <class Action>
    Expected<void> write(const Action& action) {
        if (error_number_ == 0)
            error_number_ = action();
        if (error_number_ != 0)
            return temporary_failure(system_text(path_, "cannot write the table", error_number_));
        return {};
    }

    tl::unexpected<Error> refused(std::string_view key, std::string_view value, const char* why) const {
        return permanent_failure(fmt::format("{}: {} holds no \"{}\" for \"{}\": {}", path_, name_of(format_),
                                             shown(value), shown(key), why));
    }

    std::string path_;
    Format format_;
    Access access_;
    NewFile file_;
    std::unique_ptr<Output> output_; // writes to the file's descriptor: goes before it
    int error_number_ = 0;
};

TableWriter::TableWriter(std::unique_ptr<Private> inner) : inner_(std::move(inner)) {}
TableWriter::TableWriter(TableWriter&& other) noexcept = default;
TableWriter::~TableWriter() = default;

Expected<TableWriter> TableWriter::create(const std::string& path, Format format,
                                          std::optional<unsigned> mode) {
    // A rename would put the file in the place of a device or a link that others go through.
    struct stat status {};
    const bool has_old = lstat(path.c_str(), &status) == 0;
    if (has_old && !S_ISREG(status.st_mode))
        return temporary_failure(
            system_text(path, "cannot replace", S_ISLNK(status.st_mode) ? ELOOP : not_regular));
    remove_leftovers(path);
    auto file = NewFile::create(path);
    if (!file)
        return tl::make_unexpected(file.error());
    if (!has_old && fstat(file->descriptor().number(), &status) < 0)
        return temporary_failure(system_text(path, "cannot look at the table", errno));
    Access access{status.st_uid, status.st_gid, has_old ? status.st_mode & 0777 : default_mode};
    access.mode = mode.value_or(access.mode);
    return TableWriter(std::make_unique<Private>(path, format, access, std::move(*file)));
}

Expected<void> TableWriter::add(std::string_view key, std::string_view value) {
    return inner_->add(key, value);
}

Expected<void> TableWriter::finish() {
    return inner_->finish();
}

} // namespace columbarium::tables
