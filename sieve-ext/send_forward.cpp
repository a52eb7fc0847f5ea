// SPDX-License-Identifier: LGPL-2.1-or-later
#include "send_forward.hpp"

#include <array>
#include <variant>
#include <vector>

#include "desk/forward.hpp"
#include "site.hpp"

#include "desk_place.hpp"
#include "dovecot_source.hpp"
#include "send_mail.hpp"
#include "store_mail.hpp"

namespace columbarium::sieve {

namespace {

std::vector<std::string> texts_of(const char* const* texts) {
    std::vector<std::string> copy;
    for (; *texts != nullptr; ++texts)
        copy.emplace_back(*texts);
    return copy;
}

// The forward as one stream, from its beginning, with CRLF. It refers to the forward's texts.
class ForwardStream {
  public:
    // `original` may be nullptr.
    ForwardStream(const desk::Forward& forward, istream* original) {
        std::array<istream*, 4> parts{};
        std::size_t count = 0;
        parts[count++] = i_stream_create_from_data(forward.head.data(), forward.head.size());
        if (original != nullptr) {
            i_stream_seek(original, 0);
            parts[count++] = i_stream_create_crlf(original);
        }
        if (!forward.tail.empty())
            parts[count++] = i_stream_create_from_data(forward.tail.data(), forward.tail.size());
        whole_ = i_stream_create_concat(parts.data());
        for (std::size_t i = 0; i < count; ++i)
            i_stream_unref(&parts[i]);
    }
    ForwardStream(const ForwardStream&) = delete;
    ForwardStream& operator=(const ForwardStream&) = delete;
    ~ForwardStream() { i_stream_unref(&whole_); }

    [[nodiscard]] istream* get() const { return whole_; }

  private:
    istream* whole_ = nullptr;
};

tl::unexpected<Error> unreadable(struct mail* mail) {
    const char* reason = mailbox_get_last_internal_error(mail->box, nullptr);
    return temporary_failure(std::string("cannot read the message: ") + (reason == nullptr ? "" : reason));
}

// nullptr where it cannot be read.
istream* original_of(struct mail* mail) {
    istream* input = nullptr;
    return mail_get_stream(mail, nullptr, nullptr, &input) < 0 ? nullptr : input;
}

constexpr const char* no_keywords[] = {nullptr};

std::string store_copy(const sieve_action_exec_env* aenv, struct mail* mail, const desk::Forward& forward,
                       const std::string& mailbox) {
    istream* original = forward.attaches_original ? original_of(mail) : nullptr;
    if (forward.attaches_original && original == nullptr)
        return "the message cannot be read again";
    const ForwardStream stream(forward, original);
    return store_mail(aenv, mailbox.c_str(), {stream.get(), nullptr, MAIL_SEEN, no_keywords});
}

Expected<void> send(const sieve_action_exec_env* aenv, struct mail* mail, const desk::Forward& forward,
                    Sending& sending) {
    istream* original = forward.attaches_original ? original_of(mail) : nullptr;
    if (forward.attaches_original && original == nullptr)
        return unreadable(mail);
    const ForwardStream stream(forward, original);
    SendingResult result =
        send_mail(aenv->exec_env->scriptenv, forward.sender, forward.recipient, stream.get());
    sending = result.sending;
    switch (result.sending) {
    case Sending::done:
        return {};
    case Sending::refused:
        return permanent_failure(std::move(result.said));
    case Sending::not_now:
    case Sending::uncertain:
        break;
    }
    return temporary_failure(std::move(result.said));
}

} // namespace

Expected<std::string> send_forward(const sieve_action_exec_env* aenv, struct mail* mail,
                                   const ForwardText& text, Sending& sending) {
    sending = Sending::not_now;
    const sieve_execute_env* eenv = aenv->exec_env;
    const auto site = site_config(eenv->svinst);
    if (!site)
        return tl::make_unexpected(site.error());
    const config::Destination* destination = (*site)->find_destination(text.channel);
    const auto* channel = destination == nullptr ? nullptr : std::get_if<config::Channel>(&destination->kind);
    if (channel == nullptr || channel->forward_to.empty())
        return temporary_failure("the site's configuration was changed in this moment");

    MailSource source(mail);
    mail::Message message(source, {reverse_path(eenv)});
    const std::string address = desk_address(eenv, aenv->msgctx, (*site)->desk);
    const desk::ForwardRequest request{
        (*site)->desk,
        *destination,
        address,
        text.by,
        text.is_by_person,
        text.note == nullptr ? "" : text.note,
        texts_of(text.tokens),
        texts_of(text.explanations),
        reverse_path(eenv),
        now(),
        desk::forward_message_id((*site)->desk, address, eenv->svinst->hostname)};
    const auto forward = desk::compose_forward(request, message);
    if (!forward)
        return tl::make_unexpected(forward.error());
    if (const auto sent = send(aenv, mail, *forward, sending); !sent)
        return tl::make_unexpected(sent.error());
    return channel->mailbox.empty() ? std::string() : store_copy(aenv, mail, *forward, channel->mailbox);
}

} // namespace columbarium::sieve
