// SPDX-License-Identifier: LGPL-2.1-or-later
#include "people.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/utf8.hpp"
#include "config/password_file.hpp"
#include "log.hpp"
#include "tombstone/site.hpp"

namespace columbarium::service {

namespace {

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

constexpr std::chrono::hours warning_pause{1};
constexpr const char* no_people = "columbarium.toml names no people: it has no [people] with domains";

} // namespace

People::People(const Settings& settings) : site_(settings.site), site_error_(settings.site_error) {}

People::~People() = default;

tombstone::Date People::today() {
    return tombstone::date_of(now());
}

const std::string& People::trouble() const {
    for (const Failure* failure : {&opening_, &reading_, &claiming_})
        if (!failure->text.empty())
            return failure->text;
    return recording_.text;
}

Expected<void> People::check_configured() const {
    if (site_error_.empty() && !are_configured())
        return permanent_failure(no_people);
    return {};
}

Expected<std::optional<tombstone::Person>> People::find(std::string_view username) {
    if (auto configured = check_configured(); !configured)
        return tl::make_unexpected(configured.error());
    const auto store = open();
    if (!store)
        return tl::make_unexpected(store.error());
    const auto begun = Clock::now();
    auto person = (*store)->find(username);
    if (!person)
        return failed(reading_, person.error(), begun);
    succeeded(reading_);
    return person;
}

Expected<std::optional<tombstone::Resolution>> People::resolve(std::string_view address) {
    const auto username = tombstone::username_of(address, policy());
    if (!username && are_configured())
        return std::nullopt;
    const auto person = find(username.value_or(""));
    if (!person)
        return tl::make_unexpected(person.error());
    if (!*person)
        return std::nullopt;
    return tombstone::resolve(**person, today());
}

Expected<bool> People::keep(const tombstone::Step& step, const std::string& who) {
    if (auto configured = check_configured(); !configured)
        return tl::make_unexpected(configured.error());
    if (writing_.is_fresh())
        return temporary_failure(writing_.text);
    const auto store = open();
    if (!store)
        return tl::make_unexpected(store.error());
    const auto begun = Clock::now();
    const std::array writes{store::Write{&step.person, step.changes}};
    const auto written = (*store)->write(writes, {who, now()});
    if (!written)
        return failed(writing_, written.error(), begun);
    succeeded(writing_);
    return written->outdated.empty();
}

template <class Call>
auto People::on_store(Failure& failure, Call&& call) -> decltype(call(std::declval<store::Store&>())) {
    if (failure.is_fresh())
        return temporary_failure(failure.text);
    const auto store = open();
    if (!store)
        return tl::make_unexpected(store.error());
    const auto begun = Clock::now();
    auto result = call(**store);
    if (result)
        succeeded(failure);
    else if (result.error().kind == ErrorKind::temporary)
        return failed(failure, result.error(), begun);
    return result;
}

Expected<reply::ClaimOutcome> People::claim(const reply::Claim& claim, store::Claimant claimant) {
    return on_store(claiming_, [&](store::Store& store) { return store.claim(claim, claimant); });
}

Expected<void> People::settle(const reply::Claim& granted, reply::Settlement settlement,
                              store::Claimant claimant) {
    return on_store(claiming_,
                    [&](store::Store& store) { return store.settle(granted, settlement, claimant); });
}

Expected<std::string> People::count_forward(std::string_view user, const std::string& channel,
                                            const store::ForwardLimits& limits) {
    return on_store(claiming_,
                    [&](store::Store& store) { return store.count_forward(user, channel, limits, now()); });
}

Expected<void> People::give_back_forward(std::string_view user, const std::string& channel) {
    return on_store(claiming_,
                    [&](store::Store& store) { return store.give_back_forward(user, channel, now()); });
}

Expected<bool> People::record_bounces(std::string_view user, std::span<const desk::BounceRecord> records) {
    auto is_recorded =
        on_store(recording_, [&](store::Store& store) { return store.record_bounces(user, records, now()); });
    if (is_recorded && !*is_recorded)
        warn_of_dropped(user);
    return is_recorded;
}

// A flood would fill the log.
void People::warn_of_dropped(std::string_view user) {
    const auto begun = Clock::now();
    std::erase_if(warned_of_, [&](const auto& entry) { return begun - entry.second >= warning_pause; });
    if (warned_of_.emplace(user, begun).second)
        log_warning("bounces: " + printable(user) +
                    ": so many came to this desk, or to all together, lately that what this one says is not "
                    "recorded; this is logged once an hour");
}

Expected<std::size_t> People::forget_expired(std::size_t most) {
    if (store_ == nullptr)
        return 0;
    return on_store(forgetting_, [&](store::Store& store) -> Expected<std::size_t> {
        auto expired = store.forget_expired(now(), most);
        if (!expired || *expired == most)
            return expired;
        const std::chrono::days kept(site_.store.keep_bounces_days);
        return store.forget_bounces(now() - kept, most - *expired).map([&](std::size_t bounces) {
            return *expired + bounces;
        });
    });
}

Expected<store::Store*> People::open() {
    if (!site_error_.empty())
        return temporary_failure(site_error_);
    for (const Failure* failure : {&opening_, &reading_})
        if (failure->is_fresh())
            return temporary_failure(failure->text);
    if (store_ != nullptr)
        return store_.get();
    const auto begun = Clock::now();
    std::string password;
    if (!site_.store.password_file.empty()) {
        auto read = config::read_password_file(site_.store.password_file);
        if (!read)
            return failed(opening_, read.error(), begun);
        password = *std::move(read);
    }
    auto opened = store::Store::open(site_.store, password, {lock_wait});
    if (!opened)
        return failed(opening_, opened.error(), begun);
    succeeded(opening_);
    store_ = *std::move(opened);
    return store_.get();
}

tl::unexpected<Error> People::failed(Failure& failure, const Error& error, Clock::time_point begun) {
    if (failure.text != error.text)
        log_error("people: " + error.text);
    failure.text = error.text;
    const auto end = Clock::now();
    failure.until =
        end + std::clamp<Clock::duration>((end - begun) * pause_factor, shortest_pause, longest_pause);
    if (&failure == &reading_)
        store_.reset(); // what it has is worth nothing any more; the next one is opened anew
    return temporary_failure(error.text);
}

void People::succeeded(Failure& failure) {
    if (!failure.text.empty())
        log_info("people: the store answers again");
    failure.text.clear();
}

} // namespace columbarium::service
