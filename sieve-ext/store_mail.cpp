// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vector>

#include "base/ascii.hpp"

#include "store_mail.hpp"

namespace columbarium::sieve {

namespace {

// A mailbox, closed in the end.
class Mailbox {
  public:
    Mailbox(mail_user* user, const char* name)
        : box_(mailbox_alloc_for_user(user, name, MAILBOX_FLAG_POST_SESSION)) {}
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;
    ~Mailbox() { mailbox_free(&box_); }

    [[nodiscard]] bool open(bool subscribe) {
        if (mailbox_open(box_) == 0)
            return true;
        if (mailbox_get_last_mail_error(box_) != MAIL_ERROR_NOTFOUND)
            return false;
        // Another process may have been faster.
        if (mailbox_create(box_, nullptr, false) < 0 &&
            mailbox_get_last_mail_error(box_) != MAIL_ERROR_EXISTS)
            return false;
        if (subscribe)
            (void)mailbox_list_set_subscribed(mailbox_get_namespace(box_)->list, mailbox_get_name(box_),
                                              true);
        return mailbox_open(box_) == 0;
    }

    [[nodiscard]] struct mailbox* get() const { return box_; }
    [[nodiscard]] std::string error() const {
        const char* text = mailbox_get_last_internal_error(box_, nullptr);
        return text == nullptr ? "" : text;
    }

  private:
    struct mailbox* box_;
};

// nullptr where there are none.
mail_keywords* keywords_of(struct mailbox* box, const char* const* words) {
    std::vector<const char*> valid;
    const char* fault = nullptr;
    for (; *words != nullptr; ++words)
        if (mailbox_keyword_is_valid(box, *words, &fault))
            valid.push_back(*words);
    if (valid.empty())
        return nullptr;
    valid.push_back(nullptr);
    mail_keywords* keywords = nullptr;
    return mailbox_keywords_create(box, valid.data(), &keywords) == 0 ? keywords : nullptr;
}

bool save_stream(mail_save_context* context, istream* input) {
    if (mailbox_save_begin(&context, input) < 0)
        return false;
    do {
        if (mailbox_save_continue(context) < 0) {
            mailbox_save_cancel(&context);
            return false;
        }
    } while (i_stream_read(input) > 0);
    if (input->stream_errno != 0) {
        mailbox_save_cancel(&context);
        return false;
    }
    return mailbox_save_finish(&context) == 0;
}

} // namespace

std::string store_mail(const sieve_action_exec_env* aenv, const char* mailbox, const Stored& stored) {
    const sieve_script_env* senv = aenv->exec_env->scriptenv;
    if (senv->user == nullptr)
        return "there is no user whose mailbox it could be";
    Mailbox box(senv->user, mailbox);
    if (!box.open(senv->mailbox_autosubscribe))
        return box.error();
    mailbox_transaction_context* transaction =
        mailbox_transaction_begin(box.get(), MAILBOX_TRANSACTION_FLAG_EXTERNAL, __func__);
    mail_save_context* context = mailbox_save_alloc(transaction);
    mail_keywords* keywords = keywords_of(box.get(), stored.keywords);
    mailbox_save_set_flags(context, stored.flags, keywords);
    const bool saved = stored.input != nullptr ? save_stream(context, stored.input)
                                               : mailbox_save_using_mail(&context, stored.mail) == 0;
    std::string error;
    if (!saved) {
        error = stored.input != nullptr && stored.input->stream_errno != 0 ? i_stream_get_error(stored.input)
                                                                           : box.error();
        mailbox_transaction_rollback(&transaction);
    } else if (mailbox_transaction_commit(&transaction) < 0) {
        error = box.error();
    }
    if (keywords != nullptr)
        mailbox_keywords_unref(&keywords);
    return error;
}

namespace {

void change_keyword(struct mail* mail, modify_type change, const char* keyword) {
    const char* const words[] = {keyword, nullptr};
    mail_keywords* keywords = mailbox_is_readonly(mail->box) ? nullptr : keywords_of(mail->box, words);
    if (keywords == nullptr)
        return;
    mail_update_keywords(mail, change, keywords);
    mailbox_keywords_unref(&keywords);
}

} // namespace

void add_keyword(struct mail* mail, const char* keyword) {
    change_keyword(mail, MODIFY_ADD, keyword);
}

void remove_keyword(struct mail* mail, const char* keyword) {
    change_keyword(mail, MODIFY_REMOVE, keyword);
}

mail_flags system_flag(std::string_view flag) {
    if (equals_ignoring_case(flag, "\\Seen"))
        return MAIL_SEEN;
    if (equals_ignoring_case(flag, "\\Answered"))
        return MAIL_ANSWERED;
    if (equals_ignoring_case(flag, "\\Flagged"))
        return MAIL_FLAGGED;
    if (equals_ignoring_case(flag, "\\Deleted"))
        return MAIL_DELETED;
    if (equals_ignoring_case(flag, "\\Draft"))
        return MAIL_DRAFT;
    return mail_flags();
}

} // namespace columbarium::sieve
