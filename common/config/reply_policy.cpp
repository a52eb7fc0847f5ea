// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the [reply] table of columbarium.toml.
#include "config/reply_policy.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "config/reply_tables.hpp"
#include "config/syntax.hpp"
#include "config/toml_reader.hpp"
#include "mail/address.hpp"

namespace columbarium::config {

namespace {

constexpr std::size_t highest_cap = 10'000'000;

// An address, "@domain" or "local@".
std::string_view prepare_never(std::string& sender) {
    constexpr std::string_view fault = "must be an address, \"@domain\" or \"local-part@\"";
    if (sender.starts_with('@')) {
        std::string domain = sender.substr(1);
        const std::string_view domain_fault = prepare_mail_domain(domain);
        sender = "@" + domain;
        return domain_fault;
    }
    const bool is_local = sender.ends_with('@');
    const std::string folded = mail::fold_address(is_local ? sender + "x.example" : sender);
    if (folded.empty())
        return fault;
    sender = is_local ? folded.substr(0, folded.rfind('@') + 1) : folded;
    return {};
}

} // namespace

Expected<ReplyPolicy> read_reply(const toml::table& reply, std::string_view path, toml::source_index line) {
    const TableReader reader(reply, path, "reply", line);
    const std::array<std::string, 10> known = {
        "interval_days", "authenticated_only", "authserv_ids", "addressed_only",  "addressed_domains",
        "never",         "message_kib",        "per_hour",     "per_domain_hour", "per_sender_day"};
    ReplyPolicy policy;
    Expected<void> read = reader.check_keys(known);
    const auto number = [&](std::string_view key, std::size_t least, std::size_t most, std::size_t& target) {
        return take(reader.integer(key, least, most, target), target, read);
    };
    const bool complete =
        read && number("interval_days", 1, 366, policy.interval_days) &&
        take(reader.boolean("authenticated_only", policy.authenticated_only), policy.authenticated_only,
             read) &&
        take(prepared_list(reader, "authserv_ids", prepare_authserv_id), policy.authserv_ids, read) &&
        take(reader.boolean("addressed_only", policy.addressed_only), policy.addressed_only, read) &&
        take(prepared_list(reader, "addressed_domains", prepare_mail_domain), policy.addressed_domains,
             read) &&
        take(prepared_list(reader, "never", prepare_never), policy.never, read) &&
        number("message_kib", 1, 1'048'576, policy.message_kib) &&
        number("per_hour", 0, highest_cap, policy.per_hour) &&
        number("per_domain_hour", 0, highest_cap, policy.per_domain_hour) &&
        number("per_sender_day", 0, highest_cap, policy.per_sender_day);
    if (!complete)
        return tl::make_unexpected(std::move(read.error()));
    if (policy.authenticated_only && policy.authserv_ids.empty())
        return reader.failure(reader.has("authserv_ids") ? "authserv_ids" : "authenticated_only",
                              "needs the names of who checks senders: authserv_ids = [\"mx.example.org\"]");
    return policy;
}

} // namespace columbarium::config
