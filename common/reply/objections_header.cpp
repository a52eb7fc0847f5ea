// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/objections_header.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mail/structured_field.hpp"
#include "reply/address_name.hpp"
#include "triage/auto_submitted.hpp"

namespace columbarium::reply {

namespace {

// Received fields of a message that has not gone round.
constexpr std::size_t most_received = 50;

// Objections that are told, and mailboxes of a field that are looked at: strangers write headers as they
// like.
constexpr std::size_t most_objections = 10;
constexpr std::size_t most_mailboxes = 100;

// Stars of a spam filter's level: what SpamAssassin calls spam where nobody has set it otherwise.
constexpr std::string_view spam_level = "*****";

struct ValueRule {
    std::string_view rule;
    std::string_view field;   // lower case; "*" before it: names that end in it
    std::string_view pattern; // RE2, over the unfolded value, by octets, case ignored; "" for any value
};

constexpr ValueRule value_rules[] = {
    {"AR-9", "precedence", R"(^\W*(list|bulk|junk|auto[-_]?reply)\b)"},
    {"AR-9", "x-precedence", R"(^\W*(list|bulk|junk|auto[-_]?reply)\b)"},
    // [MS-OXCMAIL]: what the sender's side wants nobody to send. Of these, only replies are ours: DR, RN and
    // NRN speak of reports.
    {"AR-9", "x-auto-response-suppress", R"(\b(all|oof|autoreply)\b)"},
    {"AR-9", "x-no-auto-reply", ""},
    {"AR-9", "x-noautoreply", ""},
    {"AR-9", "x-autoresponse", ""},
    {"AR-9", "x-auto-submitted", R"(\bauto-)"},
    {"AR-9", "x-fc-machinegenerated", R"(^\W*(true|yes|1)\b)"},
    {"AR-9", "x-ms-exchange-generated-message-source", ""},
    {"AR-9", "x-exchange-auto-reply", ""},
    {"AR-10", "message-type", R"(\breport\b)"},
    {"AR-9", "x-mailing-list", ""},
    {"AR-9", "x-mdmailing-list", ""},
    {"AR-9", "x-google-group-id", ""},
    {"AR-9", "mailing-list", ""},
    {"AR-9", "x-beenthere", ""},
    {"AR-9", "feedback-id", ""},
    // An answer to an invitation, or a change of one (RFC 5546): from a calendar, to a calendar.
    {"AR-9", "content-type",
     R"(text\s*/\s*calendar\b.*\bmethod\s*=\s*"?(reply|cancel|counter|refresh|declinecounter))"},
    {"AR-10", "x-spam", R"(^\W*(yes|true|spam)\b)"},
    {"AR-10", "x-spam-flag", R"(^\W*(yes|true)\b)"},
    {"AR-10", "x-spam-status", R"(^\W*(yes|true)\b)"},
    {"AR-10", "x-spam-action", R"(^\W*(reject|discard|quarantine|add header|rewrite subject)\b)"},
    {"AR-10", "x-spam_action", R"(^\W*(reject|discard|quarantine|add header|rewrite subject)\b)"},
    {"AR-10", "x-rspamd-action", R"(^\W*(reject|discard|quarantine|add header|rewrite subject)\b)"},
    {"AR-10", "x-spamd-result", R"(:\s*true\s*\[)"},
    {"AR-10", "x-spamd-bar", R"(^\+{10})"},
    {"AR-10", "x-spam-classification", R"(^\W*spam\b)"},
    {"AR-10", "x-barracuda-spam-flag", R"(^\W*yes\b)"},
    {"AR-10", "x-barracuda-spam-status", R"(^\W*yes\b)"},
    {"AR-10", "x-dspam-result", R"(^(spam|virus|bl[ao]cklisted)\b)"},
    {"AR-10", "x-bogosity", R"(^(yes|spam)\b)"},
    {"AR-10", "x-crm114-status", R"(^spam\b)"},
    {"AR-10", "x-spamprobe", R"(^spam\b)"},
    {"AR-10", "x-ms-exchange-organization-scl", R"(^[5-9]\b)"},
    {"AR-10", "*mailscanner-spamcheck", R"(^spam\b)"},
    {"AR-10", "x-virus-status", R"(^\W*(yes|infected)\b)"},
    {"AR-10", "x-virus-flag", R"(^\W*(yes|true)\b)"},
    {"AR-10", "x-amavis-alert", ""},
    // Machines, and filters, that have nothing but the subject to say it.
    {"AR-9", "subject",
     R"(^\s*[\[({<]\s*auto(mat\w*)?[-_ ]*(repl(y|ies)|respon(d|se)\w*|antwort\w*|answer)\b|^\s*abwesenheit\s*:)"},
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
            compiled->push_back(std::make_unique<RE2>("(?i)" + std::string(rule.pattern), RE2::Latin1));
        return compiled;
    }();
    return *(*patterns)[index];
}

// What an address in this field means.
struct NamedField {
    std::string_view field; // lower case
    bool lists_only;        // of the names of addresses, those of lists only speak against a reply
    bool is_authors;        // it says who has sent the message
};
constexpr NamedField named_fields[] = {{"from", false, true},         {"sender", false, true},
                                       {"resent-from", true, true},   {"reply-to", false, false},
                                       {"resent-sender", true, true}, {"errors-to", true, false}};
constexpr std::size_t named_field_count = sizeof(named_fields) / sizeof(named_fields[0]);

// Reports of mail systems, at the top of a message. Those in a multipart/report are told by their class.
bool is_report(std::string_view media_type) {
    constexpr std::array<std::string_view, 7> reports{"message/delivery-status",
                                                      "message/disposition-notification",
                                                      "message/feedback-report",
                                                      "message/global-delivery-status",
                                                      "message/global-disposition-notification",
                                                      "message/tracking-status",
                                                      "text/rfc822-headers"};
    return std::ranges::find(reports, media_type) != reports.end();
}

class Reader {
  public:
    explicit Reader(const mail::HeaderFields& header) : header_(header) {}

