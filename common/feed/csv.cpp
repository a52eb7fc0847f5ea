// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <csv.h>
#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "feed/row_reader.hpp"
#include "feed/source.hpp"

namespace columbarium::feed {

namespace {

// libcsv with what it found so far.
class Parser {
  public:
    Parser() {
        csv_init(&parser_, CSV_STRICT);
        csv_set_blk_size(&parser_, block);
    }
    Parser(const Parser&) = delete; // owns libcsv's buffer
    Parser& operator=(const Parser&) = delete;
    ~Parser() { csv_free(&parser_); }

    using Fields = std::vector<std::string>;

    // False where the octets are no CSV. What is out of memory ends the program, as a failing `new` does in
    // a callback of a C library.
    [[nodiscard]] bool parse(std::string_view octets) {
        return csv_parse(&parser_, octets.data(), octets.size(), take_field, take_row, this) == octets.size();
    }

    [[nodiscard]] std::string fault() { return csv_strerror(csv_error(&parser_)); }

    // Rows that are complete; the caller takes them out.
    std::vector<Fields>& rows() { return rows_; }

    // Whether nothing is left over behind the last complete row.
    [[nodiscard]] bool is_between_rows() const { return is_between_rows_; }
    void begin_row() { is_between_rows_ = false; }

    [[nodiscard]] std::size_t longest_field_so_far() const { return std::max(longest_, parser_.entry_pos); }
    [[nodiscard]] std::size_t octets_of_row() const { return octets_ + parser_.entry_pos; }

  private:
    static constexpr std::size_t block = 4096;

    static void take_field(void* field, std::size_t length, void* self) noexcept {
        auto& parser = *static_cast<Parser*>(self);
        parser.is_between_rows_ = false;
        parser.longest_ = std::max(parser.longest_, length);
        parser.octets_ += length + 1;
        parser.fields_.emplace_back(static_cast<const char*>(field), length);
    }

    static void take_row(int /*end*/, void* self) noexcept {
        auto& parser = *static_cast<Parser*>(self);
        parser.is_between_rows_ = true;
        parser.octets_ = 0;
        parser.rows_.push_back(std::exchange(parser.fields_, {}));
    }

    csv_parser parser_{};
    Fields fields_;
    std::vector<Fields> rows_;
    bool is_between_rows_ = true;
    std::size_t longest_ = 0; // of the fields so far
    std::size_t octets_ = 0;  // of the row so far
};

class CsvReader : public RowReader {
  public:
    CsvReader(const config::FeedColumns& columns, std::string name, TakeRow take)
        : RowReader(columns, std::move(name), std::move(take)) {}

  private:
    // Where a column is.
    using Place = std::optional<std::size_t>;

    [[nodiscard]] tl::unexpected<Error> broken(std::string_view what) const {
        return temporary_failure(fmt::format("{}:{}: {}", name_, row_line_, what));
    }

    // Feeds at most one row at a time, so that each knows its line.
    [[nodiscard]] Expected<void> end() override {
        if (!parser_.is_between_rows())
            return broken("the feed ends within this row");
        if (last_ != '\0' && last_ != '\n' && last_ != '\r')
            return broken("the last line has no line end: the feed was cut off");
        return {};
    }

    [[nodiscard]] Expected<void> lines(std::string_view octets) override {
        while (!octets.empty()) {
            const std::size_t end = octets.find_first_of("\r\n");
            const std::string_view line =
                octets.substr(0, end == std::string_view::npos ? octets.size() : end + 1);
            octets.remove_prefix(line.size());
            if (auto read = piece(line); !read)
                return read;
            last_ = line.back();
            line_ += last_ == '\n' ? 1 : 0;
        }
        return {};
    }

