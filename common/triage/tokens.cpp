// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/tokens.hpp"

#include <algorithm>
#include <string>

#include <re2/re2.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "config/pattern.hpp"

namespace columbarium::triage {

namespace {

using config::TokenPattern;

// Matches in one text, and fields of one name, that are looked at: each may cost a pass over the text.
constexpr int match_limit = 500;
constexpr int field_limit = 50;

// On one line, without control characters and blanks around it.
std::string value_of(std::string_view text) {
    std::string value;
    bool blank = false;
    for (const char c : text) {
        if (is_space(c) || is_control(c)) {
            blank = true;
            continue;
        }
        if (blank && !value.empty())
            value += ' ';
        blank = false;
        value += c;
        if (value.size() > token_octet_limit)
            break;
    }
    value.resize(cut_at_character(value, token_octet_limit).size());
    return value;
}

class Search {
  public:
    explicit Search(const RE2& pattern) : pattern_(pattern) {}

    void look_in(std::string_view text, std::string_view rule) {
        const re2::StringPiece piece(text.data(), text.size());
        std::size_t at = 0;
        for (int matches = 0; matches < match_limit && at <= text.size() && !is_full(); ++matches) {
            re2::StringPiece groups[2];
            const int wanted = pattern_.NumberOfCapturingGroups() > 0 ? 2 : 1;
            if (!pattern_.Match(piece, at, piece.size(), RE2::UNANCHORED, groups, wanted))
                return;
            const re2::StringPiece& group = groups[wanted - 1];
            add(value_of({group.data() == nullptr ? "" : group.data(), group.size()}), rule);
            const auto end = static_cast<std::size_t>(groups[0].data() + groups[0].size() - piece.data());
            at = groups[0].empty() ? behind_character(text, end) : end;
        }
    }

    [[nodiscard]] bool is_full() const { return values_.size() >= token_value_limit; }

    std::vector<Finding> take() { return std::move(values_); }

  private:
    static std::size_t behind_character(std::string_view text, std::size_t at) {
        return at < text.size() ? at + first_character(text.substr(at)).octets : at + 1;
    }

    void add(std::string value, std::string_view rule) {
        const auto same = [&value](const Finding& known) { return equals_ignoring_case(known.value, value); };
        if (!value.empty() && std::ranges::none_of(values_, same))
            values_.push_back({std::move(value), std::string(rule)});
    }

    const RE2& pattern_;
    std::vector<Finding> values_;
};

void look_in_fields(Search& search, const mail::HeaderFields& header, std::string_view name) {
    const std::string rule = "field " + std::string(name);
    int seen = 0;
    for (const mail::HeaderField& field : header.fields())
        if (equals_ignoring_case(field.name, name) && seen++ < field_limit)
            search.look_in(mail::decode_text(field.raw), rule);
}

} // namespace

const config::TokenPattern* find_token(const config::TriagePolicy& policy, std::string_view name) {
    const auto found = std::ranges::find_if(
        policy.tokens, [name](const TokenPattern& token) { return equals_ignoring_case(token.name, name); });
    return found == policy.tokens.end() ? nullptr : &*found;
}

bool looks_in_body(const config::TokenPattern& token) {
    return std::ranges::any_of(token.in, [](const TokenPattern::Source& source) {
        return source.place == TokenPattern::Place::body;
    });
}

Expected<std::vector<Finding>> token_values(const config::TokenPattern& token, mail::Message& message,
                                            const BodyText& body) {
    const RE2* const pattern = config::compiled_pattern(token.pattern);
    if (pattern == nullptr)
        return temporary_failure("the pattern of the token \"" + token.name +
                                 "\" cannot be compiled: mend [triage.tokens]");
    const auto header = message.header();
    if (!header)
        return tl::make_unexpected(header.error());
    Search search(*pattern);
    for (const TokenPattern::Source& source : token.in) {
        if (source.place == TokenPattern::Place::subject)
            look_in_fields(search, **header, "Subject");
        else if (source.place == TokenPattern::Place::header)
            look_in_fields(search, **header, source.field);
        else
            search.look_in(body.text, "text");
    }
    return search.take();
}

} // namespace columbarium::triage
