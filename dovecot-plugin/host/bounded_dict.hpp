// SPDX-License-Identifier: LGPL-2.1-or-later
// One question to a dict, with an answer in time.
//
// Dovecot's drivers wait up to half a minute for a server. Here the redis and memcached drivers are told to
// wait no longer than there is time, and the dict service ("proxy:") is asked in the background and given up
// when the time is over. The drivers file and fs read local files and are waited for.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "host/host_dict.hpp"

namespace columbarium::host {

// The value under `prefix` followed by `name` ("priv/presence/", "me@example.com"); nothing where there is
// none. Takes no longer than `time`, and some milliseconds for the dust to settle. Temporary failures only.
// The dict is opened for this question and closed after it.
[[nodiscard]] Expected<std::optional<std::string>>
look_up_within(std::chrono::milliseconds time, const std::string& uri, const DictUser& user,
               const std::string& prefix, const std::string& name);

// The URI with its driver told to wait no longer than `time`; as it is where its driver knows no such
// parameter.
[[nodiscard]] std::string with_timeout(std::string_view uri, std::chrono::milliseconds time);

} // namespace columbarium::host
