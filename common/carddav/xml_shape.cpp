// SPDX-License-Identifier: LGPL-2.1-or-later
// Looks over an XML text before the parser does, which makes a tree of it: 64 MB of "<a/>" would be a GB.
#include "carddav/multistatus.hpp"

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace columbarium::carddav {

namespace {

class Shape {
  public:
    explicit Shape(std::string_view text) : text_(text) {}

    // "" or what is wrong.
    std::string look_over() {
        while (fault_.empty()) {
            at_ = text_.find('<', at_);
            if (at_ == std::string_view::npos)
                break;
            take_markup();
            if (nodes_ > xml_node_limit)
                return fmt::format("it has more than {} nodes", xml_node_limit);
        }
        return fault_;
    }

  private:
    bool starts_with(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }

    void skip_past(std::string_view end) {
        const std::size_t found = text_.find(end, at_);
        at_ = found == std::string_view::npos ? text_.size() : found + end.size();
    }

    void take_markup() {
        ++nodes_;
        if (starts_with("<!--"))
            skip_past("-->");
        else if (starts_with("<![CDATA["))
            skip_past("]]>");
        else if (starts_with("<!"))
            fault_ = "it has a document type declaration";
        else if (starts_with("<?"))
            skip_past("?>");
        else if (starts_with("</")) {
            --nodes_;
            --depth_;
            skip_past(">");
        } else
            take_start_tag();
    }

    // A ">" in a quoted value does not end the tag.
    void take_start_tag() {
        std::size_t attributes = 0;
        char quote = '\0';
        char before = '\0';
        for (++at_; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (quote != '\0') {
                if (c == quote)
                    quote = '\0';
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '=' && ++attributes > xml_attribute_limit) {
                fault_ = fmt::format("an element has more than {} attributes", xml_attribute_limit);
                return;
            } else if (c == '>') {
                if (before != '/' && ++depth_ > xml_depth_limit)
                    fault_ = fmt::format("its elements are nested more than {} deep", xml_depth_limit);
                ++at_;
                return;
            }
            before = c;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t nodes_ = 0;
    int depth_ = 0;
    std::string fault_;
};

} // namespace

std::string fault_of_shape(std::string_view text) {
    return Shape(text).look_over();
}

} // namespace columbarium::carddav
