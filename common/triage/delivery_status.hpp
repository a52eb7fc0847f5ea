// SPDX-License-Identifier: LGPL-2.1-or-later
// The machine part of a delivery status notification: message/delivery-status (RFC 3464 section 2) and
// message/global-delivery-status (RFC 6533 section 3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace columbarium::triage {

// What happened to the message for a recipient, RFC 3464 section 2.3.3.
enum class Action { failed, delayed, delivered, relayed, expanded, unknown };

// The field's word for an action: "failed" ...; "" for unknown.
[[nodiscard]] std::string_view action_name(Action action);

// A per-recipient group of fields. Addresses are without their type ("rfc822;") and angle brackets, with the
// case of the local part kept; texts are unfolded, decoded and in UTF-8; what the group lacks is "".
struct RecipientStatus {
    std::string final_recipient;
    std::string original_recipient;
    Action action = Action::unknown;
    std::string status;     // as RFC 3463 writes it, "5.1.1"; "" where the field holds none
    std::string remote_mta; // without its type ("dns;")
    std::string diagnostic; // without its type ("smtp;")
};

struct DeliveryStatus {
    std::vector<RecipientStatus> recipients;
};

// Groups that are read; a report with more is cut there.
inline constexpr std::size_t recipient_limit = 1000;

// Reads the body of the part, or a text that holds such fields among others: the groups of gateways that
// forget the MIME type. Groups without any of Final-Recipient, Original-Recipient, Action and Status are
// passed over, so a text without fields gives no recipients.
[[nodiscard]] DeliveryStatus parse_delivery_status(std::string_view body);

} // namespace columbarium::triage
