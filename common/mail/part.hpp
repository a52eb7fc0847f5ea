// SPDX-License-Identifier: LGPL-2.1-or-later
// One MIME part of a message (RFC 2045, 2046).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/export.hpp"

typedef struct _GMimeObject GMimeObject;

namespace columbarium::mail {

// Parts of a message that are listed; a message with more is cut there.
inline constexpr std::size_t part_limit = 2000;

// Octets of a part whose text is kept once it is decoded.
inline constexpr std::size_t kept_text_limit = 64 * 1024;

// A view on a part; lives as long as its Message.
class COLUMBARIUM_API Part {
  public:
    Part(GMimeObject* object, int parent, int depth);

    // Index of the part that holds this one in the list it came from, or -1 for the top one.
    [[nodiscard]] int parent() const { return parent_; }

    // How deep it is nested: 0 for the top one. A message inside a message/rfc822 part is one deeper.
    [[nodiscard]] int depth() const { return depth_; }

    // "type/subtype" in lower case; "text/plain" where nothing valid is said (RFC 2045 section 5.2).
    [[nodiscard]] const std::string& content_type() const { return content_type_; }

    // A parameter of Content-Type, decoded (RFC 2231), or "".
    [[nodiscard]] std::string parameter(std::string_view name) const;

    // The file name by Content-Disposition, else by Content-Type's name, or "".
    [[nodiscard]] std::string filename() const;

    // Whether Content-Disposition is "attachment".
    [[nodiscard]] bool is_attachment() const;

    // Whether the part holds other parts (multipart/*), or a message (message/rfc822 and message/global).
    [[nodiscard]] bool is_multipart() const { return is_multipart_; }
    [[nodiscard]] bool is_message() const { return is_message_; }

    // The header of the message in a message/rfc822 part as text that HeaderFields reads; "" elsewhere.
    [[nodiscard]] std::string message_header() const;

    // How many parts a multipart holds; 0 for others. A multipart whose boundary never comes holds none.
    [[nodiscard]] int children() const;

    // The part's octets with the transfer encoding undone, at most `limit` of them. Of a multipart: what
    // stands before its first part. "" for messages.
    [[nodiscard]] std::string content(std::size_t limit) const;

    // The same as text in UTF-8: the charset undone as far as it is known, what cannot be read replaced, and
    // line ends LF. Many ask for it: the text of a part that is not larger than kept_text_limit is kept.
    [[nodiscard]] std::string text(std::size_t limit) const;

  private:
    GMimeObject* object_;
    std::string content_type_;
    int parent_;
    int depth_;
    bool is_multipart_;
    bool is_message_;
    mutable std::optional<std::string> kept_text_; // of the whole content
    mutable std::size_t kept_octets_ = 0;          // of that content
};

} // namespace columbarium::mail
