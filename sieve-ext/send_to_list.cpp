// SPDX-License-Identifier: LGPL-2.1-or-later
#include "send_to_list.hpp"

#include <cctype>
#include <string>
#include <string_view>

namespace columbarium::sieve {

namespace {

// The sender of the copy, RFC 5228 section 4.2: that of the message, or whom the site's setting names. The
// null sender stays the null sender, so that failures do not go round in circles.
const smtp_address* envelope_sender(const sieve_action_exec_env* aenv) {
    const sieve_execute_env* eenv = aenv->exec_env;
    sieve_address_source source = eenv->svinst->redirect_from;
    const smtp_address* sender = nullptr;
    if ((eenv->flags & SIEVE_EXECUTE_FLAG_NO_ENVELOPE) == 0) {
        sender = sieve_message_get_sender(aenv->msgctx);
        if (sender == nullptr)
            return nullptr;
        const int ret = sieve_address_source_get_address(&source, eenv->svinst, eenv->scriptenv, aenv->msgctx,
                                                         eenv->flags, &sender);
        return ret < 0 ? nullptr : sender;
    }
    const int ret = sieve_address_source_get_address(&source, eenv->svinst, eenv->scriptenv, aenv->msgctx,
                                                     eenv->flags, &sender);
    if (ret < 0)
        return nullptr;
    return ret == 0 ? eenv->svinst->user_email : sender;
}

// The fields in front of the message.
string_t* trace_fields(const sieve_action_exec_env* aenv, const char* new_message_id) {
    string_t* fields = t_str_new(256);
    rfc2822_header_append(fields, "X-Sieve", SIEVE_IMPLEMENTATION, false, nullptr);
    if (const smtp_address* user = redirecting_user(aenv); user != nullptr)
        rfc2822_header_append(fields, "X-Sieve-Redirected-From", smtp_address_encode(user), false, nullptr);
    if (new_message_id != nullptr)
        rfc2822_header_write(fields, "Message-ID", new_message_id);
    return fields;
}

// What a server said, with every word that holds an address replaced: members of lists stand in no log.
std::string without_addresses(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const std::size_t blanks = std::min(text.find_first_not_of(" \t\r\n"), text.size());
        shown += text.substr(0, blanks);
        text.remove_prefix(blanks);
        const std::size_t length = std::min(text.find_first_of(" \t\r\n"), text.size());
        const std::string_view word = text.substr(0, length);
        shown += word.find('@') == std::string_view::npos ? word : std::string_view("<address>");
        text.remove_prefix(length);
    }
    return shown;
}

// The host names the first thing that failed, and nobody tells who got the message. Where a server answered a
// RCPT (the reply begins with its code) others may have been accepted; everything else fails for all of them.
bool may_be_sent_in_part(std::string_view error) {
    constexpr std::string_view rcpt = "RCPT TO failed: ";
    const std::size_t at = error.find(rcpt);
    return at != std::string_view::npos && at + rcpt.size() < error.size() &&
           std::isdigit(static_cast<unsigned char>(error[at + rcpt.size()])) != 0;
}

int sending_failure(const sieve_action_exec_env* aenv, const ListRecipients& recipients, bool temporary,
                    const char* error) {
    const std::string said = without_addresses(error);
    const char* text = str_sanitize(said.c_str(), 512);
    const char* list = str_sanitize(recipients.list, 80);
    e_debug(aenv->event, "failed to redirect message to list `%s': %s", list, str_sanitize(error, 512));
    if (temporary && (recipients.count == 1 || !may_be_sent_in_part(error))) {
        sieve_result_global_error(aenv, "failed to redirect message to list `%s': %s (temporary failure)",
                                  list, text);
        return SIEVE_EXEC_TEMP_FAILURE;
    }
    sieve_result_global_error(aenv,
                              "failed to redirect message to all %u recipients of list `%s': %s (not "
                              "repeated, since others may have got it)",
                              recipients.count, list, text);
    return SIEVE_EXEC_FAILURE;
}

} // namespace

const smtp_address* redirecting_user(const sieve_action_exec_env* aenv) {
    sieve_instance* svinst = aenv->exec_env->svinst;
    if (svinst->user_email == nullptr && (aenv->exec_env->flags & SIEVE_EXECUTE_FLAG_NO_ENVELOPE) == 0)
        return sieve_message_get_final_recipient(aenv->msgctx);
    return sieve_get_user_email(svinst);
}

int send_to_list(const sieve_action_exec_env* aenv, struct mail* mail, const ListRecipients& recipients,
                 const char* new_message_id) {
    static const char* const hidden_fields[] = {"Return-Path"};
    const sieve_script_env* senv = aenv->exec_env->scriptenv;
    if (!sieve_smtp_available(senv)) {
        sieve_result_global_warning(aenv, "no means to send mail");
        return SIEVE_EXEC_FAILURE;
    }
    istream* message = nullptr;
    if (mail_get_stream(mail, nullptr, nullptr, &message) < 0)
        return sieve_result_mail_error(aenv, mail, "failed to read input message");

    sieve_smtp_context* transaction = sieve_smtp_start(senv, envelope_sender(aenv));
    for (unsigned i = 0; i < recipients.count; ++i)
        sieve_smtp_add_rcpt(transaction, recipients.addresses[i]);
    ostream* output = sieve_smtp_send(transaction);

    // The names in parentheses are functions of the host; the macros of these names are no C++.
    istream* input = (i_stream_create_header_filter)(message,
                                                     static_cast<header_filter_flags>(HEADER_FILTER_EXCLUDE |
                                                                                      HEADER_FILTER_NO_CR),
                                                     hidden_fields, N_ELEMENTS(hidden_fields),
                                                     null_header_filter_callback, nullptr);
    string_t* fields = trace_fields(aenv, new_message_id);
    o_stream_nsend(output, str_data(fields), str_len(fields));
    o_stream_nsend_istream(output, input);
    if (input->stream_errno != 0) {
        sieve_result_critical(aenv, "failed to read input message", "read(%s) failed: %s",
                              i_stream_get_name(input), i_stream_get_error(input));
        i_stream_unref(&input);
        sieve_smtp_abort(transaction);
        return SIEVE_EXEC_TEMP_FAILURE;
    }
    i_stream_unref(&input);

    const char* error = nullptr;
    const int ret = sieve_smtp_finish(transaction, &error);
    return ret > 0 ? static_cast<int>(SIEVE_EXEC_OK) : sending_failure(aenv, recipients, ret < 0, error);
}

} // namespace columbarium::sieve
