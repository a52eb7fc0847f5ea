// SPDX-License-Identifier: LGPL-2.1-or-later
#include "send_mail.hpp"

#include "base/ascii.hpp"

namespace columbarium::sieve {

namespace {

// nullptr and a text where it is no address.
const smtp_address* address_of(const std::string& text, std::string& fault) {
    const char* said = nullptr;
    const smtp_address* address = sieve_address_parse(text.c_str(), &said);
    if (address == nullptr)
        fault = "\"" + text + "\" is no address: " + (said == nullptr ? "" : said);
    return address;
}

} // namespace

Sending meaning_of(int status, std::string_view error) {
    if (status > 0)
        return Sending::done;
    if (status == 0)
        return Sending::refused;
    // The host's words for a sendmail that was killed, or took too long.
    if (error == "Failed to execute sendmail")
        return Sending::uncertain;
    constexpr std::string_view data = "): DATA failed: ";
    const std::size_t at = error.find(data);
    if (at == std::string_view::npos)
        return Sending::not_now;
    const std::string_view said = error.substr(at + data.size());
    return !said.empty() && is_digit(said.front()) ? Sending::not_now : Sending::uncertain;
}

SendingResult send_mail(const sieve_script_env* senv, const std::string& sender, const std::string& recipient,
                        istream* message) {
    if (!sieve_smtp_available(senv))
        return {Sending::refused, "no means to send mail"};
    std::string fault;
    const smtp_address* from = sender.empty() ? nullptr : address_of(sender, fault);
    const smtp_address* to = fault.empty() ? address_of(recipient, fault) : nullptr;
    if (!fault.empty())
        return {Sending::refused, fault};

    ostream* output = nullptr;
    sieve_smtp_context* transaction = sieve_smtp_start_single(senv, to, from, &output);
    o_stream_nsend_istream(output, message);
    if (message->stream_errno != 0) {
        fault = std::string("the message cannot be read: ") + i_stream_get_error(message);
        sieve_smtp_abort(transaction);
        return {Sending::not_now, fault};
    }
    const char* error = nullptr;
    const int status = sieve_smtp_finish(transaction, &error);
    const std::string said = status > 0 || error == nullptr ? "" : error;
    return {meaning_of(status, said), said};
}

} // namespace columbarium::sieve
