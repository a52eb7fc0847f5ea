// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/body_text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "triage/html_text.hpp"

namespace columbarium::triage {

namespace {

// Octets of HTML that are looked at for the text in it: markup is often ten times as long.
constexpr std::size_t html_limit = mail::head_limit;

// Texts for machines, and headers.
bool is_shown_type(std::string_view type) {
    return type.starts_with("text/") && type != "text/calendar" && type != "text/rfc822-headers" &&
           type != "text/css" && type != "text/directory" && type != "text/vcard" && type != "text/x-vcard" &&
           type != "text/xml" && type != "text/csv" && type != "text/json";
}

// A text part that a reader sees, or a multipart whose boundary never comes: its text is all there is.
struct Shown {
    const mail::Part* part;
    int alternative; // index of the outermost multipart/alternative around it, or -1
};

std::vector<Shown> shown_parts(std::span<const mail::Part> parts) {
    std::vector<Shown> shown;
    std::vector<int> alternatives(parts.size(), -1);
    int inside = -1; // depth of the message that is being passed over
    for (std::size_t index = 0; index < parts.size(); ++index) {
        const mail::Part& part = parts[index];
        if (inside >= 0 && part.depth() > inside)
            continue;
        inside = part.is_message() ? part.depth() : -1;
        const int above = part.parent() < 0 ? -1 : alternatives[static_cast<std::size_t>(part.parent())];
        alternatives[index] = above >= 0                                       ? above
                              : part.content_type() == "multipart/alternative" ? static_cast<int>(index)
                                                                               : -1;
        const bool is_broken = part.is_multipart() && part.children() == 0;
        const bool is_text = !part.is_multipart() && is_shown_type(part.content_type()) &&
                             !part.is_attachment() && (shown.empty() || part.filename().empty());
        if (is_broken || is_text)
            shown.push_back({&part, above});
    }
    return shown;
}

bool holds_words(std::string_view text) {
    const auto is_of_word = [](char c) { return is_letter(c) || is_digit(c) || !is_ascii(c); };
    return std::ranges::any_of(text, is_of_word);
}

// Octets that their charset did not know stand as U+FFFD, one for each.
std::size_t count_replaced(std::string_view text) {
    constexpr std::string_view replacement = "\xef\xbf\xbd";
    std::size_t count = 0;
    for (std::size_t at = text.find(replacement); at != std::string_view::npos;
         at = text.find(replacement, at + replacement.size()))
        ++count;
    return count;
}

// What stands at 0x80 to 0x9f of windows-1252. Texts that claim ISO 8859-1, or nothing, are of that charset
// wherever they use these octets, which are control characters otherwise, and readers show them so.
constexpr std::array<std::string_view, 32> windows_1252 = {
    "€", "",  "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", "", "Ž", "",
    "",  "‘", "’", "“", "”", "•", "–", "—", "˜", "™", "š", "›", "œ", "", "ž", "Ÿ"};

std::string without_c1_controls(std::string text) {
    std::string result;
    std::size_t done = 0;
    for (std::size_t at = text.find('\xc2'); at != std::string::npos; at = text.find('\xc2', at + 1)) {
        const std::size_t index =
            at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) - 0x80U : 99;
        if (index >= windows_1252.size() || windows_1252[index].empty())
            continue;
        result.append(text, done, at - done).append(windows_1252[index]);
        done = at + 2;
    }
    return done == 0 ? std::move(text) : result.append(text, done);
}

class Collector {
  public:
    void add(const mail::Part& part) {
        if (body_.text.size() >= body_text_limit)
            return;
        const bool is_html = part.content_type() == "text/html";
        std::string text = part.text(is_html ? html_limit : body_text_limit);
        const std::size_t replaced = count_replaced(text);
        body_.unreadable += replaced;
        body_.octets += text.size() - 2 * replaced;
        if (body_.charset.empty())
            body_.charset = to_lower(part.parameter("charset"));
        text = without_c1_controls(std::move(text));
        if (is_html)
            text = text_of_html(text, body_text_limit);
        if (!body_.text.empty() && body_.text.back() != '\n')
            body_.text += '\n';
        body_.text += cut_at_character(text, body_text_limit - std::min(body_text_limit, body_.text.size()));
    }

    BodyText take() { return std::move(body_); }

  private:
    BodyText body_;
};

// Whether one of the alternatives of this multipart is plain text with words in it.
bool has_plain_words(std::span<const Shown> shown, int alternative) {
    return std::ranges::any_of(shown, [alternative](const Shown& one) {
        return one.alternative == alternative && one.part->content_type() == "text/plain" &&
               holds_words(one.part->text(body_text_limit));
    });
}

BodyText read_shown(std::span<const Shown> shown) {
    Collector collector;
    std::map<int, bool> plain; // by alternative: whether its plain text is taken
    for (const Shown& one : shown) {
        if (one.alternative >= 0) {
            auto known = plain.find(one.alternative);
            if (known == plain.end())
                known = plain.emplace(one.alternative, has_plain_words(shown, one.alternative)).first;
            if (one.part->content_type() != (known->second ? "text/plain" : "text/html"))
                continue;
        }
        collector.add(*one.part);
    }
    return collector.take();
}

} // namespace

Expected<BodyText> read_body_text(mail::Message& message) {
    return message.head_parts().map(
        [](std::span<const mail::Part> parts) { return read_shown(shown_parts(parts)); });
}

} // namespace columbarium::triage
