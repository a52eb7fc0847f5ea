// SPDX-License-Identifier: LGPL-2.1-or-later
// The classes of a message: the fact "class".
//
// Headers settle what they can. The body is read only where the message may be a report of a mail system:
// by structure where it follows RFC 6522, else by the signatures of notice_signature.hpp. Who seems to speak
// decides how much a signature must prove.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "mail/message.hpp"
#include "triage/delivery_status.hpp"
#include "triage/finding.hpp"
#include "triage/header_signs.hpp"
#include "triage/notice.hpp"

namespace columbarium::triage {

// Values of "class".
inline constexpr std::string_view class_bounce = "bounce";
inline constexpr std::string_view class_delay_notice = "delay-notice";
inline constexpr std::string_view class_delivery_receipt = "delivery-receipt";
inline constexpr std::string_view class_read_receipt = "read-receipt";
inline constexpr std::string_view class_auto_reply = "auto-reply";
inline constexpr std::string_view class_auto_generated = "auto-generated";
inline constexpr std::string_view class_mailing_list = "mailing-list";
inline constexpr std::string_view class_bulk = "bulk";
inline constexpr std::string_view class_abuse_report = "abuse-report";
inline constexpr std::string_view class_personal = "personal";

struct Classification {
    HeaderSigns signs;
    std::vector<Finding> classes; // at least one
    std::optional<Notice> notice; // where the body was read
    DeliveryStatus status;        // the groups of a delivery status, as far as they were found
    bool failed = false;          // class bounce holds
    bool delayed = false;         // class delay-notice holds
};

// A temporary failure where the message could not be read.
[[nodiscard]] Expected<Classification> classify(mail::Message& message);

} // namespace columbarium::triage
