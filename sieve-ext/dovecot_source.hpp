// SPDX-License-Identifier: LGPL-2.1-or-later
// The octets of the message that a Sieve script works on.
#pragma once

#include "mail/source.hpp"

struct istream;
struct mail;
struct sieve_message_context;

namespace columbarium::sieve {

// Reads one mail of the host, as it was when the script came to it or as it came.
class MailSource final : public mail::Source {
  public:
    // The mail must outlive all reads.
    explicit MailSource(struct mail* mail) : mail_(mail) {}

    [[nodiscard]] Expected<std::uint64_t> size() override;
    [[nodiscard]] Expected<std::size_t> read(std::uint64_t offset, std::size_t length,
                                             std::string& buffer) override;

  private:
    struct mail* mail_;
};

// Reads the message as the script has made it so far: as it came, edited, or replaced by a filter program.
//
// The host's stream is asked for at each read and never kept: an edit replaces it, and the end of the message
// destroys it. Asking is cheap, the host keeps the open stream.
class DovecotSource final : public mail::Source {
  public:
    // The context must outlive all reads, not this object.
    explicit DovecotSource(sieve_message_context* msgctx) : msgctx_(msgctx) {}

    [[nodiscard]] Expected<std::uint64_t> size() override;
    [[nodiscard]] Expected<std::size_t> read(std::uint64_t offset, std::size_t length,
                                             std::string& buffer) override;

  private:
    sieve_message_context* msgctx_;
};

} // namespace columbarium::sieve
