// SPDX-License-Identifier: LGPL-2.1-or-later
#include "reply/templates.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "config/template_syntax.hpp"
#include "mail/address.hpp"
#include "mail/message.hpp"
#include "mail/source.hpp"
#include "reply/built_in_template.hpp"
#include "reply/lines.hpp"
#include "reply/mustache.hpp"

namespace columbarium::reply {

namespace mustache = kainjow::mustache;

namespace {

constexpr std::string_view subject_of_none = "change of address";
constexpr std::size_t longest_name = 200;    // characters
constexpr std::size_t longest_address = 320; // characters

mustache::data data_of(const Values& values) {
    mustache::data people(mustache::data::type::list);
    for (const Moved& moved : values.people) {
        mustache::data person(mustache::data::type::object);
        person.set("old_address", text_data(moved.old_address, longest_address));
        person.set("new_address", text_data(moved.new_address, longest_address));
        person.set("name", text_data(moved.name, longest_name));
        people.push_back(person);
    }
    mustache::data data(mustache::data::type::object);
    data.set("subject", text_data(values.subject, longest_name));
    data.set("people", people);
    data.set("several", mustache::data(values.people.size() > 1));
    data.set("interval_days", mustache::data(std::to_string(values.interval_days)));
    return data;
}

// All that a template's sections can tell apart.
std::vector<Values> examples() {
    const Moved first{"old-1@example.org", "new-1@example.org", "First Example"};
    const Moved second{"old-2@example.org", "new-2@example.org", "Second Example"};
    const auto nameless = [](Moved person) {
        person.name.clear();
        return person;
    };
    std::vector<Values> all;
    for (const char* subject : {"", "An example"})
        for (const Moved& one : {first, nameless(first)}) {
            all.push_back({subject, {one}, 7});
            for (const Moved& other : {second, nameless(second)})
                all.push_back({subject, {one, other}, 7});
        }
    return all;
}

// That a template does not tell the new addresses of such a message.
std::string not_told(const Values& example) {
    const bool has_names =
        std::ranges::all_of(example.people, [](const Moved& person) { return !person.name.empty(); });
    return fmt::format(
        "must tell {{{{new_address}}}} inside {{{{#people}}}}, whatever the message is like: it "
        "does not where there are {} subject, {} and {}",
        example.subject.empty() ? "no" : "a", example.people.size() > 1 ? "several people" : "one person",
        has_names ? "their names" : "no names");
}

// A template that can be used, as render() wants it.
Expected<std::string> prepare_notice(std::string_view text, std::string_view path) {
    auto prepared = prepare_template(text, path, config::TemplateNames::change_of_address);
    if (!prepared)
        return prepared;
    for (const Values& example : examples()) {
        const auto rendered = render(*prepared, data_of(example));
        if (!rendered)
            return temporary_failure(fmt::format("{}: {}", path, rendered.error().text));
        for (const Moved& person : example.people)
            if (rendered->find(person.new_address) == std::string::npos)
                return temporary_failure(fmt::format("{}: {}", path, not_told(example)));
    }
    return prepared;
}

} // namespace

struct Templates::State {
    std::string subject;
    std::map<std::string, std::string, std::less<>> texts; // by language
    std::vector<std::string> languages;
    std::map<std::string, std::vector<std::string>> languages_of;

