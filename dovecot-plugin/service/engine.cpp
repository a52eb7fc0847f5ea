// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <exception>
#include <iterator>
#include <utility>
#include <variant>

#include <poll.h>

#include <fmt/format.h>

#include "guarded.hpp"
#include "log.hpp"
#include "state_directory.hpp"

#include "service_headers.hpp"

namespace columbarium::service {

namespace {

// After a reload the process before may still be saying goodbye when we start: how long we look for its
// queue.
constexpr std::int64_t late_state_seconds = 15;
constexpr unsigned late_state_interval_milliseconds = 1'000;

// How long the process waits, when it ends, for the server to confirm what was sent: what is not confirmed is
// sent again.
constexpr std::chrono::milliseconds time_for_answers{300};

constexpr const char* queue_file = "notifications";
constexpr const char* people_file = "people";

// The ioloop counts in milliseconds, in an unsigned int.
constexpr std::int64_t longest_pause_seconds = 3'600;

std::int64_t now() {
    return ::time(nullptr);
}

// leave_state() with what `content` returns. Also where memory does not suffice for it, the failure names the
// file.
template <class Content>
Expected<void> kept_state(const std::string& directory, const char* name, Content&& content) {
    try {
        return leave_state(directory, name, content());
    } catch (const std::exception& exception) {
        return temporary_failure(fmt::format("cannot write {}/{}: {}", directory, name, exception.what()));
    }
}

} // namespace

Engine::Engine(Settings settings)
    : settings_(std::move(settings)), started_(now()),
      desk_(settings_.site.xmpp, settings_.site.presence.languages, settings_.site.notify) {
    if (trouble().empty() && has_xmpp())
        start_session();
    if (!trouble().empty())
        log_error(trouble());
}

Engine::~Engine() {
    io_remove(&events_);
    timeout_remove(&due_);
    timeout_remove(&late_state_);
    if (session_ == nullptr)
        return;
    // Each for itself: what one throws keeps nothing from the next.
    is_ending_ = true;
    host::guarded("end of the service", [this] {
        take_events();
        wait_for_answers();
    });
    // Of a process that ended late: ours replaces it.
    host::guarded("saved state", [this] { take_state(); });
    host::guarded("saved state", [this] { leave_queue(); });
    host::guarded("saved state", [this] { leave_people(); });
}

void Engine::start_session() {
    auto session = session::Session::start(settings_.site.xmpp, std::exchange(settings_.secret, {}));
    if (!session) {
        settings_.configuration_error = session.error().text;
        return;
    }
    session_ = *std::move(session);
    events_ = host::watch_for_input(session_->event_descriptor(), &Engine::on_events, this);
    if (const auto prepared = prepare_state_directory(settings_.state_directory); !prepared)
        log_warning(prepared.error().text + "; what waits to be sent is lost when Dovecot stops "
                                            "(plugin { columbarium_state_dir })");
    take_state();
    send_due();
    late_state_ = host::call_each(late_state_interval_milliseconds, &Engine::on_late_state, this);
}

std::optional<presence::Presence> Engine::look_up(const xmpp::Jid& jid) {
    take_events(); // the session that the orders are for is the one that there is
    session::Found found = desk_.look_up(jid, now());
    carry_out(std::move(found.orders));
    if (!found.presence && !knows_people())
        return presence::Presence{};
    return std::move(found.presence);
}

Expected<bool> Engine::add(notify::Notification notification) {
    take_events();
    auto added = desk_.add(std::move(notification), now());
    send_due();
    return added;
}

session::DeskStatus Engine::status() const {
    return desk_.status(now());
}

std::int64_t Engine::uptime() const {
    return std::max<std::int64_t>(0, now() - started_);
}

bool Engine::is_idle() const {
    return session_ == nullptr;
}

void Engine::on_events(void* context) {
    host::guarded("XMPP session", [context] { static_cast<Engine*>(context)->take_events(); });
}

void Engine::on_due(void* context) {
    host::guarded("queue of notifications", [context] { static_cast<Engine*>(context)->send_due(); });
}

void Engine::on_late_state(void* context) {
    auto* engine = static_cast<Engine*>(context);
    host::guarded("saved state", [engine] {
        if (engine->uptime() >= late_state_seconds)
            timeout_remove(&engine->late_state_);
        engine->take_state();
        engine->send_due();
    });
}

// Whether who is not known is none whom the session could tell about. The roster of a client comes a moment
// after its session begins; an empty one cannot be told from one that is late.
bool Engine::knows_people() const {
    const session::DeskStatus status = desk_.status(now());
    return status.connected && (kind() == config::XmppAccount::Kind::component || status.known > 0 ||
                                status.age >= presence::PresenceTable::settling_seconds);
}

void Engine::take_events() {
    if (session_ == nullptr)
        return;
    const std::vector<session::Event> events = session_->take_events();
    if (events.empty())
        return;
    std::vector<session::Command> orders;
    for (const session::Event& event : events) {
        if (std::holds_alternative<session::Disconnected>(event))
            orders.clear(); // of a session that is over
        session::Reaction reaction = desk_.take(event, now());
        if (!reaction.line.empty())
            reaction.is_trouble ? log_warning(reaction.line) : log_info(reaction.line);
        std::ranges::move(reaction.orders, std::back_inserter(orders));
    }
    carry_out(std::move(orders));
    send_due(); // each notification that was accepted makes room for another
}

void Engine::carry_out(std::vector<session::Command> orders) {
    if (session_ == nullptr)
        return;
    for (session::Command& order : orders)
        session_->order(std::move(order));
}

void Engine::send_due() {
    // Nobody waits any more for the answers to what is sent while the process ends.
    if (!is_ending_)
        carry_out(desk_.due(now()));
    if (const std::string news = desk_.news_of_queue(); !news.empty())
        log_warning("XMPP: " + news);
    timeout_remove(&due_);
    const std::int64_t pause = desk_.seconds_to_next(now());
    if (pause < 0 || is_ending_)
        return;
    const std::int64_t bounded = std::clamp<std::int64_t>(pause, 1, longest_pause_seconds);
    due_ = host::call_each(static_cast<unsigned>(bounded * 1'000), &Engine::on_due, this);
}

void Engine::wait_for_answers() {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + time_for_answers;
    for (session::DeskStatus status = this->status(); status.connected && status.waiting > 0;
         status = this->status()) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        pollfd events{session_->event_descriptor(), POLLIN, 0};
        if (left <= 0 || ::poll(&events, 1, static_cast<int>(left)) <= 0)
            return;
        take_events();
    }
}

void Engine::take_state() {
    const auto queue = service::take_state(settings_.state_directory, queue_file);
    const auto people = service::take_state(settings_.state_directory, people_file);
    for (const auto& taken : {queue, people})
        if (!taken) {
            log_warning(taken.error().text);
            timeout_remove(&late_state_); // one such line is enough
        }
    if (queue && !queue->empty())
        desk_.load_queue(*queue, now());
    if (people && !people->empty())
        carry_out(desk_.load_people(*people, now()));
}

void Engine::leave_queue() {
    const auto left =
        kept_state(settings_.state_directory, queue_file, [this] { return desk_.save_queue(); });
    if (!left)
        log_error(left.error().text + "; the notifications that waited are lost");
}

void Engine::leave_people() {
    const auto left =
        kept_state(settings_.state_directory, people_file, [this] { return desk_.save_people(); });
    if (!left)
        log_warning(left.error().text);
}

} // namespace columbarium::service