    [[nodiscard]] Expected<void> piece(std::string_view line) {
        if (parser_.is_between_rows()) {
            if (trim(line).empty())
                return {};
            row_line_ = line_;
            parser_.begin_row();
        }
        if (!parser_.parse(line))
            return broken(fmt::format("is no CSV: {}", parser_.fault()));
        if (parser_.octets_of_row() > longest_row)
            return broken(fmt::format("the row has more than {} octets; is a quote missing?", longest_row));
        if (parser_.longest_field_so_far() > longest_field)
            return broken(fmt::format("a field has more than {} octets; is a quote missing?", longest_field));
        for (auto& fields : std::exchange(parser_.rows(), {}))
            if (auto taken = username_ ? take_fields(fields) : take_header(fields); !taken)
                return taken;
        return {};
    }

    [[nodiscard]] Expected<void> take_header(const Parser::Fields& names) {
        if (std::ranges::any_of(names, has_line_end))
            return broken("the name of a column holds a line end; is a quote missing?");
        count_ = names.size();
        std::string twice;
        const auto place_of = [&](const std::string& name) {
            Place place;
            for (std::size_t i = 0; i < names.size() && !name.empty(); ++i) {
                if (!equals_ignoring_case(trim(names[i]), name))
                    continue;
                if (place)
                    twice = name;
                place = i;
            }
            return place;
        };
        username_ = place_of(columns_.username);
        id_ = place_of(columns_.id);
        full_name_ = place_of(columns_.full_name);
        affiliation_ = place_of(columns_.affiliation);
        forwarding_address_ = place_of(columns_.forwarding_address);
        tombstone_address_ = place_of(columns_.tombstone_address);
        disclosure_ = place_of(columns_.disclosure);
        if (!username_)
            return permanent_failure(fmt::format("{}:{}: the first line names no column \"{}\", but: {}",
                                                 name_, row_line_, columns_.username,
                                                 printable(joined(names))));
        if (!twice.empty())
            return permanent_failure(
                fmt::format("{}:{}: two columns are named \"{}\"", name_, row_line_, twice));
        return {};
    }

    static std::string joined(const Parser::Fields& names) {
        return fmt::format("{}", fmt::join(names, ", "));
    }

    static bool has_line_end(std::string_view field) {
        return field.find_first_of("\r\n") != std::string_view::npos;
    }

    [[nodiscard]] Expected<void> take_fields(Parser::Fields& fields) {
        has_rows_ = true;
        tombstone::Row row;
        row.where = fmt::format("{}:{}", name_, row_line_);
        // A quote too many or too few makes one row of several, and need not be an error of CSV.
        row.may_hide_others = fields.size() != count_ || std::ranges::any_of(fields, has_line_end);
        if (fields.size() != count_) {
            row.fault = fmt::format("has {} fields where the first line has {}; is a quote missing? texts "
                                    "with commas need quotes",
                                    fields.size(), count_);
            if (*username_ == 0)
                row.username = std::move(fields.front());
            take_(std::move(row));
            return {};
        }
        if (row.may_hide_others)
            row.fault = "a field holds a line end; is a quote missing?";
        const auto text = [&](const Place& place) {
            return place ? std::move(fields[*place]) : std::string();
        };
        const auto optional = [&](const Place& place) {
            return place ? std::optional<std::string>(std::move(fields[*place])) : std::nullopt;
        };
        row.username = text(username_);
        row.id = text(id_);
        row.full_name = text(full_name_);
        row.affiliation = text(affiliation_);
        row.forwarding_address = optional(forwarding_address_);
        row.tombstone_address = optional(tombstone_address_);
        row.disclosure = optional(disclosure_);
        take_(std::move(row));
        return {};
    }

    Parser parser_;
    std::size_t line_ = 1;
    std::size_t row_line_ = 1; // where the row begins
    char last_ = '\0';
    std::size_t count_ = 0;
    Place username_; // found: the first line was read
    Place id_;
    Place full_name_;
    Place affiliation_;
    Place forwarding_address_;
    Place tombstone_address_;
    Place disclosure_;
};

} // namespace

std::unique_ptr<RowReader> csv_reader(const config::FeedColumns& columns, std::string name, TakeRow take) {
    return std::make_unique<CsvReader>(columns, std::move(name), std::move(take));
}

} // namespace columbarium::feed