    [[nodiscard]] const std::vector<std::string>& languages_for(std::string_view domain) const;
    [[nodiscard]] Expected<std::vector<Text>> texts_in(const std::vector<std::string>& wanted,
                                                       const Values& values) const;
    [[nodiscard]] Expected<void> check_length(const std::vector<std::string>& together) const;
};

const std::vector<std::string>& Templates::State::languages_for(std::string_view domain) const {
    const std::string folded = mail::fold_address(fmt::format("a@{}", domain));
    if (folded.empty())
        return languages;
    std::string_view rest = std::string_view(folded).substr(2);
    if (const auto whole = languages_of.find(std::string(rest)); whole != languages_of.end())
        return whole->second;
    for (;;) { // ".example.com", ".com"
        if (const auto below = languages_of.find("." + std::string(rest)); below != languages_of.end())
            return below->second;
        const std::size_t dot = rest.find('.');
        if (dot == std::string_view::npos)
            return languages;
        rest.remove_prefix(dot + 1);
    }
}

Expected<std::vector<Text>> Templates::State::texts_in(const std::vector<std::string>& wanted,
                                                       const Values& values) const {
    std::vector<Text> all;
    for (const std::string& language : wanted) {
        const auto found = texts.find(language);
        auto text = found == texts.end()
                        ? Expected<std::string>(permanent_failure("a language has no template"))
                        : render(found->second, data_of(values));
        if (!text)
            return tl::make_unexpected(std::move(text.error()));
        all.push_back({language, std::move(*text)});
    }
    return all;
}

// Whether a reply in these languages leaves room for more people.
Expected<void> Templates::State::check_length(const std::vector<std::string>& together) const {
    constexpr std::size_t longest = longest_reply * 3 / 4;
    auto filled = texts_in(together, examples().back());
    if (!filled)
        return tl::make_unexpected(std::move(filled.error()));
    mail::StringSource source("\r\n");
    mail::Message message(source);
    const auto composed = compose({{"", "old-1@example.org"},
                                   "sender@example.org",
                                   std::string(subject_of_none),
                                   std::move(*filled),
                                   {},
                                   "example.org"},
                                  message);
    if (composed && composed->size() <= longest)
        return {};
    return temporary_failure(fmt::format("tombstone.languages: a reply in {} is longer than {} octets: make "
                                         "the templates shorter",
                                         fmt::join(together, ", "), longest));
}

Expected<Templates> Templates::read(const config::NoticePolicy& policy) {
    auto state = std::make_shared<State>();
    state->languages = policy.languages;
    state->languages_of = policy.languages_of;
    state->subject = policy.subject;
    if (const std::string fault = config::template_fault(policy.subject); !fault.empty())
        return temporary_failure(fmt::format("tombstone.subject: {}", fault));
    std::set<std::string> wanted(policy.languages.begin(), policy.languages.end());
    for (const auto& [domain, languages] : policy.languages_of)
        wanted.insert(languages.begin(), languages.end());
    if (policy.languages.empty())
        return temporary_failure("tombstone.languages: names no language");
    for (const std::string& language : wanted) {
        if (!config::is_language_tag(language))
            return temporary_failure(fmt::format("tombstone.languages: \"{}\" is no language", language));
        if (policy.templates.empty() && language != built_in_language)
            return temporary_failure(fmt::format(
                "tombstone.templates: is missing: a template is built in for \"{}\" only, not for "
                "\"{}\"",
                built_in_language, language));
        const std::string path = fmt::format("{}/change-of-address.{}.txt", policy.templates, language);
        auto text = policy.templates.empty() ? Expected<std::string>(built_in_template) : read_template(path);
        if (text)
            text = prepare_notice(*text, path);
        if (!text)
            return tl::make_unexpected(std::move(text.error()));
        state->texts.emplace(language, std::move(*text));
    }
    auto checked = state->check_length(state->languages);
    for (auto of = state->languages_of.begin(); checked && of != state->languages_of.end(); ++of)
        checked = state->check_length(of->second);
    if (!checked)
        return tl::make_unexpected(std::move(checked.error()));
    Templates templates;
    templates.state_ = std::move(state);
    return templates;
}

Expected<std::vector<Text>> Templates::texts(std::string_view sender_domain, const Values& values) const {
    if (!state_)
        return permanent_failure("no template has been read");
    return state_->texts_in(state_->languages_for(sender_domain), values);
}

Expected<std::string> Templates::subject(const Values& values) const {
    if (!state_)
        return permanent_failure("no template has been read");
    Values filled = values;
    if (filled.subject.empty())
        filled.subject = subject_of_none;
    auto subject = render(state_->subject, data_of(filled));
    if (subject)
        *subject = one_line(*subject, longest_name + 50);
    if (subject && subject->empty())
        return std::string(subject_of_none);
    return subject;
}

} // namespace columbarium::reply
