// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of columbarium.toml that are about automatic replies. Private to common/config.
#pragma once

#include <string_view>

#include <toml++/toml.h>

#include "base/expected.hpp"
#include "config/milter_policy.hpp"
#include "config/notice_policy.hpp"
#include "config/reply_policy.hpp"
#include "config/submission_place.hpp"

namespace columbarium::config {

// Each reads one table; `line` is where it starts. What the headers of the values say is checked; keys that
// are missing have the values that stand there.
[[nodiscard]] Expected<ReplyPolicy> read_reply(const toml::table& reply, std::string_view path,
                                               toml::source_index line);
[[nodiscard]] Expected<NoticePolicy> read_tombstone(const toml::table& tombstone, std::string_view path,
                                                    toml::source_index line);
[[nodiscard]] Expected<SubmissionPlace> read_submission(const toml::table& submission, std::string_view path,
                                                        toml::source_index line);
[[nodiscard]] Expected<MilterPolicy> read_milter(const toml::table& milter, std::string_view path,
                                                 toml::source_index line);

} // namespace columbarium::config
