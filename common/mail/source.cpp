// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mail/source.hpp"

namespace columbarium::mail {

Source::~Source() = default;

Expected<std::uint64_t> StringSource::size() {
    return text_.size();
}

Expected<std::size_t> StringSource::read(std::uint64_t offset, std::size_t length, std::string& buffer) {
    if (offset >= text_.size())
        return 0;
    const std::string_view piece = text_.substr(offset, length);
    buffer.append(piece);
    return piece.size();
}

} // namespace columbarium::mail
