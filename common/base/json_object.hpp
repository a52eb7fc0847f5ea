// SPDX-License-Identifier: LGPL-2.1-or-later
// JSON objects (RFC 8259) whose members are texts, whole numbers and truth values: what the service's maps
// and other programs' values are made of. Private to common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "base/expected.hpp"

namespace columbarium {

// Reads one object. The first wrong member is remembered, so that a reader asks once, at the end.
class JsonReader {
  public:
    // A permanent failure where it is longer than `longest` octets, no JSON, no object, or nested deeper than
    // 8 times. Members that hold objects and arrays are passed over. Of a repeated name the last one counts.
    [[nodiscard]] static Expected<JsonReader> parse(std::string_view text, std::size_t longest);

    // Whether the member is there, and is not null.
    [[nodiscard]] bool has(std::string_view name) const;

    // The member; "", 0 or false where it is missing, null or (then there is a fault) of another type.
    [[nodiscard]] std::string text(std::string_view name);
    [[nodiscard]] std::int64_t number(std::string_view name);
    [[nodiscard]] bool flag(std::string_view name);

    [[nodiscard]] bool is_number(std::string_view name) const;

    // What was wrong with a member that was asked for; "" for nothing.
    [[nodiscard]] const std::string& fault() const { return fault_; }

  private:
    // Something that is none of ours: an object, an array, a fraction.
    struct Other {};
    using Value = std::variant<std::monostate, std::string, std::int64_t, bool, Other>;
    class Handler;

    template <class T>
    [[nodiscard]] T get(std::string_view name, std::string_view type);
    [[nodiscard]] const Value* find(std::string_view name) const;

    std::map<std::string, Value, std::less<>> members_;
    std::string fault_;
};

// Writes one object, its members in the order of the calls. What is no UTF-8 becomes U+FFFD.
class JsonWriter {
  public:
    JsonWriter& text(std::string_view name, std::string_view value);
    JsonWriter& number(std::string_view name, std::int64_t value);
    JsonWriter& flag(std::string_view name, bool value);

    // The object.
    [[nodiscard]] std::string take();

  private:
    void begin(std::string_view name);

    std::string object_ = "{";
};

} // namespace columbarium
