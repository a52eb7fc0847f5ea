// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the [submission] table of columbarium.toml.
#include "config/submission_place.hpp"

#include <array>
#include <utility>

#include "base/ascii.hpp"
#include "base/uri.hpp"
#include "config/reply_tables.hpp"
#include "config/syntax.hpp"
#include "config/toml_reader.hpp"

namespace columbarium::config {

namespace {

Expected<std::string> read_host(const TableReader& reader, std::string otherwise) {
    if (!reader.has("host"))
        return otherwise;
    auto host = reader.required_string("host");
    if (host && !is_domain(*host) && !is_ipv6(*host))
        return reader.failure("host", "must be a host's name or an IP address, without brackets and port");
    return host;
}

Expected<std::string> read_file_name(const TableReader& reader, std::string_view key) {
    auto name = reader.optional_string(key);
    if (name && !name->empty())
        if (const std::string_view fault = file_name_fault(*name); !fault.empty())
            return reader.failure(key, fault);
    return name;
}

Expected<void> check_together(const TableReader& reader, const SubmissionPlace& place) {
    if (!place.ca_file.empty() && !place.start_tls)
        return reader.failure("ca_file", "needs start_tls = true beside it");
    if (place.user.empty() != place.password_file.empty())
        return reader.failure(place.user.empty() ? "password_file" : "user",
                              place.user.empty() ? "needs the key user beside it"
                                                 : "needs the key password_file beside it");
    if (has_control(place.user))
        return reader.failure("user", "must not hold control characters");
    if (!place.user.empty() && !place.start_tls && !is_loopback(place.host))
        return reader.failure("user", "needs start_tls = true beside it, or a host that is this machine: the "
                                      "password would cross the network in the clear");
    return {};
}

} // namespace

Expected<SubmissionPlace> read_submission(const toml::table& submission, std::string_view path,
                                          toml::source_index line) {
    const TableReader reader(submission, path, "submission", line);
    if (reader.has("password"))
        return reader.failure("password", "must not stand here: everybody may read this file. Put it into a "
                                          "file of its own and name that with password_file");
    const std::array<std::string, 7> known = {"host", "port",          "start_tls", "ca_file",
                                              "user", "password_file", "seconds"};
    SubmissionPlace place;
    std::size_t port = place.port;
    Expected<void> read = reader.check_keys(known);
    const bool complete = read && take(read_host(reader, place.host), place.host, read) &&
                          take(reader.integer("port", 1, 65'535, port), port, read) &&
                          take(reader.boolean("start_tls", place.start_tls), place.start_tls, read) &&
                          take(read_file_name(reader, "ca_file"), place.ca_file, read) &&
                          take(reader.optional_string("user"), place.user, read) &&
                          take(read_file_name(reader, "password_file"), place.password_file, read) &&
                          take(reader.integer("seconds", 1, 600, place.seconds), place.seconds, read);
    if (complete)
        read = check_together(reader, place);
    if (!read)
        return tl::make_unexpected(std::move(read.error()));
    place.port = static_cast<std::uint16_t>(port);
    return place;
}

} // namespace columbarium::config
