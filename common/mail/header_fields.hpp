// SPDX-License-Identifier: LGPL-2.1-or-later
// A block of fields "Name: value" with folding (RFC 5322 section 2.2): a message's header, the returned
// header of a report, the groups of a delivery status (RFC 3464 section 2.1).
//
// GMime can read a header only by building a whole message object: four times the time of what a triage of
// headers may cost. So the fields are split here, and GMime decodes the values.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/export.hpp"

namespace columbarium::mail {

// One field as it stands in the block.
struct HeaderField {
    std::string_view name; // without the colon and blanks before it
    std::string_view raw;  // the value, still folded and encoded, without the blanks around it
};

class COLUMBARIUM_API HeaderFields {
  public:
    HeaderFields() = default;

    // Splits `block` up to its first empty line or its end. Lines that are no field (a "From " line of an
    // mbox, rubbish) are passed over. Views point into `block`, which must outlive this object.
    explicit HeaderFields(std::string_view block);

    // Octets of the block that the fields took, with the empty line that ended them.
    [[nodiscard]] std::size_t length() const { return length_; }

    [[nodiscard]] const std::vector<HeaderField>& fields() const { return fields_; }

    // Whether a field of this name is there. Names are compared without regard to ASCII case.
    [[nodiscard]] bool has(std::string_view name) const;

    // The raw value of the first field of this name, or "".
    [[nodiscard]] std::string_view raw(std::string_view name) const;

    // The value of the first field of this name, unfolded, RFC 2047 decoded, valid UTF-8; or "".
    [[nodiscard]] std::string text(std::string_view name) const;

  private:
    std::vector<HeaderField> fields_;
    std::size_t length_ = 0;
};

// A raw value unfolded (RFC 5322 section 2.2.3): line ends are removed, runs of blanks at a fold become one.
[[nodiscard]] COLUMBARIUM_API std::string unfold(std::string_view raw);

// A raw value of unstructured text as people see it: unfolded, RFC 2047 decoded, valid UTF-8.
[[nodiscard]] COLUMBARIUM_API std::string decode_text(std::string_view raw);

} // namespace columbarium::mail
