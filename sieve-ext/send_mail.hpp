// SPDX-License-Identifier: LGPL-2.1-or-later
// Sending a message of ours as the host sends. Include this last.
#pragma once

#include <string>
#include <string_view>

#include "compat.hpp"

namespace columbarium::sieve {

enum class Sending {
    done,
    refused,   // for good
    not_now,   // certainly not handed over; it may go later
    uncertain, // the data was on its way, and no reply to it came
};

struct SendingResult {
    Sending sending = Sending::not_now;
    std::string said; // "" for done
};

// From an addr-spec, "" for the null sender, to one other; `message` from its offset to its end. Blocks until
// the server has answered.
[[nodiscard]] SendingResult send_mail(const sieve_script_env* senv, const std::string& sender,
                                      const std::string& recipient, istream* message);

// What the host's words for a failure mean.
[[nodiscard]] Sending meaning_of(int status, std::string_view error);

} // namespace columbarium::sieve
