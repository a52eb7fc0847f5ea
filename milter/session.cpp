// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/session.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "milter/log.hpp"
#include "tombstone/addressee.hpp"

namespace columbarium::milter {

namespace {

// Forwarding from person to person of the site.
constexpr int most_steps = 10;

constexpr std::string_view circle_refusal =
    "554 5.4.6 Mail to this address is forwarded in a circle, or too often";

std::string_view without_brackets(std::string_view path) {
    if (path.starts_with('<') && path.ends_with('>'))
        path = path.substr(1, path.size() - 2);
    return path;
}

// RFC 5321 section 4.1.1.3: a source route is to be ignored.
std::string_view without_route(std::string_view path) {
    if (path.starts_with('@'))
        path = trim(path.substr(std::min(path.find(':'), path.size() - 1) + 1));
    return path;
}

std::string_view plain(std::string_view path) {
    path = without_route(trim(without_brackets(trim(path))));
    if (path.find('@') != std::string_view::npos)
        while (path.ends_with('.'))
            path.remove_suffix(1);
    return path;
}

void add_once(std::vector<std::string>& list, const std::string& text) {
    if (std::ranges::find(list, text) == list.end())
        list.push_back(text);
}

} // namespace

std::string address_of(const Path& path) {
    const std::string_view given = plain(path.given);
    const std::string_view resolved = plain(path.resolved);
    const bool is_resolved = !given.empty() && resolved.find('@') != std::string_view::npos;
    return std::string(is_resolved ? resolved : given);
}

// One octet more than an answered message may have tells it from a longer one.
Session::Session(Resources& resources)
    : resources_(resources), text_(resources.site().reply.message_kib * 1'024 + 1) {}

void Session::sender(const Path& path, bool is_authenticated) {
    abort();
    transaction_.sender = {address_of(path), is_authenticated};
}

bool Session::is_rewritten(const tombstone::Verdict& verdict) const {
    if (resources_.site().milter.forwarding != config::MilterPolicy::Forwarding::rewrite)
        return false;
    const auto* deliver = std::get_if<tombstone::DeliverOn>(&verdict);
    return std::holds_alternative<tombstone::ForwardTo>(verdict) ||
           (deliver != nullptr && !deliver->address.empty());
}

bool Session::is_lenient() const {
    return resources_.site().milter.on_error == config::MilterPolicy::OnError::accept;
}

void Session::log(bool is_warning, std::string_view address, const std::string& name,
                  std::string_view what) const {
    const std::string line =
        fmt::format("{}: from=<{}> to=<{}>: {}", name, transaction_.sender.address, address, what);
    is_warning ? log_warning(line) : log_info(line);
}

Expected<Session::Found> Session::find(std::string address) {
    const auto today = tombstone::date_of(Resources::now());
    Found found;
    for (int step = 0; step <= most_steps; ++step) {
        const auto username = tombstone::person_of_address(address, resources_.site());
        if (!username)
            return found;
        const auto person = resources_.stores.ask([&](store::Store& store) { return store.find(*username); });
        if (!person)
            return tl::make_unexpected(person.error());
        if (!*person)
            return found;
        found.addressee = tombstone::addressee_of(**person, today, resources_.site());
        const auto* forward = std::get_if<tombstone::Forward>(&found.addressee->resolution);
        if (forward == nullptr || found.addressee->is_own_account)
            return found;
        address = forward->address;
    }
    found.is_circle = true;
    return found;
}

void Session::accept(tombstone::Recipient recipient, const Path& path, bool is_report_wanted) {
    transaction_.recipients.push_back(std::move(recipient));
    accepted_.push_back({std::string(without_brackets(path.given)), is_report_wanted});
}

Step Session::recipient(const Path& path, bool is_report_wanted, const std::string& name) {
    tombstone::Recipient recipient{address_of(path), std::nullopt};
    auto found = find(recipient.address);
    if (!found) {
        log(true, recipient.address, name,
            fmt::format("{}: {}", is_lenient() ? "accepted without a look" : "deferred", found.error().text));
        if (!is_lenient())
            return {Step::Kind::defer, std::string(tombstone::cannot_decide)};
    } else if (found->is_circle) {
        log(false, recipient.address, name,
            fmt::format("refuse: {} (forwarded more than {} times)", circle_refusal, most_steps));
        return {Step::Kind::refuse, std::string(circle_refusal)};
    } else {
        recipient.addressee = std::move(found->addressee);
    }
    // Others' addresses: the MTA knows what to do with them.
    if (!recipient.addressee) {
        accept(std::move(recipient), path, is_report_wanted);
        return {};
    }
    const auto verdict = tombstone::at_recipient(transaction_.sender, recipient, resources_.site());
    if (verdict) {
        const auto* refuse = std::get_if<tombstone::Refuse>(&*verdict);
        const auto* defer = std::get_if<tombstone::Defer>(&*verdict);
        if (refuse != nullptr || defer != nullptr) {
            Step step{refuse != nullptr ? Step::Kind::refuse : Step::Kind::defer,
                      refuse != nullptr ? refuse->reply : defer->reply};
            const std::string reason =
                tombstone::reason_at_recipient(transaction_.sender, recipient, resources_.site());
            log(false, recipient.address, name,
                fmt::format("{}: {}{}", tombstone::name_of(*verdict), step.reply,
                            reason.empty() ? "" : " (" + reason + ")"));
            return step;
        }
    }
    is_body_wanted_ = is_body_wanted_ || !verdict;
    is_wanted_ = is_wanted_ || !verdict || is_rewritten(*verdict);
    accept(std::move(recipient), path, is_report_wanted);
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
    return {text_.is_enough() ? Step::Kind::skip : Step::Kind::go_on, {}};
}

Ending Session::end_of_message(const std::string& name) {
    Ending ending;
    if (is_wanted_) {
        const auto& recipients = transaction_.recipients;
        std::vector<std::string> reported; // of whom the client wants to hear
        for (std::size_t i = 0; i < recipients.size(); ++i)
            if (accepted_[i].is_report_wanted)
                add_once(reported, recipients[i].address);
        ending = milter::end_of_message(transaction_, reported, text_, name, resources_);
        // The MTA knows a recipient by what RCPT said, or by what it made of that: Postfix takes a route off
        // at once, and nothing else. What it does not know does no harm.
        std::vector<std::string> paths;
        for (std::size_t i = 0; i < recipients.size(); ++i) {
            const std::string& address = recipients[i].address;
            if (std::ranges::find(ending.remove, address) == ending.remove.end())
                continue;
            const std::string& path = accepted_[i].path;
            for (const std::string& spelling : {path, std::string(without_route(path)), address})
                add_once(paths, spelling);
        }
        ending.remove = std::move(paths);
    }
    abort();
    return ending;
}

void Session::abort() {
    transaction_ = {};
    accepted_.clear();
    text_.clear();
    is_wanted_ = false;
    is_body_wanted_ = false;
}

} // namespace columbarium::milter
