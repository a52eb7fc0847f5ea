// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/subject.hpp"

#include <algorithm>
#include <vector>

#include <re2/re2.h>

#include "base/ascii.hpp"
#include "reply/lines.hpp"

namespace columbarium::desk {

namespace {

constexpr std::size_t longest_read = 5000;   // characters of a subject that are looked at
constexpr std::size_t longest_subject = 200; // characters
constexpr std::size_t most_tags = 5;         // "[list]" in front

// What stands for "answer" and "forwarded" in any case.
constexpr const char* marks =
    "re|fwd?|aw|antw|antwort|wg|doorst|odp|odg|ynt|r\xc3\xa9p\\.?|v\xc3\xa1|tov\xc3\xa1"
    "bb\xc3\xadt\xc3\xa1s|" // rép, vá, továbbítás
    "отв|ответ|пересл|відп|"
    "ΑΠ|ΣΧΕΤ|ΠΡΘ|"
    "回复|回覆|答复|答覆|回信|转发|轉寄|轉發|转寄|返信|転送|답장|회신|전달|"
    "رد|إعادة توجيه|תשובה|השב|הועבר|ตอบ|ส่งต่อ|trả lời|chuyển tiếp";

// Only in capitals, as the programs write them: in other letters they may be words.
constexpr const char* capital_marks = "SV|VS|VL|VB|TR|RV|RIF|RES|ENC|BLS|TRS|ATB|YML|\xc4\xb0LT|ILT"; // İLT

// Marks that are as likely a person's word: they go only where another mark stands beside them.
constexpr const char* doubtful_marks = "R|I|FS|PD";

// "[2]", "(2)", "^2", "*2" and "2" behind a mark, and the colon. A number behind a blank is none: "AW 139:".
constexpr const char* counter_and_colon =
    "(?: ?\\[[0-9]{1,3}\\]| ?\\([0-9]{1,3}\\)|[\\^*][0-9]{1,3}|[0-9]{1,2})? ?[:\xef\xbc\x9a] *"; // ：

// Made once and never destroyed: this is loaded into processes that unload it at odd times.
struct Patterns {
    re2::RE2 mark{std::string("(?:(?i:") + marks + ")|" + capital_marks + ")" + counter_and_colon};
    re2::RE2 doubtful{std::string("(?:") + doubtful_marks + ") ?[:\xef\xbc\x9a] *"};
    re2::RE2 tag{"(\\[[^\\[\\]]{1,60}\\]) *"};
    re2::RE2 tag_mark{"\\[(?i:fwd?|re)\\] *"};
    re2::RE2 tail_mark{"(?i)^(.*?) *[\\(\\[]fwd?[\\)\\]]$"};
    re2::RE2 whole_mark{std::string("(?i)^\\[(?:fwd?|re)") + counter_and_colon + "(.*)\\]$"};
};

const Patterns& patterns() {
    static const auto* const made = new Patterns;
    return *made;
}

using re2::StringPiece;

// Takes the marks off the front; whether there were any.
bool take_marks(StringPiece& text) {
    const Patterns& all = patterns();
    bool took = false;
    for (bool again = true; again;) {
        StringPiece rest = text;
        again = RE2::Consume(&rest, all.mark) || RE2::Consume(&rest, all.tag_mark);
        if (!again && RE2::Consume(&rest, all.doubtful)) {
            StringPiece behind = rest;
            again = took || RE2::Consume(&behind, all.mark) || RE2::Consume(&behind, all.doubtful);
        }
        if (again)
            text = rest;
        took = took || again;
    }
    return took;
}

// Takes what stands around all of it: "[Fwd: ...]", "... (fwd)".
bool take_around(StringPiece& text) {
    StringPiece inner;
    if (!RE2::FullMatch(text, patterns().whole_mark, &inner) &&
        !RE2::FullMatch(text, patterns().tail_mark, &inner))
        return false;
    text = inner;
    return true;
}

} // namespace

std::string real_subject(std::string_view decoded) {
    const std::string line = reply::one_line(decoded, longest_read);
    StringPiece text(line);
    std::vector<std::string> tags;
    for (bool again = true; again;) {
        again = take_around(text) || take_marks(text);
        // "[list] Re: [list] x": what stands before a mark stays, once.
        std::string tag;
        if (!again && tags.size() < most_tags && RE2::Consume(&text, patterns().tag, &tag)) {
            if (std::ranges::find(tags, tag) == tags.end())
                tags.push_back(tag);
            again = true;
        }
    }
    std::string subject;
    for (const std::string& tag : tags)
        subject.append(tag).append(" ");
    subject.append(text.data(), text.size());
    return reply::one_line(subject, longest_subject);
}

} // namespace columbarium::desk
