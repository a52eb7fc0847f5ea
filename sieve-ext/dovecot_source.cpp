// SPDX-License-Identifier: LGPL-2.1-or-later
#include "dovecot_source.hpp"

#include <algorithm>
#include <string>

#include "compat.hpp"

namespace columbarium::sieve {

namespace {

tl::unexpected<Error> mail_failure(struct mail* mail) {
    const char* reason = mailbox_get_last_internal_error(mail->box, nullptr);
    return temporary_failure(std::string("cannot read the message: ") + reason);
}

} // namespace

Expected<std::uint64_t> MailSource::size() {
    uoff_t octets = 0;
    if (mail_get_physical_size(mail_, &octets) < 0)
        return mail_failure(mail_);
    return octets;
}

Expected<std::size_t> MailSource::read(std::uint64_t offset, std::size_t length, std::string& buffer) {
    istream* input = nullptr;
    if (mail_get_stream(mail_, nullptr, nullptr, &input) < 0)
        return mail_failure(mail_);
    i_stream_seek(input, offset);
    std::size_t done = 0;
    while (done < length) {
        const unsigned char* data = nullptr;
        std::size_t available = 0;
        if (i_stream_read_more(input, &data, &available) <= 0)
            break;
        const std::size_t taken = std::min(available, length - done);
        buffer.append(reinterpret_cast<const char*>(data), taken);
        i_stream_skip(input, taken);
        done += taken;
    }
    if (input->stream_errno != 0)
        return temporary_failure(std::string("cannot read the message: ") + i_stream_get_error(input));
    return done;
}

Expected<std::uint64_t> DovecotSource::size() {
    return MailSource(sieve_message_get_mail(msgctx_)).size();
}

Expected<std::size_t> DovecotSource::read(std::uint64_t offset, std::size_t length, std::string& buffer) {
    return MailSource(sieve_message_get_mail(msgctx_)).read(offset, length, buffer);
}

} // namespace columbarium::sieve