    HeaderObjections read() {
        check_form();
        std::size_t received = 0;
        for (const mail::HeaderField& field : header_.fields()) {
            received += equals_ignoring_case(field.name, "Received") ? 1 : 0;
            read_field(field);
        }
        if (received > most_received)
            object("AR-10", "received", "more than 50 Received fields: the message goes round");
        if (is_at_spam_level_ && !is_no_spam_)
            object("AR-10", "x-spam-level", "X-Spam-Level has five stars or more");
        return std::move(found_);
    }

  private:
    void object(std::string_view rule, std::string_view field, std::string text) {
        if (found_.objections.size() >= most_objections)
            return;
        found_.objections.push_back({std::string(rule), std::move(text)});
        found_.fields.push_back(to_lower(field));
    }

    // What is found goes into logs: the subject, which is the sender's own, does not.
    void object(std::string_view rule, const mail::HeaderField& field) {
        if (found_.objections.size() >= most_objections || found_.is_about(field.name))
            return;
        object(rule, field.name,
               equals_ignoring_case(field.name, "Subject")
                   ? "the Subject has a mark of a machine or of a filter"
                   : printable(std::string(field.name) + ": " + mail::decode_text(field.raw)));
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
        if (equals_ignoring_case(field.name, "X-Loop"))
            for (std::string& address : addresses_among(field.raw, most_mailboxes - loops_)) {
                found_.authors.push_back({"x-loop", std::move(address)});
                ++loops_;
            }
        if (equals_ignoring_case(field.name, "Content-Type") && is_report(mail::media_type(field.raw)))
            object("AR-10", field);
        if (starts_with_ignoring_case(field.name, "X-Spam-"))
            read_spam_level(field);
        for (std::size_t i = 0; i < value_rule_count; ++i)
            if (is_named(value_rules[i], field.name) && holds(i, field.raw))
                object(value_rules[i].rule, field);
        for (std::size_t i = 0; i < named_field_count; ++i)
            if (equals_ignoring_case(named_fields[i].field, field.name))
                read_addresses(i, field);
    }

    void read_spam_level(const mail::HeaderField& field) {
        const std::string_view value =
            field.raw.substr(std::min(field.raw.find_first_not_of("\" "), field.raw.size()));
        if (equals_ignoring_case(field.name, "X-Spam-Level"))
            is_at_spam_level_ |= value.starts_with(spam_level);
        else if (equals_ignoring_case(field.name, "X-Spam-Flag") ||
                 equals_ignoring_case(field.name, "X-Spam-Status"))
            is_no_spam_ |= starts_with_ignoring_case(value, "no");
    }

    static bool holds(std::size_t rule, std::string_view raw) {
        if (value_rules[rule].pattern.empty())
            return true;
        const std::string value =
            value_rules[rule].field == "subject" ? mail::decode_text(raw) : mail::unfold(raw);
        return RE2::PartialMatch(value, pattern_of(rule));
    }

    void read_addresses(std::size_t row, const mail::HeaderField& field) {
        const NamedField& named = named_fields[row];
        const bool is_from = named.field == "from";
        if (mailboxes_[row] > most_mailboxes)
            return;
        const std::vector<std::string> addresses = folded_addresses(field.raw);
        if (is_from && addresses.empty() && !found_.is_about("from"))
            object("AR-8", "from", printable("From holds no address: " + mail::decode_text(field.raw)));
        for (const std::string& address : addresses) {
            if (++mailboxes_[row] > most_mailboxes) {
                if (is_from)
                    object("AR-8", "from", fmt::format("From names more than {} addresses", most_mailboxes));
                return;
            }
            if (const auto name = name_of_address(local_part_of(address));
                name && (name->is_list || !named.lists_only))
                object("AR-9", field);
            if (named.is_authors)
                found_.authors.push_back({named.field, address});
        }
    }

    const mail::HeaderFields& header_;
    HeaderObjections found_;
    std::array<std::size_t, named_field_count> mailboxes_{}; // that were looked at, of each field's name
    std::size_t loops_ = 0;
    bool is_list_ = false;
    bool is_at_spam_level_ = false;
    bool is_no_spam_ = false;
};

} // namespace

bool HeaderObjections::is_about(std::string_view field) const {
    return std::ranges::any_of(
        fields, [field](const std::string& known) { return equals_ignoring_case(known, field); });
}

bool says_not_automatic(std::string_view raw) {
    // Parameters may be ignored (section 5.2); what stands there instead of them may not.
    if (triage::auto_submitted_keyword(raw) != "no")
        return false;
    if (!mail::pass_blanks(raw) || !starts_with_ignoring_case(raw, "no"))
        return false;
    raw.remove_prefix(2);
    return mail::pass_blanks(raw) && (raw.empty() || raw.front() == ';');
}

HeaderObjections objections_to_header(const mail::HeaderFields& header) {
    return Reader(header).read();
}

std::vector<Objection> objections_to_authors(const HeaderObjections& header, const KnownAddresses& own) {
    std::vector<Objection> found;
    std::vector<std::string_view> fields;
    for (const NamedAuthor& author : header.authors)
        if (std::ranges::find(fields, author.field) == fields.end() && own.holds(author.address)) {
            fields.push_back(author.field);
            found.push_back({"AR-10", fmt::format("the field {} names the recipient himself: {}",
                                                  author.field, printable(author.address))});
        }
    return found;
}

} // namespace columbarium::reply
