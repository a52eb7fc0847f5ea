// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/session.hpp"

#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "milter/log.hpp"
#include "tombstone/addressee.hpp"

namespace columbarium::milter {

namespace {

std::string without_brackets(std::string_view path) {
    if (path.starts_with('<') && path.ends_with('>'))
        path = path.substr(1, path.size() - 2);
    return std::string(path);
}

} // namespace

// The octets that are kept are one more than an answered message may have: that tells it from a longer one.
Session::Session(Resources& resources)
    : resources_(resources), text_(resources.site().reply.message_kib * 1'024 + 1) {}

Step Session::sender(std::string_view path, bool is_authenticated) {
    abort();
    transaction_.sender = {without_brackets(path), is_authenticated};
    return {};
}

bool Session::is_rewritten(const tombstone::Verdict& verdict) const {
    if (resources_.site().milter.forwarding != config::MilterPolicy::Forwarding::rewrite)
        return false;
    const auto* deliver = std::get_if<tombstone::DeliverOn>(&verdict);
    return std::holds_alternative<tombstone::ForwardTo>(verdict) ||
           (deliver != nullptr && !deliver->address.empty());
}

Step Session::undecided(std::string_view address, const std::string& name, std::string_view why) {
    const bool is_lenient = resources_.site().milter.on_error == config::MilterPolicy::OnError::accept;
    log_warning(fmt::format("{}: from=<{}> to=<{}>: {}: {}", name, transaction_.sender.address, address,
                            is_lenient ? "accepted without a look" : "deferred", why));
    if (!is_lenient)
        return {Step::Kind::defer, std::string(tombstone::cannot_decide)};
    transaction_.recipients.push_back({std::string(address), std::nullopt});
    return {};
}

Step Session::recipient(std::string_view path, const std::string& name) {
    tombstone::Recipient recipient{without_brackets(path), std::nullopt};
    const auto username = tombstone::person_of_address(recipient.address, resources_.site());
    if (username) {
        const auto person = resources_.stores.ask([&](store::Store& store) { return store.find(*username); });
        if (!person)
            return undecided(recipient.address, name, person.error().text);
        if (*person)
            recipient.addressee =
                tombstone::addressee_of(**person, tombstone::date_of(Resources::now()), resources_.site());
    }
    // Others' addresses: the MTA knows what to do with them.
    if (!recipient.addressee) {
        transaction_.recipients.push_back(std::move(recipient));
        return {};
    }
    const auto verdict = tombstone::at_recipient(transaction_.sender, recipient, resources_.site());
    if (verdict) {
        const auto* refuse = std::get_if<tombstone::Refuse>(&*verdict);
        const auto* defer = std::get_if<tombstone::Defer>(&*verdict);
        if (refuse != nullptr || defer != nullptr) {
            Step step{refuse != nullptr ? Step::Kind::refuse : Step::Kind::defer,
                      refuse != nullptr ? refuse->reply : defer->reply};
            log_info(fmt::format("{}: from=<{}> to=<{}>: {}: {}", name, transaction_.sender.address,
                                 recipient.address, tombstone::name_of(*verdict), step.reply));
            return step;
        }
    }
    is_body_wanted_ = is_body_wanted_ || !verdict;
    is_wanted_ = is_wanted_ || !verdict || is_rewritten(*verdict);
    transaction_.recipients.push_back(std::move(recipient));
    return {};
}

Step Session::data() const {
    return {is_wanted_ ? Step::Kind::go_on : Step::Kind::accept, {}};
}

void Session::field(std::string_view name, std::string_view body, bool has_leading_blank) {
    if (is_wanted_)
        text_.add_field(name, body, has_leading_blank);
}

void Session::end_of_header() {
    if (is_wanted_)
        text_.end_header();
}

Step Session::body(std::string_view octets) {
    if (!is_body_wanted_)
        return {Step::Kind::skip, {}};
    text_.add_body(octets);
    return {text_.is_full() ? Step::Kind::skip : Step::Kind::go_on, {}};
}

Ending Session::end_of_message(const std::string& name) {
    Ending ending;
    if (is_wanted_)
        ending = milter::end_of_message(transaction_, text_, name, resources_);
    abort();
    return ending;
}

void Session::abort() {
    transaction_ = {};
    text_.clear();
    is_wanted_ = false;
    is_body_wanted_ = false;
}

} // namespace columbarium::milter
