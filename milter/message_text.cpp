// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/message_text.hpp"

#include <algorithm>

namespace columbarium::milter {

void MessageText::add(std::string_view octets) {
    text_.append(octets.substr(0, most_kept - text_.size()));
    size_ += octets.size();
}

void MessageText::add_field(std::string_view name, std::string_view body, bool has_leading_blank) {
    std::string field;
    field.reserve(name.size() + body.size() + 8);
    field.append(name) += has_leading_blank ? ":" : ": ";
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body[i] == '\n' && (i == 0 || body[i - 1] != '\r'))
            field += '\r';
        field += body[i];
    }
    add(field += "\r\n");
}

void MessageText::end_header() {
    add("\r\n");
}

void MessageText::add_body(std::string_view octets) {
    add(octets);
}

void MessageText::clear() {
    text_ = {};
    size_ = 0;
}

Expected<std::uint64_t> MessageText::size() {
    return size_;
}

Expected<std::size_t> MessageText::read(std::uint64_t offset, std::size_t length, std::string& buffer) {
    if (offset >= text_.size())
        return std::size_t{0};
    const std::size_t begin = static_cast<std::size_t>(offset);
    const std::size_t count = std::min(length, text_.size() - begin);
    buffer.append(text_, begin, count);
    return count;
}

} // namespace columbarium::milter
