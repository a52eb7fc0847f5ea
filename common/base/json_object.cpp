// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/json_object.hpp"

#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace columbarium {

namespace {

using nlohmann::json;

constexpr int deepest = 8;

} // namespace

// The library calls it for each piece of the text. False ends the reading.
class JsonReader::Handler {
  public:
    explicit Handler(JsonReader& reader) : reader_(reader) {}

    [[nodiscard]] const std::string& fault() const { return fault_; }

    bool null() { return put(std::monostate()); }
    bool boolean(bool value) { return put(value); }
    bool number_integer(json::number_integer_t value) { return put(std::int64_t{value}); }
    bool number_unsigned(json::number_unsigned_t value) {
        if (value > static_cast<json::number_unsigned_t>(std::numeric_limits<std::int64_t>::max()))
            return put(Other());
        return put(static_cast<std::int64_t>(value));
    }
    bool number_float(json::number_float_t /*value*/, const std::string& /*text*/) { return put(Other()); }
    bool string(std::string& value) { return put(std::move(value)); }
    bool binary(json::binary_t& /*value*/) { return put(Other()); }

    bool start_object(std::size_t /*members*/) { return depth_ == 0 ? enter() : put(Other()) && enter(); }
    bool end_object() { return leave(); }
    bool start_array(std::size_t /*members*/) { return put(Other()) && enter(); }
    bool end_array() { return leave(); }

    bool key(std::string& name) {
        if (depth_ == 1)
            name_ = std::move(name);
        return true;
    }

    bool parse_error(std::size_t position, const std::string& /*token*/, const json::exception& /*error*/) {
        fault_ = fmt::format("is no JSON (octet {})", position);
        return false;
    }

  private:
    bool put(Value value) {
        if (depth_ == 0) {
            fault_ = "is no JSON object";
            return false;
        }
        if (depth_ == 1)
            reader_.members_[name_] = std::move(value);
        return true;
    }

    bool enter() {
        if (++depth_ <= deepest)
            return true;
        fault_ = "is nested too deep";
        return false;
    }

    bool leave() {
        --depth_;
        return true;
    }

    JsonReader& reader_;
    std::string name_;
    std::string fault_;
    int depth_ = 0;
};

Expected<JsonReader> JsonReader::parse(std::string_view text, std::size_t longest) {
    if (text.size() > longest)
        return permanent_failure(fmt::format("is longer than {} octets", longest));
    JsonReader reader;
    Handler handler(reader);
    if (!json::sax_parse(text, &handler))
        return permanent_failure(handler.fault());
    return reader;
}

const JsonReader::Value* JsonReader::find(std::string_view name) const {
    const auto member = members_.find(name);
    return member == members_.end() || std::holds_alternative<std::monostate>(member->second)
               ? nullptr
               : &member->second;
}

bool JsonReader::has(std::string_view name) const {
    return find(name) != nullptr;
}

bool JsonReader::is_number(std::string_view name) const {
    const Value* value = find(name);
    return value != nullptr && std::holds_alternative<std::int64_t>(*value);
}

template <class T>
T JsonReader::get(std::string_view name, std::string_view type) {
    const Value* value = find(name);
    if (value == nullptr)
        return {};
    if (const T* wanted = std::get_if<T>(value))
        return *wanted;
    if (fault_.empty())
        fault_ = fmt::format("its \"{}\" is no {}", name, type);
    return {};
}

std::string JsonReader::text(std::string_view name) {
    return get<std::string>(name, "text");
}

std::int64_t JsonReader::number(std::string_view name) {
    return get<std::int64_t>(name, "whole number");
}

bool JsonReader::flag(std::string_view name) {
    return get<bool>(name, "true or false");
}

void JsonWriter::begin(std::string_view name) {
    if (object_.size() > 1)
        object_ += ',';
    object_.append(1, '"').append(name).append("\":");
}

JsonWriter& JsonWriter::text(std::string_view name, std::string_view value) {
    begin(name);
    object_ += json(value).dump(-1, ' ', false, json::error_handler_t::replace);
    return *this;
}

JsonWriter& JsonWriter::number(std::string_view name, std::int64_t value) {
    begin(name);
    object_ += fmt::format("{}", value);
    return *this;
}

JsonWriter& JsonWriter::flag(std::string_view name, bool value) {
    begin(name);
    object_ += value ? "true" : "false";
    return *this;
}

std::string JsonWriter::take() {
    return std::exchange(object_, "{") + '}';
}

} // namespace columbarium
