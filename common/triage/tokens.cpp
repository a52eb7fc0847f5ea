// SPDX-License-Identifier: LGPL-2.1-or-later
#include "triage/tokens.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include <re2/re2.h>
#include <re2/set.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "config/pattern.hpp"
#include "mail/sole_mailbox.hpp"

namespace columbarium::triage {

namespace {

using config::TokenPattern;

// Matches in one text, and fields of one name, that are looked at: each may cost a pass over the text.
constexpr int match_limit = 500;
constexpr int field_limit = 50;

// Octets of memory for the patterns of one policy as a set, and such sets that are kept.
constexpr std::int64_t set_memory_limit = 4 * std::int64_t{config::pattern_memory_limit};
constexpr std::size_t set_limit = 20;

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
            search.look_in(decoded_line(field), rule);
}

// The patterns at these places of the policy as one set; nullptr where they are too large together, or one
// has a fault. Never destroyed, see config/pattern.cpp.
const RE2::Set* body_set(const config::TriagePolicy& policy, const std::vector<std::size_t>& places,
                         const std::string& key) {
    static auto* const sets = new std::map<std::string, std::unique_ptr<const RE2::Set>>;
    if (const auto known = sets->find(key); known != sets->end())
        return known->second.get();
    RE2::Options options; // as compiled_pattern() has them
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    options.set_max_mem(set_memory_limit);
    auto set = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
    const bool is_sound = std::ranges::all_of(places, [&](std::size_t place) {
        const std::string& pattern = policy.tokens[place].pattern;
        return pattern.size() <= config::pattern_octet_limit && set->Add("(?m)" + pattern, nullptr) >= 0;
    });
    if (!is_sound || !set->Compile())
        set = nullptr;
    if (sets->size() >= set_limit)
        sets->clear();
    return sets->emplace(key, std::move(set)).first->second.get();
}

} // namespace

const config::TokenPattern* find_token(const config::TriagePolicy& policy, std::string_view name) {
    const auto found = std::ranges::find_if(
        policy.tokens, [name](const TokenPattern& token) { return equals_ignoring_case(token.name, name); });
    return found == policy.tokens.end() ? nullptr : &*found;
}

std::string decoded_line(const mail::HeaderField& field) {
    std::string line = mail::decode_text(field.raw);
    std::ranges::replace_if(
        line, [](char c) { return is_control(c); }, ' ');
    return line;
}

bool looks_in_body(const config::TokenPattern& token) {
    return std::ranges::any_of(token.in, [](const TokenPattern::Source& source) {
        return source.place == TokenPattern::Place::body;
    });
}

std::vector<bool> tokens_in_body(const config::TriagePolicy& policy, const BodyText& body) {
    std::vector<bool> held;
    std::vector<std::size_t> places; // in the policy, of the patterns in the set
    std::string key;
    for (const TokenPattern& token : policy.tokens) {
        held.push_back(looks_in_body(token));
        if (!held.back())
            continue;
        places.push_back(held.size() - 1);
        key.append(std::to_string(token.pattern.size())).append(":").append(token.pattern);
    }
    const RE2::Set* const set = places.size() < 2 ? nullptr : body_set(policy, places, key);
    std::vector<int> found;
    RE2::Set::ErrorInfo error{};
    if (set == nullptr || (!set->Match(body.text, &found, &error) && error.kind != RE2::Set::kNoError))
        return held; // each has to be searched for
    std::vector<bool> matched(held.size());
    for (const int index : found)
        matched[places[static_cast<std::size_t>(index)]] = true;
    return matched;
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
        else if (source.place == TokenPattern::Place::address)
            search.look_in(mail::sole_mailbox(**header, source.field), "address of field " + source.field);
        else
            search.look_in(body.text, "text");
    }
    return search.take();
}

} // namespace columbarium::triage
