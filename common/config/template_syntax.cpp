// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/template_syntax.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/nearest.hpp"
#include "base/utf8.hpp"

namespace columbarium::config {

namespace {

constexpr std::size_t deepest = 10;

// "subject" is the first one, and the only one that answers of a desk know.
constexpr std::array<std::string_view, 4> names_everywhere = {"subject", "people", "several",
                                                              "interval_days"};
constexpr std::array<std::string_view, 3> names_of_people = {"old_address", "new_address", "name"};

template <class Names>
bool holds(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// What a kind of template knows outside of people, and inside.
struct KnownNames {
    std::span<const std::string_view> everywhere;
    std::span<const std::string_view> of_people;
};

KnownNames known_names(TemplateNames names) {
    if (names == TemplateNames::answer)
        return {std::span(names_everywhere).first(1), {}};
    return {names_everywhere, names_of_people};
}

// What is wrong with a name, "" for nothing.
std::string name_fault(const KnownNames& known, std::string_view name, bool is_inside_people) {
    if (holds(known.everywhere, name) || (is_inside_people && holds(known.of_people, name)))
        return {};
    if (holds(known.of_people, name))
        return fmt::format("{{{{{}}}}} stands outside {{{{#people}}}} and {{{{/people}}}}", name);
    std::vector<std::string> all(known.everywhere.begin(), known.everywhere.end());
    all.insert(all.end(), known.of_people.begin(), known.of_people.end());
    if (const std::string nearest = nearest_name(name, all); !nearest.empty())
        return fmt::format("the unknown {{{{{}}}}}; did you mean {{{{{}}}}}?", printable(name), nearest);
    return fmt::format("the unknown {{{{{}}}}}; known: {}", printable(name), fmt::join(all, ", "));
}

// One tag, as it stands between its braces.
struct Tag {
    char kind = '\0'; // one of "#^/!>=&", or NUL: a variable
    std::string_view name;
};

Tag read_tag(std::string_view inside) {
    inside = trim(inside);
    if (inside.empty() || std::string_view("#^/!>=&").find(inside.front()) == std::string_view::npos)
        return {'\0', inside};
    return {inside.front(), trim(inside.substr(1))};
}

// Follows the tags of one template.
class Tags {
  public:
    explicit Tags(KnownNames known) : known_(known) {}

    std::string take(const Tag& tag) {
        switch (tag.kind) {
        case '!':
            return {};
        case '>':
            return "no other file can be taken in ({{>...}})";
        case '=':
            return "the delimiters cannot be changed ({{=...}})";
        case '/':
            return close(tag.name);
        default:
            break;
        }
        if (std::string fault = name_fault(known_, tag.name, holds(open_, "people")); !fault.empty())
            return fault;
        if (tag.kind == '#' || tag.kind == '^')
            return open(tag);
        return tag.name == "people" || tag.name == "several"
                   ? fmt::format("{{{{{}}}}} has no text; it is for sections, {{{{#{}}}}}", tag.name,
                                 tag.name)
                   : std::string();
    }

    [[nodiscard]] std::string end() const {
        return open_.empty() ? std::string() : fmt::format("{{{{/{}}}}} is missing", open_.back());
    }

  private:
    std::string open(const Tag& tag) {
        if (tag.name == "people" && (tag.kind == '^' || holds(open_, "people")))
            return "{{#people}} may stand neither in itself nor as {{^people}}";
        if (open_.size() == deepest)
            return fmt::format("sections are nested deeper than {} times", deepest);
        open_.emplace_back(tag.name);
        return {};
    }

    std::string close(std::string_view name) {
        if (open_.empty() || open_.back() != name)
            return open_.empty() ? fmt::format("{{{{/{}}}}} closes nothing", printable(name))
                                 : fmt::format("{{{{/{}}}}} stands where {{{{/{}}}}} is due", printable(name),
                                               open_.back());
        open_.pop_back();
        return {};
    }

    KnownNames known_;
    std::vector<std::string> open_;
};

} // namespace

std::string template_fault(std::string_view text, TemplateNames names) {
    Tags tags(known_names(names));
    std::size_t at = 0;
    const auto in_line = [&](std::string_view fault) {
        return fmt::format("line {}: {}", 1 + std::count(text.data(), text.data() + at, '\n'), fault);
    };
    while ((at = text.find("{{", at)) != std::string_view::npos) {
        const bool is_triple = text.substr(at).starts_with("{{{");
        const std::size_t begin = at + (is_triple ? 3 : 2);
        const std::size_t end = text.find(is_triple ? "}}}" : "}}", begin);
        if (end == std::string_view::npos)
            return in_line("a tag does not end");
        const std::string_view inside = text.substr(begin, end - begin);
        const Tag tag = is_triple ? Tag{'&', trim(inside)} : read_tag(inside);
        if (const std::string fault = tags.take(tag); !fault.empty())
            return in_line(fault);
        at = end + (is_triple ? 3 : 2);
    }
    at = text.size();
    const std::string fault = tags.end();
    return fault.empty() ? std::string() : in_line(fault);
}

} // namespace columbarium::config
