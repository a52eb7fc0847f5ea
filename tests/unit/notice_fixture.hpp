// SPDX-License-Identifier: LGPL-2.1-or-later
// A site with people of all kinds, and mail to them.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/site_config.hpp"
#include "mail/message.hpp"
#include "mail/source.hpp"
#include "tombstone/notice.hpp"

namespace columbarium::tombstone {

inline void PrintTo(const Verdict& verdict, std::ostream* out) {
    *out << name_of(verdict);
    if (const auto* refuse = std::get_if<Refuse>(&verdict))
        *out << " " << refuse->reply;
    if (const auto* deliver = std::get_if<DeliverOn>(&verdict))
        *out << " " << deliver->address;
    if (const auto* forward = std::get_if<ForwardTo>(&verdict))
        *out << " " << forward->address;
    if (const auto* defer = std::get_if<Defer>(&verdict))
        *out << " " << defer->reply;
}

namespace test {

inline config::SiteConfig notice_site() {
    config::SiteConfig site;
    site.people.domains = {"cam.example.org", "cantab.example.org"};
    site.people.account_domain = "hermes.example.org";
    site.people.subaddress_delimiters = "+";
    return site;
}

inline Addressee addressee(std::string username, Resolution resolution, std::string name = {}) {
    Addressee addressee;
    addressee.username = std::move(username);
    addressee.disclosure = name.empty() ? config::Disclosure::address : config::Disclosure::address_and_name;
    addressee.full_name = std::move(name);
    addressee.is_own_account = std::holds_alternative<Forward>(resolution) &&
                               std::get<Forward>(resolution).address.ends_with("@hermes.example.org");
    addressee.resolution = std::move(resolution);
    return addressee;
}

// Somebody of the site, by his username: each name says what he is.
inline Recipient at_site(std::string_view username, std::string_view address = {}) {
    Recipient recipient;
    recipient.address = address.empty() ? fmt::format("{}@cam.example.org", username) : std::string(address);
    const std::string name(username);
    if (name == "account")
        recipient.addressee = addressee(name, Forward{"account@hermes.example.org"});
    else if (name == "forwards")
        recipient.addressee = addressee(name, Forward{"elsewhere@example.net"});
    else if (name == "gone")
        recipient.addressee = addressee(name, Reject{RejectReason::departed});
    else if (name == "fresh")
        recipient.addressee = addressee(name, Reject{RejectReason::no_address});
    else if (name == "unset")
        recipient.addressee = addressee(name, Reject{RejectReason::unset});
    else if (name == "silent") {
        recipient.addressee = addressee(name, ChangeOfAddress{"secret@example.com"});
        recipient.addressee->disclosure = config::Disclosure::nothing;
    } else if (name == "ann")
        recipient.addressee = addressee(name, ChangeOfAddress{"ann@new.example.com"}, "Ann Müller");
    else if (name.starts_with("left")) // left1, left2, ...
        recipient.addressee = addressee(name, ChangeOfAddress{name + "@new.example.com"});
    return recipient; // else nobody's
}

inline Transaction transaction_to(const std::vector<std::string>& usernames,
                                  std::string sender = "fred@example.net") {
    Transaction transaction;
    transaction.sender.address = std::move(sender);
    for (const std::string& username : usernames)
        transaction.recipients.push_back(at_site(username));
    return transaction;
}

// A message of a person to all recipients of the transaction.
inline std::string personal_to(const Transaction& transaction, std::string_view more_fields = {}) {
    std::string to;
    for (const Recipient& recipient : transaction.recipients)
        to += fmt::format("{}{}", to.empty() ? "" : ",\r\n ", recipient.address);
    return fmt::format("From: Fred <fred@example.net>\r\nTo: {}\r\nSubject: Lunch on Friday?\r\n"
                       "Message-ID: <1234@example.net>\r\nDate: Mon, 15 Jun 2026 10:00:00 +0000\r\n{}\r\n"
                       "Shall we?\r\n",
                       to, more_fields);
}

// A message in memory, with the text that it reads.
class Mail {
  public:
    explicit Mail(std::string text)
        : text_(std::move(text)), source_(text_),
          message_(source_, mail::Envelope{std::string("fred@example.net")}) {}
    mail::Message& operator*() { return message_; }

  private:
    std::string text_;
    mail::StringSource source_;
    mail::Message message_;
};

// A message that cannot be read.
class BrokenSource final : public mail::Source {
  public:
    Expected<std::uint64_t> size() override { return temporary_failure("the disk is gone"); }
    Expected<std::size_t> read(std::uint64_t, std::size_t, std::string&) override {
        return temporary_failure("the disk is gone");
    }
};

inline constexpr std::chrono::sys_seconds noon{std::chrono::seconds(1'781'524'800)}; // 2026-06-15 12:00

inline const std::string moved_to_ann =
    "550 5.1.6 The person of this address has moved: please write to ann@new.example.com";
inline const std::string moved_away =
    "550 5.1.6 The person of this address has moved to another one, and receives no mail here";

} // namespace test
} // namespace columbarium::tombstone
