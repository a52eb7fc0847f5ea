// SPDX-License-Identifier: LGPL-2.1-or-later
// One connection of the MTA's, and the message that is on its way there. It knows nothing of libmilter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
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

// A path of MAIL or RCPT. MTAs take more spellings than RFC 5321 has: what counts is what they make of it.
struct Path {
    std::string_view given;    // as the client wrote it, with or without brackets
    std::string_view resolved; // the macro {mail_addr} or {rcpt_addr}; "" where the MTA does not send it
};

// The address of a path: the resolved one, where that has a domain; else the given one without its brackets,
// blanks around it, source route, and dots behind its domain. "" of the null path.
[[nodiscard]] std::string address_of(const Path& path);

class Session {
  public:
    explicit Session(Resources& resources);

    // MAIL: a new message, whatever was before.
    void sender(const Path& path, bool is_authenticated);
    // RCPT, once for each. `is_report_wanted`: whether the client wants to hear of a failure (RFC 3461
    // section 4.1). `name` is that of the message, for the log. Where the recipient's mail is forwarded to
    // another person of the site, what becomes of it is decided by that one, and so on: at the end of ten
    // steps the recipient is refused (CA-14).
    [[nodiscard]] Step recipient(const Path& path, bool is_report_wanted, const std::string& name);
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
    struct Accepted {
        std::string path; // as RCPT said, without brackets: that is how the MTA takes him off again
        bool is_report_wanted = true;
    };
    // Who gets the mail to an address in the end.
    struct Found {
        std::optional<tombstone::Addressee> addressee; // nothing: not ours
        bool is_circle = false;
    };

    [[nodiscard]] Expected<Found> find(std::string address);
    void accept(tombstone::Recipient recipient, const Path& path, bool is_report_wanted);
    [[nodiscard]] bool is_lenient() const;
    void log(bool is_warning, std::string_view address, const std::string& name, std::string_view what) const;
    [[nodiscard]] bool is_rewritten(const tombstone::Verdict& verdict) const;

    Resources& resources_;
    tombstone::Transaction transaction_; // with resolved addresses
    std::vector<Accepted> accepted_;     // one for each of its recipients
    MessageText text_;
    bool is_wanted_ = false;      // the message, for one recipient at least
    bool is_body_wanted_ = false; // and more of it than its header
};

} // namespace columbarium::milter
