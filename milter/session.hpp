// SPDX-License-Identifier: LGPL-2.1-or-later
// One connection of the MTA's, and the message that is on its way there. It knows nothing of libmilter.
#pragma once

#include <string>
#include <string_view>

#include "milter/end_of_message.hpp"
#include "milter/message_text.hpp"
#include "milter/resources.hpp"
#include "tombstone/notice.hpp"

namespace columbarium::milter {

// What the MTA is told in the middle of a message.
struct Step {
    enum class Kind {
        go_on,
        accept, // nothing more of this message is wanted
        skip,   // nothing more of the body is wanted
        refuse,
        defer,
    };
    Kind kind = Kind::go_on;
    std::string reply; // of refuse and defer
};

class Session {
  public:
    explicit Session(Resources& resources);

    // MAIL: a new message, whatever was before. The path may stand in brackets.
    [[nodiscard]] Step sender(std::string_view path, bool is_authenticated);
    // RCPT, once for each. `name` is that of the message, for the log.
    [[nodiscard]] Step recipient(std::string_view path, const std::string& name);
    // DATA: accept where all recipients are others' or need nothing.
    [[nodiscard]] Step data() const;
    // The header's fields, in their order, see MessageText::add_field().
    void field(std::string_view name, std::string_view body, bool has_leading_blank);
    void end_of_header();
    [[nodiscard]] Step body(std::string_view octets);
    [[nodiscard]] Ending end_of_message(const std::string& name);
    // The message is not to be; the connection may go on.
    void abort();

  private:
    [[nodiscard]] Step undecided(std::string_view address, const std::string& name, std::string_view why);
    [[nodiscard]] bool is_rewritten(const tombstone::Verdict& verdict) const;

    Resources& resources_;
    tombstone::Transaction transaction_;
    MessageText text_;
    bool is_wanted_ = false;      // the message, for one recipient at least
    bool is_body_wanted_ = false; // and more of it than its header
};

} // namespace columbarium::milter
