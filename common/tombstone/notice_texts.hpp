// SPDX-License-Identifier: LGPL-2.1-or-later
// The replies of SMTP that the notice gives. ASCII, one line each. Private to common/tombstone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace columbarium::tombstone {

// For messages that may not be answered: senders of bulk mail learn no new address.
inline constexpr std::string_view moved =
    "550 5.1.6 The person of this address has moved to another one, and receives no mail here";

inline constexpr std::string_view loop_refusal =
    "554 5.4.6 This message comes round again: the forwarding address leads back here";

inline constexpr std::string_view cannot_answer_now =
    "451 4.3.0 The answer to this message cannot be sent now, try again later";

// For messages that qualify for a reply (DC-6): it names the address that the reply would tell. Without angle
// brackets: those belong to 551 and 251 (DC-3).
[[nodiscard]] std::string moved_to(std::string_view address);

// One refusal for several (RFC 5321 section 4.5.3.1.5: 512 octets): of those by moved_to(), one that names
// their addresses, each once, as many as there is room for. Where there is none, the first. `refusals` is not
// empty.
[[nodiscard]] std::string refusal_of_all(const std::vector<std::string_view>& refusals);

} // namespace columbarium::tombstone
