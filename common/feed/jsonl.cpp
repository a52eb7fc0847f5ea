// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/ascii.hpp"
#include "feed/row_reader.hpp"
#include "feed/source.hpp"

namespace columbarium::feed {

namespace {

using nlohmann::json;

json parse(std::string_view line) {
    return json::parse(line.begin(), line.end(), nullptr, false);
}

// The members of one object, with what is wrong with them.
class Members {
  public:
    explicit Members(const json& object) : object_(object) {}

    // nullptr: missing.
    [[nodiscard]] const json* find(const std::string& name) const {
        const auto found = name.empty() ? object_.end() : object_.find(name);
        return found == object_.end() ? nullptr : &*found;
    }

    std::string text(const std::string& name) {
        const json* const member = find(name);
        if (member == nullptr || member->is_null())
            return {};
        if (!member->is_string())
            return wrong(name, "is no text");
        const auto& value = member->get_ref<const std::string&>();
        return value.size() <= longest_field ? value : wrong(name, "is too long");
    }

    std::string text_or_number(const std::string& name) {
        const json* const member = find(name);
        return member != nullptr && member->is_number_integer() ? member->dump() : text(name);
    }

    std::optional<std::string> optional(const std::string& name) {
        return find(name) == nullptr ? std::nullopt : std::optional<std::string>(text(name));
    }

    [[nodiscard]] const std::string& fault() const { return fault_; }

  private:
    std::string wrong(const std::string& name, std::string_view what) {
        if (fault_.empty())
            fault_ = fmt::format("the member \"{}\" {}", name, what);
        return {};
    }

    const json& object_;
    std::string fault_;
};

class JsonlReader : public RowReader {
  public:
    JsonlReader(const config::FeedColumns& columns, std::string name, TakeRow take)
        : RowReader(columns, std::move(name), std::move(take)) {}

  private:
    [[nodiscard]] tl::unexpected<Error> broken(std::string_view what) const {
        return temporary_failure(fmt::format("{}:{}: {}", name_, line_, what));
    }

    [[nodiscard]] Expected<void> end() override {
        if (!begun_.empty())
            return broken("the last line has no line end: the feed was cut off");
        return {};
    }

    [[nodiscard]] Expected<void> lines(std::string_view octets) override {
        while (!octets.empty()) {
            const std::size_t end = octets.find('\n');
            const std::string_view piece = octets.substr(0, end);
            if (begun_.size() + piece.size() > longest_row)
                return broken(fmt::format("the line has more than {} octets", longest_row));
            if (end == std::string_view::npos) {
                begun_ += piece;
                return {};
            }
            octets.remove_prefix(end + 1);
            auto taken = begun_.empty() ? take_line(piece) : take_line(begun_ += piece);
            if (!taken)
                return taken;
            begun_.clear();
            ++line_;
        }
        return {};
    }

    [[nodiscard]] Expected<void> take_line(std::string_view line) {
        if (trim(line).empty())
            return {};
        has_rows_ = true;
        if (const json object = parse(line); object.is_object())
            return take_object(object, {});
        // Octets beyond ASCII that are none of UTF-8 are the fault of one row only. DEL is a character that
        // no username has.
        std::string ascii(line);
        for (char& c : ascii)
            c = is_ascii(c) ? c : '\x7f';
        if (ascii != line)
            if (const json object = parse(ascii); object.is_object())
                return take_object(object, "is not UTF-8");
        return broken("is no JSON object");
    }

    [[nodiscard]] Expected<void> take_object(const json& object, std::string_view fault) {
        Members members(object);
        tombstone::Row row;
        row.where = fmt::format("{}:{}", name_, line_);
        row.username = members.text_or_number(columns_.username);
        row.id = members.text_or_number(columns_.id);
        row.full_name = members.text(columns_.full_name);
        row.affiliation = members.text(columns_.affiliation);
        row.forwarding_address = members.optional(columns_.forwarding_address);
        row.tombstone_address = members.optional(columns_.tombstone_address);
        row.disclosure = members.optional(columns_.disclosure);
        row.fault = fault.empty() ? members.fault() : std::string(fault);
        take_(std::move(row));
        return {};
    }

    std::string begun_; // of the line that is not complete
    std::size_t line_ = 1;
};

} // namespace

std::unique_ptr<RowReader> jsonl_reader(const config::FeedColumns& columns, std::string name, TakeRow take) {
    return std::make_unique<JsonlReader>(columns, std::move(name), std::move(take));
}

} // namespace columbarium::feed
