// SPDX-License-Identifier: LGPL-2.1-or-later
// What some programs write before a text. Private to common/feed.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.hpp"

namespace columbarium::feed {

class ByteOrderMark {
  public:
    // Takes a text in pieces; returns them without UTF-8's mark at the beginning. Holds the first octets back
    // until it can tell. A permanent failure for a mark of UTF-16.
    [[nodiscard]] Expected<std::string_view> pass(std::string_view octets) {
        if (is_done_)
            return octets;
        begin_ += octets;
        std::string_view text = begin_;
        if (text.size() < mark.size())
            return std::string_view();
        if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
            return permanent_failure("is UTF-16; it has to be UTF-8");
        is_done_ = true;
        if (text.starts_with(mark))
            text.remove_prefix(mark.size());
        return text;
    }

    // What is held back when the text has ended.
    [[nodiscard]] std::string_view rest() const { return is_done_ ? std::string_view() : begin_; }

  private:
    static constexpr std::string_view mark = "\xef\xbb\xbf";
    std::string begin_;
    bool is_done_ = false;
};

} // namespace columbarium::feed
