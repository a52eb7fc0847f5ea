// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/objections_header.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <re2/re2.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "reply/address_name.hpp"
#include "triage/auto_submitted.hpp"

namespace columbarium::reply {

namespace {

// Received fields of a message that has not gone round.
constexpr std::size_t most_received = 50;

struct ValueRule {
    std::string_view rule;
    std::string_view field;   // lower case; "*" before it: names that end in it
    std::string_view pattern; // RE2, over the unfolded value case ignored; "" for any value
};

constexpr ValueRule value_rules[] = {
    {"AR-9", "precedence", R"(^\W*(list|bulk|junk|auto[-_]?reply)\b)"},
    {"AR-9", "x-precedence", R"(^\W*(list|bulk|junk|auto[-_]?reply)\b)"},
    // [MS-OXCMAIL]: what the sender's side wants nobody to send. Of these, only replies are ours: DR, RN and
    // NRN speak of reports.
    {"AR-9", "x-auto-response-suppress", R"(\b(all|oof|autoreply)\b)"},
    {"AR-9", "x-no-auto-reply", ""},
    {"AR-9", "x-noautoreply", ""},
    {"AR-9", "x-mailing-list", ""},
    {"AR-9", "mailing-list", ""},
    {"AR-9", "x-beenthere", ""},
    {"AR-9", "feedback-id", ""},
    // An answer to an invitation, or a change of one (RFC 5546): from a calendar, to a calendar.
    {"AR-9", "content-type",
     R"(^text/calendar\b.*\bmethod\s*=\s*"?(reply|cancel|counter|refresh|declinecounter))"},
    {"AR-10", "x-spam", R"(^(yes|true|spam)\b)"},
    {"AR-10", "x-spam-flag", R"(^(yes|true)\b)"},
    {"AR-10", "x-spam-status", R"(^(yes|true)\b)"},
    {"AR-10", "x-spam-action", R"(^(reject|discard|quarantine|add header|rewrite subject)\b)"},
    {"AR-10", "x-rspamd-action", R"(^(reject|discard|quarantine|add header|rewrite subject)\b)"},
    {"AR-10", "x-spamd-result", R"(:\s*true\s*\[)"},
    {"AR-10", "x-spamd-bar", R"(^\+{10})"},
    {"AR-10", "x-spam-classification", R"(^spam\b)"},
    {"AR-10", "x-barracuda-spam-flag", R"(^yes\b)"},
    {"AR-10", "x-barracuda-spam-status", R"(^yes\b)"},
    {"AR-10", "x-dspam-result", R"(^(spam|virus|bl[ao]cklisted)\b)"},
    {"AR-10", "x-bogosity", R"(^(yes|spam)\b)"},
    {"AR-10", "x-crm114-status", R"(^spam\b)"},
    {"AR-10", "x-spamprobe", R"(^spam\b)"},
    {"AR-10", "x-ms-exchange-organization-scl", R"(^[5-9]\b)"},
    {"AR-10", "*mailscanner-spamcheck", R"(^spam\b)"},
    {"AR-10", "x-virus-status", R"(^(yes|infected)\b)"},
    {"AR-10", "x-virus-flag", R"(^(yes|true)\b)"},
    {"AR-10", "x-amavis-alert", ""},
    // Filters that have nothing but the subject to say it.
    {"AR-10", "subject", R"(^\s*(\[|\{|\*{2,}|<)\W*(spam|virus|junk|phishing)\b)"},
};
constexpr std::size_t value_rule_count = sizeof(value_rules) / sizeof(value_rules[0]);

bool is_named(const ValueRule& rule, std::string_view name) {
    if (!rule.field.starts_with('*'))
        return equals_ignoring_case(rule.field, name);
    const std::string_view end = rule.field.substr(1);
    return name.size() >= end.size() && equals_ignoring_case(name.substr(name.size() - end.size()), end);
}

// Compiled once a process, in the order of the table.
const RE2& pattern_of(std::size_t index) {
    using Patterns = std::vector<std::unique_ptr<const RE2>>;
    static const Patterns* const patterns = [] {
        auto* compiled = new Patterns; // lives as long as the process
        for (const ValueRule& rule : value_rules)
            compiled->push_back(std::make_unique<RE2>("(?i)" + std::string(rule.pattern)));
        return compiled;
    }();
    return *(*patterns)[index];
}

// What an address in this field means.
struct NamedField {
    std::string_view field; // lower case
    bool lists_only;
};
constexpr NamedField named_fields[] = {
    {"from", false}, {"sender", false}, {"reply-to", false}, {"errors-to", true}};

class Reader {
  public:
    Reader(const mail::HeaderFields& header, const KnownAddresses& own) : header_(header), own_(own) {}

