// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of columbarium.toml that are about presence and XMPP. Private to common/config.
#pragma once

#include <string_view>

#include <toml++/toml.h>

#include "base/expected.hpp"
#include "config/notify_policy.hpp"
#include "config/presence_policy.hpp"
#include "config/xmpp_account.hpp"

namespace columbarium::config {

// Each reads one table; `line` is where it starts. What the headers of the values say is checked; keys that
// are missing have the values that stand there.
[[nodiscard]] Expected<PresencePolicy> read_presence(const toml::table& presence, std::string_view path,
                                                     toml::source_index line);
[[nodiscard]] Expected<XmppAccount> read_xmpp(const toml::table& xmpp, std::string_view path,
                                              toml::source_index line);
[[nodiscard]] Expected<NotifyPolicy> read_notify(const toml::table& notify, std::string_view path,
                                                 toml::source_index line);

} // namespace columbarium::config
