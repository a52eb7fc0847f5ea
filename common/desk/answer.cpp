// SPDX-License-Identifier: LGPL-2.1-or-later
#include "desk/answer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "reply/compose.hpp"
#include "reply/lines.hpp"
#include "reply/mustache.hpp"

namespace columbarium::desk {

namespace {

constexpr std::string_view prefix = "answer:";
constexpr std::string_view subject_of_none = "your message";
constexpr std::size_t longest_shown_subject = 200; // characters
constexpr std::size_t longest_subject = 250;

Expected<std::string> rendered(std::string_view text, const std::string& path, std::string_view subject) {
    const auto prepared = reply::prepare_template(text, path, config::TemplateNames::answer);
    if (!prepared)
        return tl::make_unexpected(prepared.error());
    kainjow::mustache::data data(kainjow::mustache::data::type::object);
    data.set("subject", reply::text_data(subject, longest_shown_subject));
    auto text_or = reply::render(*prepared, data);
    if (!text_or)
        return temporary_failure(fmt::format("{}: {}", path, text_or.error().text));
    return text_or;
}

Expected<std::vector<reply::Text>> read_texts(const config::DeskAnswer& answer, std::string_view subject) {
    std::vector<reply::Text> texts;
    for (const std::string& language : answer.languages) {
        const std::string path = fmt::format("{}/{}.{}.txt", answer.templates, answer.name, language);
        const auto file = reply::read_template(path);
        if (!file)
            return tl::make_unexpected(file.error());
        auto text = rendered(*file, path, subject);
        if (!text)
            return tl::make_unexpected(std::move(text.error()));
        texts.push_back({language, std::move(*text)});
    }
    if (texts.empty())
        return temporary_failure(fmt::format("answers.{}.languages: names no language", answer.name));
    return texts;
}

} // namespace

std::string claim_name(std::string_view answer) {
    return std::string(prefix).append(to_lower(answer));
}

std::string claim_person(std::string_view claim_name, std::string_view login) {
    if (!is_claim_name(claim_name))
        return {};
    return fmt::format("{}:{}", claim_name, login);
}

bool is_claim_name(std::string_view name) {
    if (!name.starts_with(prefix))
        return false;
    name.remove_prefix(prefix.size());
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (is_letter(c) && to_lower(c) == c) || is_digit(c) || c == '-' || c == '_';
    });
}

Expected<std::string> compose_answer(const AnswerRequest& request, mail::Message& message) {
    auto shown = reply::subject_of(message);
    if (!shown)
        return shown;
    auto texts = read_texts(request.answer, *shown);
    if (!texts)
        return tl::make_unexpected(std::move(texts.error()));
    auto subject = rendered(request.answer.subject, fmt::format("answers.{}.subject", request.answer.name),
                            shown->empty() ? subject_of_none : std::string_view(*shown));
    if (!subject)
        return subject;
    *subject = reply::one_line(*subject, longest_subject);
    if (subject->empty())
        *subject = subject_of_none;
    reply::From from = request.policy.from.empty() ? reply::From{{}, request.desk_address}
                                                   : reply::from_of(request.policy.from);
    return reply::compose({std::move(from), request.to, std::move(*subject), std::move(*texts), request.date,
                           request.message_id_domain},
                          message);
}

} // namespace columbarium::desk
