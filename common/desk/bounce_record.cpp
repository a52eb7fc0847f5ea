// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/bounce_record.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mail/address.hpp"
#include "reply/lines.hpp"

namespace columbarium::desk {

namespace {

using nlohmann::json;
using triage::Fact;
using triage::Finding;

constexpr std::size_t longest_key = 100'000; // octets: no request of the service's is longer
constexpr std::size_t longest_own_key = 95'000;
constexpr std::size_t longest_user = 1'000;

// What a text of a record is called in JSON, and how long it may be.
struct Text {
    const char* name;
    std::string BounceRecord::*member;
    std::size_t longest; // octets
};
constexpr std::array<Text, 5> texts{{
    {"address", &BounceRecord::address, 320},
    {"status", &BounceRecord::status, 20},
    {"reason", &BounceRecord::reason, 40},
    {"diagnostic", &BounceRecord::diagnostic, 200},
    {"message_id", &BounceRecord::message_id, 250},
}};

std::string one_line(std::string_view text, std::size_t longest) {
    return std::string(trim(cut_at_character(reply::one_line(text, longest), longest)));
}

std::string address_of(std::string_view text, std::size_t longest) {
    std::string folded = mail::fold_address(text);
    if (!folded.empty() && folded.size() <= longest && reply::is_one_line(folded))
        return folded;
    return one_line(to_lower(text), longest);
}

Finding nth(std::span<const Finding> values, std::size_t number) {
    return number < values.size() ? values[number] : Finding();
}

// The values that a record is made of, each fact's in the order of recipients.
class Recipients {
  public:
    explicit Recipients(triage::Facts& facts)
        : addresses_(get(facts, Fact::bounce_recipient)), statuses_(get(facts, Fact::bounce_status)),
          actions_(get(facts, Fact::bounce_action)), reasons_(get(facts, Fact::bounce_reason)),
          diagnostics_(get(facts, Fact::bounce_diagnostic)),
          message_ids_(get(facts, Fact::bounce_message_id)) {}

    // What could not be read; nullptr for nothing.
    [[nodiscard]] const Error* error() const { return failed_ ? &error_ : nullptr; }

    [[nodiscard]] std::size_t size() const { return addresses_.size(); }

    [[nodiscard]] BounceRecord record(std::size_t number) const {
        const Finding status = nth(statuses_, number);
        BounceRecord record;
        record.address = nth(addresses_, number).value;
        record.status = status.value;
        record.reason = nth(reasons_, number).value;
        record.is_permanent = nth(actions_, number).value == "failed" && status.value.starts_with('5') &&
                              status.rule != "class"; // nothing but the class tells: not enough
        record.diagnostic = nth(diagnostics_, number).value;
        record.message_id = nth(message_ids_, 0).value;
        for (const Text& text : texts) {
            std::string& value = record.*text.member;
            value = text.member == &BounceRecord::address ? address_of(value, text.longest)
                                                          : one_line(value, text.longest);
        }
        return record;
    }

  private:
    std::span<const Finding> get(triage::Facts& facts, Fact fact) {
        auto values = facts.values(fact);
        if (values)
            return *values;
        failed_ = true;
        error_ = values.error();
        return {};
    }

    Error error_{ErrorKind::temporary, ""}; // before those that fill it
    bool failed_ = false;
    std::span<const Finding> addresses_, statuses_, actions_, reasons_, diagnostics_, message_ids_;
};

json to_json(const BounceRecord& record) {
    json object;
    for (const Text& text : texts)
        object[text.name] = record.*text.member;
    object["is_permanent"] = record.is_permanent;
    return object;
}

// What is wrong with the member of an object that has to be a text; "" where it was taken.
std::string take(const json& object, const char* name, std::size_t longest, std::string& value) {
    const auto member = object.find(name);
    if (member == object.end() || !member->is_string())
        return fmt::format("has no text \"{}\"", name);
    value = member->get<std::string>();
    if (value.size() > longest)
        return fmt::format("its \"{}\" is longer than {} octets", name, longest);
    if (!reply::is_one_line(value))
        return fmt::format("its \"{}\" is not UTF-8, or holds control characters", name);
    return {};
}

std::string take(const json& object, BounceRecord& record) {
    if (!object.is_object())
        return "a record is no object";
    for (const Text& text : texts)
        if (std::string fault = take(object, text.name, text.longest, record.*text.member); !fault.empty())
            return fault;
    if (record.address.empty())
        return "its \"address\" is empty";
    const auto permanent = object.find("is_permanent");
    if (permanent == object.end() || !permanent->is_boolean())
        return "has no \"is_permanent\" that is true or false";
    record.is_permanent = permanent->get<bool>();
    return {};
}

std::string take(const json& object, BounceReport& report) {
    if (!object.is_object())
        return "is no JSON object";
    if (std::string fault = take(object, "user", longest_user, report.user); !fault.empty())
        return fault;
    if (report.user.empty())
        return "its \"user\" is empty";
    const auto records = object.find("records");
    if (records == object.end() || !records->is_array())
        return "has no list \"records\"";
    if (records->size() > bounce_record_limit)
        return fmt::format("has more than {} records", bounce_record_limit);
    for (const json& element : *records)
        if (std::string fault = take(element, report.records.emplace_back()); !fault.empty())
            return fault;
    return {};
}

} // namespace

Expected<std::vector<BounceRecord>> bounce_records(triage::Facts& facts) {
    const Recipients recipients(facts);
    if (recipients.error() != nullptr)
        return tl::make_unexpected(*recipients.error());
    std::vector<BounceRecord> records;
    for (std::size_t i = 0; i < recipients.size() && records.size() < bounce_record_limit; ++i)
        if (BounceRecord record = recipients.record(i); !record.address.empty())
            records.push_back(std::move(record));
    return records;
}

std::string to_key(const BounceReport& report) {
    json object;
    object["user"] = report.user;
    json& records = object["records"] = json::array();
    for (const BounceRecord& record : report.records)
        records.push_back(to_json(record));
    const auto dump = [&object] { return object.dump(-1, ' ', false, json::error_handler_t::replace); };
    std::string key = dump();
    if (key.size() <= longest_own_key)
        return key;
    for (json& record : records)
        record["diagnostic"] = "";
    for (key = dump(); key.size() > longest_own_key && !records.empty(); key = dump())
        records.erase(records.end() - 1);
    return key;
}

Expected<BounceReport> read_bounce_report(std::string_view key) {
    if (key.size() > longest_key)
        return permanent_failure(fmt::format("a report of bounces is longer than {} octets", longest_key));
    BounceReport report;
    if (const std::string fault = take(json::parse(key, nullptr, false), report); !fault.empty())
        return permanent_failure("a report of bounces: " + fault);
    return report;
}

} // namespace columbarium::desk
