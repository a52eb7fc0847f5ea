// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/notice_keys.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "config/notice_policy.hpp"
#include "config/syntax.hpp"
#include "mail/address.hpp"

namespace columbarium::config {

Expected<std::vector<std::string>> read_languages(const TableReader& reader, std::string_view key) {
    auto languages = reader.string_list(key);
    if (!languages)
        return languages;
    if (languages->empty())
        return reader.failure(key, "must name a language, as in [\"en\"]");
    for (auto language = languages->begin(); language != languages->end(); ++language) {
        if (!is_language_tag(*language))
            return reader.failure(key, fmt::format("\"{}\" is no language tag, as in \"en\" or \"de-CH\"",
                                                   printable(*language)));
        if (std::any_of(languages->begin(), language,
                        [&](const std::string& earlier) { return equals_ignoring_case(earlier, *language); }))
            return reader.failure(key, fmt::format("holds \"{}\" twice", *language));
    }
    return languages;
}

Expected<std::string> read_from(const TableReader& reader, std::string_view example) {
    auto from = reader.optional_string("from");
    if (!from || from->empty())
        return from;
    if (has_control(*from))
        return reader.failure("from", "must not hold control characters");
    const auto mailboxes = mail::parse_mailboxes(*from);
    if (mailboxes.size() != 1 || !mail::is_sendable(mailboxes.front().address))
        return reader.failure("from", fmt::format("must be one mailbox, as in \"{}\"", example));
    return from;
}

Expected<std::string> read_subject(const TableReader& reader, std::string otherwise, TemplateNames names) {
    if (!reader.has("subject"))
        return otherwise;
    auto subject = reader.required_string("subject");
    if (!subject)
        return subject;
    if (has_control(*subject))
        return reader.failure("subject", "must not hold control characters");
    if (const std::string fault = template_fault(*subject, names); !fault.empty())
        return reader.failure("subject", fault);
    return subject;
}

Expected<std::string> read_templates(const TableReader& reader) {
    auto templates = reader.optional_string("templates");
    if (templates && !templates->empty())
        if (const std::string_view fault = file_name_fault(*templates); !fault.empty())
            return reader.failure("templates", fault);
    return templates;
}

} // namespace columbarium::config