    HeaderObjections read() {
        check_form();
        std::size_t received = 0;
        for (const mail::HeaderField& field : header_.fields()) {
            received += equals_ignoring_case(field.name, "Received") ? 1 : 0;
            read_field(field);
        }
        if (received > most_received)
            object("AR-10", "received", "more than 50 Received fields: the message goes round");
        return std::move(found_);
    }

  private:
    void object(std::string_view rule, std::string_view field, std::string text) {
        found_.objections.push_back({std::string(rule), std::move(text)});
        found_.fields.push_back(to_lower(field));
    }

    void object(std::string_view rule, const mail::HeaderField& field) {
        if (found_.is_about(field.name))
            return;
        object(rule, field.name, printable(std::string(field.name) + ": " + mail::decode_text(field.raw)));
    }

    void check_form() {
        std::size_t from_fields = 0;
        bool has_nul = false;
        for (const mail::HeaderField& field : header_.fields()) {
            from_fields += equals_ignoring_case(field.name, "From") ? 1 : 0;
            has_nul |= field.raw.find('\0') != std::string_view::npos;
        }
        if (from_fields == 0)
            object("AR-8", "from", "the message has no From");
        else if (from_fields > 1)
            object("AR-8", "from", "the message has more than one From");
        if (has_nul)
            object("AR-8", "", "the header holds a NUL");
        if (header_.length() >= mail::header_limit)
            object("AR-8", "", "the header is too long to be read whole");
    }

    void read_field(const mail::HeaderField& field) {
        if (equals_ignoring_case(field.name, "Auto-Submitted")) {
            if (!says_not_automatic(field.raw))
                object("AR-2", field);
            return;
        }
        if (starts_with_ignoring_case(field.name, "List-")) {
            if (!std::exchange(is_list_, true))
                object("AR-9", field);
            return;
        }
        if (equals_ignoring_case(field.name, "X-Loop") && own_.is_one_in(field.raw))
            object("AR-10", field);
        for (std::size_t i = 0; i < value_rule_count; ++i)
            if (is_named(value_rules[i], field.name) && holds(i, field.raw))
                object(value_rules[i].rule, field);
        for (const NamedField& row : named_fields)
            if (equals_ignoring_case(row.field, field.name))
                read_addresses(row, field);
    }

    static bool holds(std::size_t rule, std::string_view raw) {
        if (value_rules[rule].pattern.empty())
            return true;
        const std::string value =
            value_rules[rule].field == "subject" ? mail::decode_text(raw) : mail::unfold(raw);
        return RE2::PartialMatch(value, pattern_of(rule));
    }

    void read_addresses(const NamedField& row, const mail::HeaderField& field) {
        const std::vector<std::string> addresses = folded_addresses(field.raw);
        const bool is_from = row.field == "from";
        if (is_from && addresses.empty() && !found_.is_about("from"))
            object("AR-8", "from", printable("From holds no address: " + mail::decode_text(field.raw)));
        for (const std::string& address : addresses) {
            if (const auto name = name_of_address(local_part_of(address));
                name && (name->is_list || !row.lists_only))
                object("AR-9", field);
            if (is_from && own_.holds(address))
                object("AR-10", "from", "From is an address of the recipient: " + printable(address));
        }
    }

    const mail::HeaderFields& header_;
    const KnownAddresses& own_;
    HeaderObjections found_;
    bool is_list_ = false;
};

// Passes blanks and comments. False where a comment never ends.
bool pass_blanks(std::string_view& text) {
    int depth = 0;
    while (!text.empty() && (depth > 0 || is_space(text.front()) || text.front() == '(')) {
        if (depth > 0 && text.front() == '\\' && text.size() > 1)
            text.remove_prefix(1);
        else if (text.front() == '(')
            ++depth;
        else if (text.front() == ')')
            --depth;
        text.remove_prefix(1);
    }
    return depth == 0;
}

} // namespace

bool HeaderObjections::is_about(std::string_view field) const {
    return std::ranges::any_of(
        fields, [field](const std::string& known) { return equals_ignoring_case(known, field); });
}

bool says_not_automatic(std::string_view raw) {
    // Parameters may be ignored (section 5.2); what stands there instead of them may not.
    if (triage::auto_submitted_keyword(raw) != "no")
        return false;
    if (!pass_blanks(raw) || !starts_with_ignoring_case(raw, "no"))
        return false;
    raw.remove_prefix(2);
    return pass_blanks(raw) && (raw.empty() || raw.front() == ';');
}

HeaderObjections objections_to_header(const mail::HeaderFields& header, const KnownAddresses& own) {
    return Reader(header, own).read();
}

} // namespace columbarium::reply
