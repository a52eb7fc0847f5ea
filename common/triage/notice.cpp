// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/notice.hpp"

#include <algorithm>
#include <string_view>

#include <re2/re2.h>

#include "base/ascii.hpp"

namespace columbarium::triage {

namespace {

bool is_returned_header(const std::string& type) {
    return type == "text/rfc822-headers" || type == "message/global-headers" ||
           type == "message/rfc822-headers";
}

ReportKind kind_of_part(const std::string& type) {
    if (type == "message/delivery-status" || type == "message/global-delivery-status")
        return ReportKind::delivery_status;
    if (type == "message/disposition-notification" || type == "message/global-disposition-notification")
        return ReportKind::disposition_notification;
    if (type == "message/feedback-report")
        return ReportKind::feedback_report;
    return ReportKind::none;
}

// Where a mail system begins to repeat the message it speaks of: a line of its own that says so, or the first
// trace field of a header.
const RE2& returned_marker() {
    static const RE2* const marker = new RE2(
        R"((?im)^[ \t>]{0,4}(?:)"
        R"(received: *(?:from|by|\(|with|id)|return-path: *<|dkim-signature: *v=|x-originating-ip:|x-google-|)"
        R"([-=_*~#|+ ]*(?:this is a copy of (?:the|your) message|below this line is|(?:the )?(?:header of the )?original (?:message|mail|e-?mail)(?: headers?)?(?:\b.{0,24}(?:follow|below|[-=_*~#|]{3,})|:? *$)|(?:start of |begin )?returned (?:message|mail)(?:\b.{0,20}(?:follow|below|[-=_*~#|]{3,})|:? *$)|unsent message|undelivered message|message (?:text|headers?|body|contents?) follow|(?:included is |here is )?(?:a )?copy of (?:the|your) (?:message|original|header|mail)|the (?:text|body|headers?) of (?:the|your) (?:original )?message|(?:your )?(?:original )?message (?:is )?(?:included|attached|reproduced|returned) below|the original message was:|headers? of (?:the )?original message|originalnachricht|message d'origine|mensaje original|元のメール|原始郵件|原邮件|-+ *original|text of message|your message reads|start of message)))");
    return *marker;
}

// Lines that are indented or quoted ("> ") without what stands before each. The first line has lost it
// already.
std::string without_prefix(std::string_view text, std::string_view prefix) {
    if (prefix.empty())
        return std::string(text);
    std::string result;
    while (!text.empty()) {
        std::string_view line = take_line(text);
        if (line.starts_with(prefix))
            line.remove_prefix(prefix.size());
        else if (trim(line) == trim(prefix))
            line = {};
        result.append(line);
        result += '\n';
    }
    return result;
}

// Cuts `text` at what it returns; moves that to the notice.
void split_returned(Notice& notice, std::string text) {
    re2::StringPiece match;
    const bool found =
        returned_marker().Match(re2::StringPiece(text), 0, text.size(), RE2::UNANCHORED, &match, 1);
    if (!found) {
        notice.text += text;
        return;
    }
    const std::size_t start = static_cast<std::size_t>(match.data() - text.data());
    std::string_view rest = std::string_view(text).substr(start);
    notice.text.append(text, 0, start);
    notice.returns_message = true;
    if (!notice.returned_header.empty())
        return;
    // The header begins at the first line that looks like a field.
    static const RE2* const field_line = new RE2(R"((?m)^[ \t>]{0,4}([A-Za-z][A-Za-z0-9-]{1,40}:[ \t]*\S))");
    re2::StringPiece groups[2];
    if (field_line->Match(re2::StringPiece(rest.data(), rest.size()), 0, rest.size(), RE2::UNANCHORED, groups,
                          2)) {
        const std::string_view header = rest.substr(static_cast<std::size_t>(groups[1].data() - rest.data()));
        const std::string_view before = rest.substr(0, rest.size() - header.size());
        const std::size_t line_start = before.rfind('\n') + 1; // 0 where there is none
        notice.returned_header = without_prefix(header, before.substr(line_start));
    }
}

void replace_all(std::string& text, std::string_view old, std::string_view with) {
    std::string result;
    std::size_t done = 0;
    for (std::size_t at = text.find(old); at != std::string::npos; at = text.find(old, done)) {
        result.append(text, done, at - done).append(with);
        done = at + old.size();
    }
    if (done > 0)
        text = result.append(text, done);
}

// A blank for each tag; "<user@example.org>" is none. By hand: there are hundreds.
std::string without_tags(std::string_view html) {
    std::string result;
    result.reserve(html.size());
    while (!html.empty()) {
        const std::size_t open = std::min(html.find('<'), html.size());
        result.append(html, 0, open);
        html.remove_prefix(open);
        const std::size_t end = html.find_first_of("@<>", 1);
        if (end != std::string_view::npos && html[end] == '>') {
            result += ' ';
            html.remove_prefix(end + 1);
        } else {
            const std::size_t rest = std::min(end, html.size());
            result.append(html, 0, rest);
            html.remove_prefix(rest);
        }
    }
    return result;
}

// HTML to text, roughly: tags to blanks, block ends to line ends, the common entities undone. Enough to find
// phrases and addresses; what a person reads is never made from it.
std::string text_of_html(std::string html) {
    static const RE2* const hidden =
        new RE2(R"((?is)<(?:style|script|head|title)\b.*?</(?:style|script|head|title)>)");
    static const RE2* const block = new RE2(R"((?i)<(?:br|/p|/div|/tr|/li|/h\d|/td)\b[^>]*>)");
    RE2::GlobalReplace(&html, *hidden, "\n");
    RE2::GlobalReplace(&html, *block, "\n");
    html = without_tags(html);
    struct Entity {
        std::string_view name;
        std::string_view character;
    };
    static constexpr Entity entities[] = {{"&lt;", "<"},  {"&gt;", ">"},  {"&quot;", "\""}, {"&nbsp;", " "},
                                          {"&#39;", "'"}, {"&#64;", "@"}, {"&amp;", "&"}};
    for (const Entity& entity : entities)
        replace_all(html, entity.name, entity.character);
    return html;
}

} // namespace

Notice read_notice(std::span<const mail::Part> parts) {
    Notice notice;
    std::string html;
    int inside = -1; // depth of the returned or forwarded message that is being passed over
    for (const mail::Part& part : parts) {
        if (inside >= 0 && part.depth() > inside)
            continue;
        inside = -1;
        const std::string& type = part.content_type();
        if (const ReportKind kind = kind_of_part(type); kind != ReportKind::none) {
            if (notice.kind == ReportKind::none) {
                notice.kind = kind;
                notice.fields = part.text(report_field_limit);
            }
            inside = part.depth();
        } else if (part.is_message()) {
            if (notice.returned_header.empty())
                notice.returned_header = part.message_header();
            notice.returns_message = true;
            inside = part.depth();
        } else if (is_returned_header(type)) {
            if (notice.returned_header.empty())
                notice.returned_header = part.text(report_field_limit);
            notice.returns_message = true;
        } else if (type == "text/html") {
            if (html.size() < notice_text_limit)
                html += part.text(notice_text_limit);
        } else if ((type.starts_with("text/") || (part.is_multipart() && part.children() == 0)) &&
                   notice.text.size() < notice_text_limit && !notice.returns_message) {
            split_returned(notice, part.text(notice_text_limit));
            if (!notice.text.empty() && notice.text.back() != '\n')
                notice.text += '\n';
        }
    }
    if (trim(notice.text).empty() && !html.empty())
        split_returned(notice, text_of_html(std::move(html)));
    return notice;
}

std::string own_words(std::string_view text) {
    static const RE2* const passed_on = new RE2(
        R"((?im)^[ \t>]*(?:begin forwarded message|-+ ?(?:forwarded|weitergeleitete|original|ursprüngliche) ?)"
        R"((?:message|nachricht)|on [^\n]{10,80} wrote:|am [^\n]{10,80} schrieb|le [^\n]{10,80} a écrit))");
    re2::StringPiece mark;
    if (passed_on->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), RE2::UNANCHORED, &mark,
                         1))
        text = text.substr(0, static_cast<std::size_t>(mark.data() - text.data()));
    std::string own;
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (!line.starts_with('>') && !line.starts_with(" >"))
            own.append(line).append("\n");
    }
    return own;
}

} // namespace columbarium::triage
