// SPDX-License-Identifier: LGPL-2.1-or-later
// What the reverse-path tells against a reply, for callers who know the own addresses already.
#pragma once

#include <vector>

#include "config/reply_policy.hpp"
#include "reply/known_addresses.hpp"
#include "reply/objections.hpp"

namespace columbarium::reply {

// `own`: the question's recipients and their own addresses.
[[nodiscard]] std::vector<Objection> objections_to_sender(const Question& question, const KnownAddresses& own,
                                                          const config::ReplyPolicy& policy);

} // namespace columbarium::reply
