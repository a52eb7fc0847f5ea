// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config/destinations.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/nearest.hpp"
#include "base/utf8.hpp"
#include "config/toml_reader.hpp"

namespace columbarium::config {

namespace {

constexpr std::size_t most_per_hour = 1'000'000;

// ATOM-CHAR of RFC 3501 section 9; a keyword is an atom.
bool is_atom_char(char c) {
    return is_ascii(c) && !is_control(c) && std::string_view("(){ %*\"\\]").find(c) == std::string_view::npos;
}

// atext of RFC 5322 section 3.2.3.
bool is_atext(char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// One or more pieces of `allowed` characters with single dots between them.
bool is_dotted(std::string_view text, bool (*allowed)(char)) {
    if (text.empty() || text.front() == '.' || text.back() == '.' ||
        text.find("..") != std::string_view::npos)
        return false;
    return std::all_of(text.begin(), text.end(), [&](char c) { return c == '.' || allowed(c); });
}

// What is wrong with an address to forward to, or "". Local parts in quotes, which RFC 5321 section 4.1.2
// asks hosts to avoid, are not taken.
std::string_view address_fault(std::string_view address) {
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos)
        return "must be an address with a domain, as in help@example.org";
    const std::string_view local = address.substr(0, at);
    const std::string_view domain = address.substr(at + 1);
    if (local.size() > 64 || domain.size() > 255) // RFC 5321 section 4.5.3.1
        return "is too long for an address";
    if (!is_dotted(local, is_atext))
        return "has a local part that is no dot-atom (only the bare address, without name and <>)";
    const auto domain_char = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
    const auto literal_char = [](char c) {
        return is_letter(c) || is_digit(c) || c == ':' || c == '.' || c == '-';
    };
    const bool literal = domain.size() > 2 && domain.front() == '[' && domain.back() == ']';
    const bool sound = literal ? std::all_of(domain.begin() + 1, domain.end() - 1, literal_char)
                               : is_dotted(domain, domain_char);
    return sound ? std::string_view() : "has a domain that is no host name";
}

// A system flag that a client may set (RFC 3501 section 2.3.2) in its usual spelling, or "".
std::string_view settable_flag(std::string_view flag) {
    for (const std::string_view known : {"\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"})
        if (equals_ignoring_case(flag, known))
            return known;
    return {};
}

Expected<std::vector<std::string>> read_flags(const TableReader& reader) {
    std::vector<std::string> flags;
    const auto system_flags = reader.string_list("flags");
    if (!system_flags)
        return tl::make_unexpected(system_flags.error());
    for (const std::string& flag : *system_flags) {
        const std::string_view known = settable_flag(flag);
        if (known.empty())
            return reader.failure("flags",
                                  fmt::format("\"{}\" is no flag that can be set; use \\\\Seen, "
                                              "\\\\Answered, \\\\Flagged, \\\\Deleted, \\\\Draft, or "
                                              "the key keywords",
                                              flag));
        flags.emplace_back(known);
    }
    const auto keywords = reader.string_list("keywords");
    if (!keywords)
        return tl::make_unexpected(keywords.error());
    for (const std::string& keyword : *keywords) {
        if (keyword.empty() || !std::all_of(keyword.begin(), keyword.end(), is_atom_char))
            return reader.failure("keywords", fmt::format("\"{}\" is no IMAP keyword: ASCII without blanks "
                                                          "and without ( ) {{ % * \" \\ ]",
                                                          keyword));
        flags.push_back(keyword);
    }
    return flags;
}

// What is wrong with a mailbox name for every storage and separator; "" for nothing.
std::string_view mailbox_fault(std::string_view name) {
    constexpr std::size_t longest = 255; // octets; what file systems take for a name
    if (has_control(name))
        return "must not hold control characters";
    if (trim(name).empty())
        return "must not be blank";
    if (name == ".." || name.starts_with("../") || name.ends_with("/..") || name.find("/../") != name.npos)
        return "must not hold the part \"..\"";
    if (name.size() > longest)
        return "must not be longer than 255 octets";
    return {};
}

Expected<Bucket> read_bucket(const TableReader& reader) {
    const std::array<std::string, 7> known = {"kind",   "mailbox", "flags",         "keywords",
                                              "create", "answer",  "record_bounces"};
    if (const auto checked = reader.check_keys(known); !checked)
        return tl::make_unexpected(checked.error());
    Bucket bucket;
    auto mailbox = reader.required_string("mailbox");
    if (!mailbox)
        return tl::make_unexpected(mailbox.error());
    if (const std::string_view fault = mailbox_fault(*mailbox); !fault.empty())
        return reader.failure("mailbox", fault);
    bucket.mailbox = std::move(*mailbox);
    auto flags = read_flags(reader);
    if (!flags)
        return tl::make_unexpected(flags.error());
    bucket.flags = std::move(*flags);
    const auto create = reader.boolean("create", bucket.create);
    if (!create)
        return tl::make_unexpected(create.error());
    bucket.create = *create;
    return bucket;
}

Expected<std::string> read_forward_to(const TableReader& reader) {
    auto address = reader.optional_string("forward_to");
    if (address && !address->empty())
        if (const std::string_view fault = address_fault(*address); !fault.empty())
            return reader.failure("forward_to", fault);
    return address;
}

Expected<std::string> read_channel_mailbox(const TableReader& reader) {
    auto mailbox = reader.optional_string("mailbox");
    if (mailbox && !mailbox->empty())
        if (const std::string_view fault = mailbox_fault(*mailbox); !fault.empty())
            return reader.failure("mailbox", fault);
    return mailbox;
}

// Names of tokens, none twice. Whether there are such tokens, check_references() tells.
Expected<std::vector<std::string>> read_token_names(const TableReader& reader) {
    auto names = reader.string_list("tokens");
    if (!names)
        return names;
    for (auto name = names->begin(); name != names->end(); ++name)
        if (std::any_of(names->begin(), name,
                        [&](const std::string& earlier) { return equals_ignoring_case(earlier, *name); }))
            return reader.failure("tokens", fmt::format("holds \"{}\" twice", printable(*name)));
    return names;
}

Expected<Channel> read_channel(const TableReader& reader) {
    const std::array<std::string, 8> known = {"kind",   "forward_to", "mailbox", "original",
                                              "tokens", "per_hour",   "answer",  "record_bounces"};
    const std::array<std::string, 2> originals = {"attached", "inline"};
    Channel channel;
    std::string original;
    Expected<void> read = reader.check_keys(known);
    const bool complete =
        read && take(read_forward_to(reader), channel.forward_to, read) &&
        take(read_channel_mailbox(reader), channel.mailbox, read) &&
        take(reader.one_of("original", originals, "attached"), original, read) &&
        take(read_token_names(reader), channel.tokens, read) &&
        take(reader.integer("per_hour", 0, most_per_hour, channel.per_hour), channel.per_hour, read);
    if (!complete)
        return tl::make_unexpected(std::move(read.error()));
    if (channel.forward_to.empty() && channel.mailbox.empty())
        return reader.failure("forward_to", "is missing: a channel needs forward_to, where its mail goes, or "
                                            "mailbox, where it waits");
    channel.original = original == "inline" ? Channel::Original::as_inline : Channel::Original::attached;
    return channel;
}

Expected<std::variant<Bucket, Channel>> read_kind(const TableReader& reader) {
    const auto kind = reader.required_string("kind");
    if (!kind)
        return tl::make_unexpected(kind.error());
    if (*kind == "bucket")
        return read_bucket(reader);
    if (*kind == "channel")
        return read_channel(reader);
    const std::array<std::string, 2> kinds = {"bucket", "channel"};
    const std::string nearest = nearest_name(*kind, kinds);
    return reader.failure(
        "kind", nearest.empty() ? fmt::format("unknown kind \"{}\"; known: bucket, channel", *kind)
                                : fmt::format("unknown kind \"{}\"; did you mean \"{}\"?", *kind, nearest));
}

Expected<Destination> read_destination(std::string name, const TableReader& reader) {
    Destination destination;
    destination.name = std::move(name);
    Expected<void> read;
    const bool complete = take(read_kind(reader), destination.kind, read) &&
                          take(reader.optional_string("answer"), destination.answer, read) &&
                          take(reader.boolean("record_bounces", false), destination.records_bounces, read);
    if (!complete)
        return tl::make_unexpected(std::move(read.error()));
    return destination;
}

// "unknown answer "x"; did you mean ..." or the names that there are.
std::string unknown_text(std::string_view what, std::string_view table, std::string_view name,
                         const std::vector<std::string>& known) {
    std::string text = fmt::format("there is no {} \"{}\"", what, printable(name));
    if (const std::string nearest = nearest_name(name, known); !nearest.empty())
        return text + fmt::format("; did you mean \"{}\"?", nearest);
    if (known.empty())
        return text + fmt::format("; it needs its table, [{}.{}]", table, printable(name));
    return text + fmt::format("; known: {}", fmt::join(known, ", "));
}

// A failure at a key of a destination.
tl::unexpected<Error> reference_failure(const toml::table& file, std::string_view path,
                                        const Destination& destination, std::string_view key,
                                        std::string_view text) {
    const auto node = file["destinations"][destination.name][key];
    const toml::source_index line = node.node() == nullptr ? 0 : node.node()->source().begin.line;
    return config_failure(path, line, fmt::format("destinations.{}.{}", destination.name, key), text);
}

} // namespace

Expected<std::vector<Destination>> read_destinations(const toml::table& destinations, std::string_view path) {
    std::vector<Destination> list;
    for (const toml::key* key : keys_in_file_order(destinations)) {
        const std::string name(key->str());
        const std::string full_key = fmt::format("destinations.{}", name);
        const toml::source_index line = key->source().begin.line;
        if (name.empty() || has_control(name))
            return config_failure(path, line, "destinations",
                                  "a name must not be empty or hold control characters");
        const toml::table* table = destinations.get(name)->as_table();
        if (table == nullptr)
            return config_failure(path, line, full_key, "must be a table, as in [destinations.returns]");
        const auto same = std::find_if(list.begin(), list.end(), [&](const Destination& other) {
            return equals_ignoring_case(other.name, name);
        });
        if (same != list.end())
            return config_failure(
                path, line, full_key,
                fmt::format("there is \"{}\" already; names must differ in more than case", same->name));
        auto destination = read_destination(name, TableReader(*table, path, full_key, line));
        if (!destination)
            return tl::make_unexpected(destination.error());
        list.push_back(std::move(*destination));
    }
    return list;
}

Expected<void> check_references(const SiteConfig& config, const toml::table& file, std::string_view path) {
    std::vector<std::string> answers;
    for (const DeskAnswer& answer : config.answers)
        answers.push_back(answer.name);
    std::vector<std::string> tokens;
    for (const TokenPattern& token : config.triage.tokens)
        tokens.push_back(token.name);
    const auto is_known = [](const std::vector<std::string>& names, const std::string& name) {
        return std::ranges::any_of(
            names, [&](const std::string& known) { return equals_ignoring_case(known, name); });
    };
    for (const Destination& destination : config.destinations) {
        if (!destination.answer.empty() && !is_known(answers, destination.answer))
            return reference_failure(file, path, destination, "answer",
                                     unknown_text("answer", "answers", destination.answer, answers));
        const auto* const channel = std::get_if<Channel>(&destination.kind);
        if (channel == nullptr)
            continue;
        for (const std::string& token : channel->tokens)
            if (!is_known(tokens, token))
                return reference_failure(file, path, destination, "tokens",
                                         unknown_text("token", "triage.tokens", token, tokens));
    }
    return {};
}

} // namespace columbarium::config
