// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the [xmpp] table of columbarium.toml.
#include "config/xmpp_account.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "config/syntax.hpp"
#include "config/toml_reader.hpp"
#include "config/xmpp_tables.hpp"

namespace columbarium::config {

namespace {

// Secrets stand in files of their own; the nearest name would be a poor answer to who writes one here. The
// text does not hold it.
Expected<void> check_xmpp_keys(const TableReader& reader) {
    for (const auto& [key, file] :
         {std::pair("password", "password_file"), std::pair("secret", "secret_file")})
        if (reader.has(key))
            return reader.failure(key,
                                  fmt::format("must not stand here: everybody may read this file. Put it "
                                              "into a file of its own and name that with {}",
                                              file));
    const std::array<std::string, 13> known = {"jid",
                                               "password_file",
                                               "component",
                                               "secret_file",
                                               "host",
                                               "port",
                                               "ca_file",
                                               "domains",
                                               "subscribe",
                                               "reconnect_seconds",
                                               "ping_seconds",
                                               "answer_seconds",
                                               "reconnect_limit_seconds"};
    return reader.check_keys(known);
}

Expected<std::string> read_file_name(const TableReader& reader, std::string_view key, bool required) {
    auto name = required ? reader.required_string(key) : reader.optional_string(key);
    if (name && !name->empty())
        if (const std::string_view fault = file_name_fault(*name); !fault.empty())
            return reader.failure(key, fault);
    return name;
}

Expected<void> read_client(const TableReader& reader, XmppAccount& account) {
    for (const char* key : {"component", "secret_file"})
        if (reader.has(key))
            return reader.failure(key, "is for a component; with jid this is a client account");
    Expected<void> read;
    account.kind = XmppAccount::Kind::client;
    const bool complete = take(reader.required_string("jid"), account.address, read) &&
                          take(read_file_name(reader, "password_file", true), account.secret_file, read) &&
                          take(read_file_name(reader, "ca_file", false), account.ca_file, read);
    if (!complete)
        return read;
    if (const std::string_view fault = bare_jid_fault(account.address); !fault.empty())
        return reader.failure("jid", fault);
    account.domains = {to_lower(std::string_view(account.address).substr(account.address.find('@') + 1))};
    return {};
}

// XP-23
Expected<void> read_component(const TableReader& reader, XmppAccount& account) {
    if (reader.has("password_file"))
        return reader.failure("password_file", "is for a client account; a component has secret_file");
    if (reader.has("ca_file"))
        return reader.failure("ca_file", "is for a client account: XEP-0114 knows no TLS");
    Expected<void> read;
    account.kind = XmppAccount::Kind::component;
    const bool complete = take(reader.required_string("component"), account.address, read) &&
                          take(read_file_name(reader, "secret_file", true), account.secret_file, read) &&
                          take(reader.required_string("host"), account.host, read);
    if (!complete)
        return read;
    if (!is_domain(account.address))
        return reader.failure("component", "must be a domain, as in \"notify.example.com\"");
    account.address = to_lower(account.address);
    if (!is_loopback(account.host))
        return reader.failure("host", "must be this machine (localhost, 127.0.0.1 or ::1): XEP-0114 knows no "
                                      "TLS");
    return {};
}

Expected<void> read_place(const TableReader& reader, XmppAccount& account) {
    Expected<void> read;
    std::size_t port = 0;
    if (!take(reader.optional_string("host"), account.host, read) ||
        !take(reader.integer("port", 1, 65'535, 0), port, read))
        return read;
    if (!account.host.empty() && !is_domain(account.host) && !is_ipv6(account.host))
        return reader.failure("host", "must be a host's name or an IP address, without brackets and port");
    if (port != 0 && account.host.empty())
        return reader.failure("port", "needs the key host beside it: without a host, DNS names the port");
    account.port = static_cast<std::uint16_t>(port);
    return {};
}

Expected<void> read_domains(const TableReader& reader, XmppAccount& account) {
    if (!reader.has("domains"))
        return {};
    Expected<void> read;
    if (!take(reader.string_list("domains"), account.domains, read))
        return read;
    for (std::string& domain : account.domains) {
        if (!is_domain(domain))
            return reader.failure("domains", fmt::format("\"{}\" is no domain", domain));
        domain = to_lower(domain);
    }
    return {};
}

Expected<void> read_times(const TableReader& reader, XmppAccount& account) {
    Expected<void> read;
    const auto seconds = [&](std::string_view key, std::size_t most, std::size_t& target) {
        return take(reader.integer(key, 1, most, target), target, read);
    };
    const bool complete = seconds("reconnect_seconds", 3'600, account.reconnect_seconds) &&
                          seconds("reconnect_limit_seconds", 86'400, account.reconnect_limit_seconds) &&
                          seconds("ping_seconds", 3'600, account.ping_seconds) &&
                          seconds("answer_seconds", 600, account.answer_seconds);
    if (!complete)
        return read;
    if (account.reconnect_limit_seconds >= account.reconnect_seconds)
        return {};
    if (reader.has("reconnect_limit_seconds"))
        return reader.failure(
            "reconnect_limit_seconds",
            fmt::format("must not be less than reconnect_seconds ({})", account.reconnect_seconds));
    account.reconnect_limit_seconds = account.reconnect_seconds;
    return {};
}

} // namespace

Expected<XmppAccount> read_xmpp(const toml::table& xmpp, std::string_view path, toml::source_index line) {
    const TableReader reader(xmpp, path, "xmpp", line);
    XmppAccount account;
    Expected<void> read = check_xmpp_keys(reader);
    if (read && !reader.has("jid") && !reader.has("component"))
        return reader.failure("jid", "is missing: a table [xmpp] has jid and password_file, or component and "
                                     "secret_file");
    if (read)
        read = reader.has("jid") ? read_client(reader, account) : read_component(reader, account);
    if (read)
        read = read_place(reader, account);
    if (read)
        read = read_domains(reader, account);
    if (read)
        read = read_times(reader, account);
    if (!read || !take(reader.boolean("subscribe", account.subscribe), account.subscribe, read))
        return tl::make_unexpected(std::move(read.error()));
    return account;
}

} // namespace columbarium::config
