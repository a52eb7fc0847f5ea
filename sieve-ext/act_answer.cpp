// SPDX-License-Identifier: LGPL-2.1-or-later
// Automatic answer: what route does where the destination has an answer
#include "guarded.hpp"

#include <string>
#include <utility>
#include <vector>

#include "desk/answer.hpp"
#include "mail/message.hpp"
#include "reply/claim.hpp"
#include "reply/compose.hpp"
#include "reply/objections.hpp"
#include "site.hpp"

#include "act_answer.hpp"
#include "desk_place.hpp"
#include "dovecot_source.hpp"
#include "send_mail.hpp"

namespace columbarium::sieve {

namespace {

bool act_answer_equals(const sieve_script_env* senv, const sieve_action* one, const sieve_action* other);
int act_answer_check_duplicate(const sieve_runtime_env* renv, const sieve_action* one,
                               const sieve_action* other);
void act_answer_print(const sieve_action* action, const sieve_result_print_env* rpenv, bool* keep);
int act_answer_commit(const sieve_action_exec_env* aenv, void* tr_context);

const sieve_action_def act_answer = {
    .name = "answer",
    .flags = 0,
    .equals = act_answer_equals,
    .check_duplicate = act_answer_check_duplicate,
    .print = act_answer_print,
    .commit = act_answer_commit,
};

const char* answer_of(const sieve_action* action) {
    return static_cast<const char*>(action->context);
}

} // namespace

int add_answer_to_result(const sieve_runtime_env* renv, const std::string& answer) {
    if (is_gesture(renv->exec_env) || !reverse_path(renv->exec_env)) {
        sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS, "no answer `%s': there is no envelope",
                            str_sanitize(answer.c_str(), 64));
        return SIEVE_EXEC_OK;
    }
    char* name = p_strdup(sieve_result_pool(renv->result), answer.c_str());
    const int added = sieve_result_add_action(renv, renv->oprtn->ext, act_answer.name, &act_answer, nullptr,
                                              name, 0, false);
    return added < 0 ? SIEVE_EXEC_FAILURE : SIEVE_EXEC_OK;
}

namespace {

bool act_answer_equals(const sieve_script_env*, const sieve_action* one, const sieve_action* other) {
    return strcasecmp(answer_of(one), answer_of(other)) == 0;
}

int act_answer_check_duplicate(const sieve_runtime_env* renv, const sieve_action* one,
                               const sieve_action* other) {
    return act_answer_equals(renv->exec_env->scriptenv, one, other) ? 1 : 0;
}

void act_answer_print(const sieve_action* action, const sieve_result_print_env* rpenv, bool*) {
    sieve_result_action_printf(rpenv, "answer the sender with `%s'", str_sanitize(answer_of(action), 64));
}

// What came of it, for the log. `is_fault`: somebody has to mend something.
struct Outcome {
    std::string text;
    bool is_fault = false;
};

Outcome fault(std::string text) {
    return {"no answer: " + std::move(text), true};
}

// The message as it came: no script can take away what speaks against an answer.
class Answering {
  public:
    Answering(const sieve_action_exec_env* aenv, const config::SiteConfig& site)
        : aenv_(aenv), site_(site), sender_(reverse_path(aenv->exec_env).value_or("")),
          desk_(desk_address(aenv->exec_env, aenv->msgctx, site.desk)),
          source_(aenv->exec_env->msgdata->mail), message_(source_, {sender_}) {
        question_.sender = sender_;
        if (const smtp_address* recipient = sieve_message_get_final_recipient(aenv->msgctx))
            question_.recipients.emplace_back(smtp_address_encode(recipient));
        for (const std::string& own : {desk_, reply::from_of(site.desk.from).address})
            if (!own.empty())
                question_.own_addresses.push_back(own);
        question_.subaddress_delimiters = site.people.subaddress_delimiters;
        question_.domains = site.people.domains;
    }

