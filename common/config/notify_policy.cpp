// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the [notify] table of columbarium.toml.
#include "config/notify_policy.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/nearest.hpp"
#include "base/uri.hpp"
#include "config/toml_reader.hpp"
#include "config/xmpp_tables.hpp"

namespace columbarium::config {

namespace {

Expected<std::vector<std::string>> read_domains(const TableReader& reader) {
    auto domains = reader.string_list("domains");
    if (!domains)
        return domains;
    for (std::string& domain : *domains) {
        if (!is_domain(domain))
            return reader.failure("domains", fmt::format("\"{}\" is no domain", domain));
        domain = to_lower(domain);
    }
    return domains;
}

// What is wrong with the braces of a text, "" for nothing: each pair has to hold one of `names`.
std::string placeholder_fault(std::string_view text, std::span<const std::string> names) {
    std::size_t at = 0;
    while ((at = text.find_first_of("{}", at)) != std::string_view::npos) {
        const std::size_t end = text.find_first_of("{}", at + 1);
        if (text[at] == '}' || end == std::string_view::npos || text[end] == '{')
            return "has a brace without its partner";
        const std::string_view name = text.substr(at + 1, end - at - 1);
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            const std::string nearest = nearest_name(name, names);
            if (!nearest.empty())
                return fmt::format("holds the unknown {{{}}}; did you mean {{{}}}?", name, nearest);
            return fmt::format("holds the unknown {{{}}}; known: {{{}}}", name, fmt::join(names, "}, {"));
        }
        at = end + 1;
    }
    return {};
}

// A text that people read: XML has no control characters but these (XML 1.0, 2.2).
bool is_sound_text(std::string_view text, std::string_view allowed_controls) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return !is_control(c) || allowed_controls.find(c) != std::string_view::npos;
    });
}

// "" is said aloud: no subject.
Expected<std::string> read_subject(const toml::table& notify, const TableReader& reader,
                                   std::string otherwise) {
    const auto* text = notify.get_as<std::string>("subject");
    if (text != nullptr && text->get().empty())
        return std::string();
    if (!reader.has("subject"))
        return otherwise;
    auto subject = reader.required_string("subject");
    if (subject && has_control(*subject))
        return reader.failure("subject", "must not hold control characters");
    return subject;
}

Expected<std::string> read_text(const TableReader& reader, std::string otherwise) {
    if (!reader.has("text"))
        return otherwise;
    auto text = reader.required_string("text");
    if (!text)
        return text;
    if (!is_sound_text(*text, "\n\t"))
        return reader.failure("text", "must not hold control characters but line feeds and tabs");
    const std::array<std::string, 3> names = {"from", "subject", "recipient"};
    if (const std::string fault = placeholder_fault(*text, names); !fault.empty())
        return reader.failure("text", fault);
    return text;
}

// The characters of a URI (RFC 3986, 2) and the placeholders.
Expected<std::string> read_url(const TableReader& reader) {
    auto url = reader.optional_string("url");
    if (!url || url->empty())
        return url;
    const std::size_t colon = url->find(':');
    const auto scheme_char = [](char c) {
        return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    };
    if (colon == std::string::npos || !is_letter(url->front()) ||
        !std::all_of(url->begin(), url->begin() + static_cast<std::ptrdiff_t>(colon), scheme_char))
        return reader.failure("url", "must start with a scheme, as in \"imap://imap.example.com/{mailbox}\"");
    const bool sound = std::all_of(url->begin(), url->end(), [](char c) {
        return c > ' ' && c < 0x7f && std::string_view("\"<>\\^`|").find(c) == std::string_view::npos;
    });
    if (!sound)
        return reader.failure("url", "holds characters that no URL holds");
    if (url->size() > longest_notify_url)
        return reader.failure("url", fmt::format("must not be longer than {} octets", longest_notify_url));
    const std::array<std::string, 2> names = {"user", "mailbox"};
    if (const std::string fault = placeholder_fault(*url, names); !fault.empty())
        return reader.failure("url", fault);
    return url;
}

} // namespace

Expected<NotifyPolicy> read_notify(const toml::table& notify, std::string_view path,
                                   toml::source_index line) {
    const TableReader reader(notify, path, "notify", line);
    const std::array<std::string, 11> known = {
        "domains",       "type",       "subject", "text",        "url",        "most_per_delivery",
        "most_per_hour", "body_limit", "tries",   "queue_limit", "queue_hours"};
    const std::array<std::string, 2> types = {"normal", "headline"};
    NotifyPolicy policy;
    std::string type;
    Expected<void> read = reader.check_keys(known);
    const auto number = [&](std::string_view key, std::size_t least, std::size_t most, std::size_t& target) {
        return take(reader.integer(key, least, most, target), target, read);
    };
    const bool complete =
        read && take(read_domains(reader), policy.domains, read) &&
        take(reader.one_of("type", types, "normal"), type, read) &&
        take(read_subject(notify, reader, policy.subject), policy.subject, read) &&
        take(read_text(reader, policy.text), policy.text, read) && take(read_url(reader), policy.url, read) &&
        number("most_per_delivery", 1, 100, policy.most_per_delivery) &&
        number("most_per_hour", 1, 10'000, policy.most_per_hour) &&
        number("body_limit", 100, 60'000, policy.body_limit) && number("tries", 3, 10, policy.tries) &&
        number("queue_limit", 1, 100'000, policy.queue_limit) &&
        number("queue_hours", 1, 168, policy.queue_hours);
    if (!complete)
        return tl::make_unexpected(std::move(read.error()));
    policy.headline = type == "headline";
    return policy;
}

} // namespace columbarium::config
