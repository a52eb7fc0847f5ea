// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the bytes of a message come from: a Dovecot input stream, a file, a string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/export.hpp"

namespace columbarium::mail {

// Random access to the octets of one message. Line ends may be LF or CRLF. The message must not change
// while a Source reads it.
class COLUMBARIUM_API Source {
  public:
    Source() = default;
    Source(const Source&) = delete; // a position in somebody's stream cannot be shared
    Source& operator=(const Source&) = delete;
    virtual ~Source();

    // Octets of the whole message, or a temporary failure.
    [[nodiscard]] virtual Expected<std::uint64_t> size() = 0;

    // Appends up to `length` octets from `offset` on to `buffer`; returns how many. Fewer than `length`, or
    // 0, only at the end of the message.
    [[nodiscard]] virtual Expected<std::size_t> read(std::uint64_t offset, std::size_t length,
                                                     std::string& buffer) = 0;
};

// A message that stands in memory. The text must outlive the source.
class COLUMBARIUM_API StringSource final : public Source {
  public:
    explicit StringSource(std::string_view text) : text_(text) {}

    [[nodiscard]] Expected<std::uint64_t> size() override;
    [[nodiscard]] Expected<std::size_t> read(std::uint64_t offset, std::size_t length,
                                             std::string& buffer) override;

  private:
    std::string_view text_;
};

} // namespace columbarium::mail
