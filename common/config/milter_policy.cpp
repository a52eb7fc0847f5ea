// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the [milter] table of columbarium.toml.
#include "config/milter_policy.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "config/reply_tables.hpp"
#include "config/syntax.hpp"
#include "config/toml_reader.hpp"

namespace columbarium::config {

namespace {

// What is wrong with "8891@127.0.0.1", "" for nothing.
std::string_view port_fault(std::string_view text) {
    const std::size_t at = text.find('@');
    const std::string_view port = text.substr(0, at);
    const bool is_number = !port.empty() && port.size() <= 5 && std::ranges::all_of(port, is_digit);
    if (!is_number || std::stoul(std::string(port)) == 0 || std::stoul(std::string(port)) > 65'535)
        return "must have a port from 1 to 65535, as in \"inet:8891@127.0.0.1\"";
    if (at == std::string_view::npos)
        return "must name the host beside the port, as in \"inet:8891@127.0.0.1\": without it everybody "
               "could "
               "connect";
    std::string host(text.substr(at + 1));
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    return is_domain(host) || is_ipv6(host) ? std::string_view() : "has a host that is none";
}

// libmilter's forms, smfi_setconn().
std::string_view socket_fault(std::string_view socket) {
    for (const std::string_view kind : {"unix:", "local:"})
        if (socket.starts_with(kind))
            return file_name_fault(socket.substr(kind.size()));
    for (const std::string_view kind : {"inet:", "inet6:"})
        if (socket.starts_with(kind))
            return port_fault(socket.substr(kind.size()));
    return "must be \"unix:/path/of/socket\" or \"inet:port@host\"";
}

Expected<std::string> read_socket(const TableReader& reader, std::string otherwise) {
    if (!reader.has("socket"))
        return otherwise;
    auto socket = reader.required_string("socket");
    if (socket)
        if (const std::string_view fault = socket_fault(*socket); !fault.empty())
            return reader.failure("socket", fault);
    return socket;
}

} // namespace

Expected<MilterPolicy> read_milter(const toml::table& milter, std::string_view path,
                                   toml::source_index line) {
    const TableReader reader(milter, path, "milter", line);
    const std::array<std::string, 5> known = {"socket", "on_error", "forwarding", "mixed", "connections"};
    const std::array<std::string, 2> errors = {"tempfail", "accept"};
    const std::array<std::string, 2> forwardings = {"rewrite", "leave"};
    const std::array<std::string, 2> mixtures = {"report", "drop"};
    MilterPolicy policy;
    std::string on_error;
    std::string forwarding;
    std::string mixed;
    Expected<void> read = reader.check_keys(known);
    const bool complete =
        read && take(read_socket(reader, policy.socket), policy.socket, read) &&
        take(reader.one_of("on_error", errors, "tempfail"), on_error, read) &&
        take(reader.one_of("forwarding", forwardings, "rewrite"), forwarding, read) &&
        take(reader.one_of("mixed", mixtures, "report"), mixed, read) &&
        take(reader.integer("connections", 1, 256, policy.connections), policy.connections, read);
    if (!complete)
        return tl::make_unexpected(std::move(read.error()));
    policy.on_error = on_error == "accept" ? MilterPolicy::OnError::accept : MilterPolicy::OnError::tempfail;
    policy.forwarding =
        forwarding == "leave" ? MilterPolicy::Forwarding::leave : MilterPolicy::Forwarding::rewrite;
    policy.mixed = mixed == "drop" ? MilterPolicy::Mixed::drop : MilterPolicy::Mixed::report;
    return policy;
}

} // namespace columbarium::config
