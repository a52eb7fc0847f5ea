// SPDX-License-Identifier: LGPL-2.1-or-later
#include "deliver/submit.hpp"

#include "host/data_stack_frame.hpp"

#include "delivery_access.hpp"

namespace columbarium::deliver {

namespace {

using tombstone::Handed;

// Frees what smtp_submit_init_simple() made.
class Submission {
  public:
    Submission(const Way& way, const smtp_address* reverse_path) {
        if (way.user != nullptr)
            mail_user_init_ssl_client_settings(way.user, &tls_);
        else
            host::fill_tls_settings(&tls_);
        smtp_submit_input input{};
        input.ssl = &tls_;
        input.event_parent = way.parent;
        input.allow_root = true;                       // LMTP is root while it talks
        smtp_submit_settings settings = *way.settings; // the host makes its own copy
        if (way.most_seconds != 0 &&
            (settings.submission_timeout == 0 || way.most_seconds < settings.submission_timeout))
            settings.submission_timeout = way.most_seconds;
        submission_ = smtp_submit_init_simple(&input, &settings, reverse_path);
    }
    Submission(const Submission&) = delete;
    Submission& operator=(const Submission&) = delete;
    ~Submission() { smtp_submit_deinit(&submission_); }

    // False where the message could not be read: it must not go out in part.
    [[nodiscard]] bool fill(const Mail& mail) {
        ostream* output = smtp_submit_send(submission_);
        o_stream_nsend(output, mail.head.data(), mail.head.size());
        if (mail.rest != nullptr)
            o_stream_nsend_istream(output, mail.rest);
        return output->stream_errno == 0 && (mail.rest == nullptr || mail.rest->stream_errno == 0);
    }

    [[nodiscard]] smtp_submit* get() { return submission_; }

  private:
    ssl_iostream_settings tls_{};
    smtp_submit* submission_ = nullptr;
};

} // namespace

Sent submit(const Mail& mail, const Way& way) {
    const host::DataStackFrame frame;
    smtp_address* recipient = nullptr;
    const char* error = nullptr;
    if (smtp_address_parse_mailbox(pool_datastack_create(), mail.recipient.c_str(),
                                   static_cast<smtp_address_parse_flags>(0), &recipient, &error) < 0)
        return {Handed::never, std::string("no address to send to: ") + error};
    Submission submission(way, mail.reverse_path);
    smtp_submit_add_rcpt(submission.get(), recipient);
    if (!submission.fill(mail))
        return {Handed::not_now, "the message could not be read, or not be kept on the disk"};
    const int status = smtp_submit_run(submission.get(), &error);
    return read_submission(status, error == nullptr ? "" : error);
}

} // namespace columbarium::deliver
