// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/failed_recipients.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include <re2/re2.h>

#include "base/ascii.hpp"

namespace columbarium::triage {

namespace {

constexpr std::size_t named_field_limit = 20; // fields X-Failed-Recipients that are read
constexpr std::size_t address_limit = 200;    // recipients of one notice; the rest is not listed

// An addr-spec as notices write it; quoted local parts are rare and left out. Of the letters that RFC 6531
// adds only those of scripts that put blanks between words: elsewhere the sentence would become part of the
// address.
#define LETTERS R"(A-Za-z0-9\x{c0}-\x{24f}\x{370}-\x{52f})"
#define ADDRESS "[" LETTERS R"(_+][)" LETTERS R"(_!#$%&'*+/=?^{|}~.-]*@[)" LETTERS R"(.-]*[)" LETTERS "]"

const RE2& address_pattern() {
    static const RE2* const pattern = new RE2("(" ADDRESS ")");
    return *pattern;
}

bool contains(const std::vector<std::string>& addresses, std::string_view address) {
    return std::ranges::any_of(
        addresses, [address](const std::string& known) { return equals_ignoring_case(known, address); });
}

std::string_view local_part(std::string_view address) {
    return address.substr(0, address.rfind('@'));
}

// Addresses of mail systems: whom to ask, never the failed one.
bool is_system_address(std::string_view address) {
    return equals_ignoring_case(local_part(address), "postmaster") ||
           equals_ignoring_case(local_part(address), "mailer-daemon");
}

// Addresses of help desks stand in many notices as whom to ask; they are a recipient where they begin a line.
bool is_desk_address(std::string_view address) {
    static constexpr std::array<std::string_view, 7> names{"abuse",   "helpdesk",  "support",   "no-reply",
                                                           "noreply", "webmaster", "hostmaster"};
    return std::ranges::any_of(
        names, [address](std::string_view name) { return equals_ignoring_case(local_part(address), name); });
}

// The lines in which an address stands for a message, a sender or a host instead of a recipient.
bool is_other_line(std::string_view line) {
    static const RE2* const other = new RE2(
        R"((?i)^\W*(?:message-?id|from|sender|reply-to|return-path|mail from|id|x-\S+|contact|cc|in-reply-to|references|original sender|messagename|received|date|subject)\s*:|e-?mail to postmaster|please (?:send|contact)|contact |mailto:|arrival-date|mail from: ?<|^from )");
    return RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), *other);
}

struct Line {
    std::string_view text;
    std::string address; // the first one that may be a recipient's
};

using LineRule = std::function<bool(const Line&)>;

bool begins_line(const Line& line) {
    static const RE2* const beginning = new RE2(
        R"((?i)^[\s>*+o.•·"'(\[|<-]*(?:\d+[.)]\s*)?(?:(?:to|recipients?|failed recipients?|final-recipient|original-recipient|rcpt to|delivery failed|for|addressed to|user|smtp|rfc822|mailto|failed address|unknown user|mailbox full|user unknown|adresse?|destinataire|empfänger|e-?mail|address)\s*[:;=]\s*)*["'<(\[]*)" ADDRESS
        R"([>"')\]]*(?:\s*$|[:;,.\s]|\.\.\.))");
    return RE2::PartialMatch(re2::StringPiece(line.text.data(), line.text.size()), *beginning);
}

bool follows_word(const Line& line) {
    static const RE2* const word = new RE2(
        R"((?i)(?:\bto|recipients?|addresse?e?s?|user|account|mailbox|for|rcpt to|an|à|a|reach|of|destinataire|empfänger|адрес\S*|exceeds allowed size|quota|unknown|attempts|size|userid|"emailAddress")\s*[:=]?\s*["'<(\[:]*)" ADDRESS);
    return RE2::PartialMatch(re2::StringPiece(line.text.data(), line.text.size()), *word);
}

// What the notice says of the recipient in line `first`: to the next recipient's line, and no further than
// the end of the second paragraph.
std::string lines_about(const std::vector<Line>& lines, std::size_t first, const LineRule& rule) {
    std::string said;
    int paragraphs = 0;
    for (std::size_t i = first; i < lines.size() && i < first + 12; ++i) {
        const bool is_next = i > first && !lines[i].address.empty() && rule(lines[i]) &&
                             !equals_ignoring_case(lines[i].address, lines[first].address);
        if (is_next)
            break;
        const std::string_view text = trim(lines[i].text);
        if (text.empty() && i > first && ++paragraphs == 2)
            break;
        if (!text.empty()) {
            if (!said.empty())
                said += ' ';
            said += text;
        }
    }
    return said;
}

} // namespace

std::vector<std::string> find_addresses(std::string_view text) {
    std::vector<std::string> addresses;
    re2::StringPiece rest(text.data(), text.size());
    std::string address;
    while (addresses.size() < address_limit && RE2::FindAndConsume(&rest, address_pattern(), &address))
        if (!contains(addresses, address))
            addresses.push_back(address);
    return addresses;
}

std::vector<NamedRecipient> find_failed_recipients(const mail::HeaderFields& header, std::string_view text,
                                                   const mail::HeaderFields& returned) {
    std::vector<NamedRecipient> found;
    const auto add = [&found](std::string address, std::string said, std::string rule) {
        const bool known = std::ranges::any_of(found, [&address](const NamedRecipient& other) {
            return equals_ignoring_case(other.address, address);
        });
        if (!known && found.size() < address_limit)
            found.push_back({std::move(address), std::move(said), std::move(rule)});
    };

    std::vector<std::string> own = find_addresses(header.raw("To"));
    for (const std::string& address : find_addresses(header.raw("From")))
        own.push_back(address);

    std::vector<Line> lines;
    for (std::string_view rest = text; !rest.empty();) {
        Line line{take_line(rest), {}};
        if (line.text.find('@') != std::string_view::npos && !is_other_line(line.text)) {
            const bool begins = begins_line(line);
            for (std::string& address : find_addresses(line.text))
                if (line.address.empty() && !contains(own, address) && !is_system_address(address) &&
                    (begins || !is_desk_address(address)))
                    line.address = std::move(address);
        }
        lines.push_back(std::move(line));
    }

    std::size_t named_fields = 0;
    for (const mail::HeaderField& field : header.fields())
        if (equals_ignoring_case(field.name, "X-Failed-Recipients") && ++named_fields <= named_field_limit)
            for (std::string& address : find_addresses(field.raw)) {
                const auto line = std::ranges::find_if(lines, [&address](const Line& candidate) {
                    return equals_ignoring_case(candidate.address, address) && begins_line(candidate);
                });
                const std::size_t index = static_cast<std::size_t>(line - lines.begin());
                add(std::move(address), line == lines.end() ? "" : lines_about(lines, index, begins_line),
                    "field X-Failed-Recipients");
            }
    const LineRule any = [](const Line&) { return true; };
    const std::array<std::pair<LineRule, const char*>, 3> rules{{
        {begins_line, "address begins a line"},
        {follows_word, "address behind a word"},
        {any, "address in the text"},
    }};
    for (const auto& [rule, name] : rules) {
        if (!found.empty())
            return found;
        for (std::size_t i = 0; i < lines.size(); ++i)
            if (!lines[i].address.empty() && rule(lines[i]))
                add(lines[i].address, lines_about(lines, i, rule), name);
    }
    for (const char* field : {"X-Failed-Recipients", "To", "Delivered-To", "X-Original-To", "Envelope-To"})
        if (found.empty())
            for (std::string& address : find_addresses(returned.raw(field)))
                add(std::move(address), "", std::string(field) + " of the returned message");
    return found;
}

} // namespace columbarium::triage
