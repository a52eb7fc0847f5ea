// SPDX-License-Identifier: LGPL-2.1-or-later
// A message as the MTA hands it over, piece by piece: its beginning in memory, the rest counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mail/source.hpp"

namespace columbarium::milter {

class MessageText final : public mail::Source {
  public:
    // Octets that are kept: what follows is not needed to tell that no reply may go out.
    explicit MessageText(std::size_t most) : most_(most) {}

    // A field: its name, and what stands behind the colon, folded with LF or CRLF. `has_leading_blank`: the
    // body is as it stood in the message; else one blank belongs before it.
    void add_field(std::string_view name, std::string_view body, bool has_leading_blank);
    void end_header();
    void add_body(std::string_view octets);

    // Whether anything was left out.
    [[nodiscard]] bool is_full() const { return size_ > text_.size(); }

    // Forgets all.
    void clear();

    [[nodiscard]] Expected<std::uint64_t> size() override;
    [[nodiscard]] Expected<std::size_t> read(std::uint64_t offset, std::size_t length,
                                             std::string& buffer) override;

  private:
    void add(std::string_view octets);

    std::size_t most_;
    std::string text_;
    std::uint64_t size_ = 0;
};

} // namespace columbarium::milter
