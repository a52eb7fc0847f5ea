// SPDX-License-Identifier: LGPL-2.1-or-later
// A read-only view on one message, on GMime.
//
// A message is read in three steps, each only when it is asked for: the header; the head of the body, which
// is enough to tell what a message is; and the whole. What a step has read is kept. Work and memory are
// bounded by the constants below, whatever the message holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/export.hpp"
#include "mail/header_fields.hpp"
#include "mail/part.hpp"
#include "mail/source.hpp"

namespace columbarium::mail {

// Octets of header that are read; what follows in an endless header is not looked at.
inline constexpr std::size_t header_limit = 256 * 1024;

// Octets of message that are read to tell its class. The parts of a report that tell it come first (RFC 6522
// section 3), the returned message last.
inline constexpr std::size_t head_limit = 256 * 1024;

// Octets of message that are parsed where all parts are asked for.
inline constexpr std::size_t whole_limit = 64 * 1024 * 1024;

// What the transport said of the message.
struct Envelope {
    // The reverse-path (RFC 5321): "" is the null one; nothing where the transport did not say, and then
    // the Return-Path field stands for it.
    std::optional<std::string> sender;
};

class COLUMBARIUM_API Message {
  public:
    // The source must outlive the message. Reads nothing yet.
    explicit Message(Source& source, Envelope envelope = {});
    Message(const Message&) = delete; // holds a parsed tree; there is one view of one message
    Message& operator=(const Message&) = delete;
    ~Message();

    // Octets of the whole message.
    [[nodiscard]] Expected<std::uint64_t> size();

    // The fields of the top-level header. The pointer lives as long as the message.
    [[nodiscard]] Expected<const HeaderFields*> header();

    // The MIME parts in the order in which they stand, a container before its contents, from the first
    // head_limit octets of the message.
    [[nodiscard]] Expected<std::span<const Part>> head_parts();

    // The same from the first whole_limit octets: all parts of any message a server accepts.
    [[nodiscard]] Expected<std::span<const Part>> all_parts();

    // The envelope sender: as the transport said, else the Return-Path field's, else nothing. Without the
    // angle brackets; "" is the null reverse-path.
    [[nodiscard]] Expected<std::optional<std::string>> sender();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace columbarium::mail
