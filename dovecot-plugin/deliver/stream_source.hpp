// SPDX-License-Identifier: LGPL-2.1-or-later
// The octets of a message in one of the host's streams.
#pragma once

#include "mail/source.hpp"

struct istream;

namespace columbarium::deliver {

// Reads a stream that can seek, from the offset on that it has now. The stream must outlive the source;
// rewind() sets it back to that offset.
class StreamSource final : public mail::Source {
  public:
    explicit StreamSource(istream* input);

    [[nodiscard]] Expected<std::uint64_t> size() override;
    [[nodiscard]] Expected<std::size_t> read(std::uint64_t offset, std::size_t length,
                                             std::string& buffer) override;

    void rewind();

  private:
    istream* input_;
    std::uint64_t start_;
};

} // namespace columbarium::deliver
