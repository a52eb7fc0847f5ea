// SPDX-License-Identifier: LGPL-2.1-or-later
// The body of a message/delivery-status part to its groups, and each status to its reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "triage/delivery_status.hpp"
#include "triage/failure_reason.hpp"
#include "triage/status_code.hpp"

using namespace columbarium::triage;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    const std::string_view body(reinterpret_cast<const char*>(data), octets); // NOLINT: octets are text here
    const DeliveryStatus status = parse_delivery_status(body);
    if (status.recipients.size() > recipient_limit)
        std::abort();
    for (const RecipientStatus& recipient : status.recipients) {
        static_cast<void>(action_name(recipient.action));
        static_cast<void>(reason_of_status(recipient.status));
        static_cast<void>(reason_in_text(recipient.diagnostic));
        // A status that was read from a field reads as itself.
        if (status_code_in_field(recipient.status) != recipient.status)
            std::abort();
    }
    static_cast<void>(status_of_reply_code(reply_code_in_text(body)));
    static_cast<void>(status_code_in_text(body));
    return 0;
}