    [[nodiscard]] Outcome run() {
        const config::DeskAnswer* answer = site_.find_answer(answer_of(aenv_->action));
        if (answer == nullptr)
            return fault("columbarium.toml has none of this name any more");
        if (auto refusal = refusal_by_rules(); !refusal.text.empty())
            return refusal;
        // Before the claim: templates that cannot be read must not cost the sender his answer.
        const auto text = desk::compose_answer(
            {site_.desk, *answer, desk_, sender_, now(), aenv_->exec_env->svinst->hostname}, message_);
        if (!text)
            return fault(text.error().text);
        return claim_and_send(answer->name, *text);
    }

    [[nodiscard]] const std::string& sender() const { return sender_; }

  private:
    [[nodiscard]] Outcome refusal_by_rules() {
        const auto objections = reply::objections(message_, question_, site_.reply);
        if (!objections)
            return fault(objections.error().text);
        std::string text;
        for (const reply::Objection& objection : *objections)
            text += (text.empty() ? "no answer: " : "; ") + objection.rule + " " + objection.text;
        if (!text.empty())
            return {text};
        std::vector<std::string> names = question_.recipients;
        names.insert(names.end(), question_.own_addresses.begin(), question_.own_addresses.end());
        for (const std::string& name : names) {
            const auto is_addressed = reply::is_addressed(message_, name, question_, site_.reply);
            if (!is_addressed)
                return fault(is_addressed.error().text);
            if (*is_addressed)
                return {};
        }
        return {"no answer: AR-4 the message does not name this desk as a recipient"};
    }

    [[nodiscard]] Outcome claim_and_send(const std::string& name, const std::string& text) {
        const auto service = service_of(aenv_->exec_env);
        if (service == nullptr)
            return fault("there is no user whose answer it would be");
        const reply::Claim claim =
            reply::claim_of(reply::sender_key(sender_), {desk::claim_name(name)}, now(), site_.reply);
        const auto outcome = service->claim(claim);
        if (!outcome)
            return fault(outcome.error().text);
        if (!outcome->cap.empty())
            return {"no answer: the cap reply." + outcome->cap + " is reached"};
        if (outcome->states.front() != reply::ClaimState::granted)
            return {"no answer: AR-3 the sender has had it already"};

        istream* message = i_stream_create_from_data(text.data(), text.size());
        const SendingResult sent = send_mail(aenv_->exec_env->scriptenv, "", sender_, message);
        i_stream_unref(&message);
        return settle(*service, claim, sent);
    }

    // Where nobody knows whether it arrived the claim stays as it is: nobody is told twice.
    [[nodiscard]] static Outcome settle(host::ServiceClient& service, const reply::Claim& claim,
                                        const SendingResult& sent) {
        Outcome outcome{"answered"};
        if (sent.sending != Sending::done)
            outcome = fault("it was not handed over: " + sent.said);
        if (sent.sending == Sending::uncertain)
            return outcome;
        const auto settled = service.settle(
            claim, sent.sending == Sending::done ? reply::Settlement::confirm : reply::Settlement::release);
        if (!settled)
            outcome = {outcome.text + "; the claim could not be settled: " + settled.error().text, true};
        return outcome;
    }

    const sieve_action_exec_env* aenv_;
    const config::SiteConfig& site_;
    std::string sender_;
    std::string desk_;
    MailSource source_;
    mail::Message message_;
    reply::Question question_;
};

int commit(const sieve_action_exec_env* aenv) {
    const auto site = site_config(aenv->exec_env->svinst);
    Outcome outcome;
    std::string sender;
    if (site) {
        Answering answering(aenv, **site);
        outcome = answering.run();
        sender = answering.sender();
    } else {
        outcome = fault(site.error().text);
    }
    const std::string line =
        "'" + std::string(answer_of(aenv->action)) + "' to=<" + sender + ">: " + outcome.text;
    const char* shown = str_sanitize(line.c_str(), 1024);
    if (outcome.is_fault)
        sieve_result_global_error(aenv, "%s", shown);
    else
        sieve_result_global_log(aenv, "%s", shown);
    return SIEVE_EXEC_OK;
}

int act_answer_commit(const sieve_action_exec_env* aenv, void*) {
    return host::guarded("route action: answer", static_cast<int>(SIEVE_EXEC_OK),
                         [&] { return commit(aenv); });
}

} // namespace

} // namespace columbarium::sieve
