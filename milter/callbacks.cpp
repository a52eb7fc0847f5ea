// SPDX-License-Identifier: LGPL-2.1-or-later
#include "milter/callbacks.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string_view>

#include <fmt/format.h>
#include <libmilter/mfapi.h>

#include "base/ascii.hpp"
#include "guarded.hpp"
#include "milter/log.hpp"
#include "milter/no_delay.hpp"
#include "milter/reply_text.hpp"
#include "milter/session.hpp"
#include "milter/socket_file.hpp"

namespace columbarium::milter {

namespace {

Resources* shared = nullptr;              // libmilter has no place for what all connections share
std::atomic<bool> is_mark_missed = false; // the log has it once

// Messages that are at their end.
class Busy {
  public:
    Busy() { change(1); }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;
    ~Busy() { change(-1); }

    static void wait(std::chrono::seconds longest) {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, longest, [] { return count == 0; });
    }

  private:
    static void change(int by) {
        const std::lock_guard lock(mutex);
        count += by;
        changed.notify_all();
    }
    static inline std::mutex mutex;
    static inline std::condition_variable changed;
    static inline int count = 0;
};

// What libmilter keeps for a connection.
struct Connection {
    Session session{*shared};
    unsigned long actions = SMFIF_ADDHDRS | SMFIF_ADDRCPT | SMFIF_DELRCPT;
    unsigned long steps = 0;
    // A part of the message was lost to an exception, where the MTA did not wait for an answer; or there was
    // no MAIL. Nothing can be decided then.
    bool is_broken = true;

    // The answer to a callback that the MTA does not wait for, where it agreed to that.
    [[nodiscard]] sfsistat go_on(unsigned long unanswered) const {
        return (steps & unanswered) != 0 ? SMFIS_NOREPLY : SMFIS_CONTINUE;
    }
};

// Made at its first use: an MTA may leave the negotiation out.
Connection& connection_of(SMFICTX* context) {
    auto* connection = static_cast<Connection*>(smfi_getpriv(context));
    if (connection == nullptr) {
        connection = new Connection; // NOLINT: libmilter's until closed() takes it back
        smfi_setpriv(context, connection);
    }
    return *connection;
}

// A macro of the MTA's: "{auth_authen}", "i", "j". "" where it is missing.
std::string_view macro(SMFICTX* context, const char* name) {
    const char* const value = smfi_getsymval(context, const_cast<char*>(name)); // NOLINT: it only reads
    return value == nullptr ? std::string_view() : std::string_view(value);
}

// What the log calls a message: the queue's number, which some MTAs know only later.
std::string name_of(SMFICTX* context) {
    const std::string_view number = macro(context, "i");
    return number.empty() ? "NOQUEUE" : std::string(number);
}

// What the MTA does where an exception came out of our code.
sfsistat on_error() {
    return shared->site().milter.on_error == config::MilterPolicy::OnError::accept ? SMFIS_ACCEPT
                                                                                   : SMFIS_TEMPFAIL;
}

// libmilter's functions take pointers to what they do not change.
char* unchanged(const std::string& text) {
    return const_cast<char*>(text.c_str()); // NOLINT
}

void set_reply(SMFICTX* context, std::string_view reply) {
    const ReplyText text = reply_text(reply);
    if (smfi_setreply(context, unchanged(text.code),
                      text.enhanced.empty() ? nullptr : unchanged(text.enhanced),
                      text.text.empty() ? nullptr : unchanged(text.text)) != MI_SUCCESS)
        log_warning(fmt::format("this reply cannot be given, the MTA uses one of its own: {}", reply));
}

sfsistat answer(SMFICTX* context, const Step& step, sfsistat go_on) {
    switch (step.kind) {
    case Step::Kind::go_on:
        break;
    case Step::Kind::accept:
        return SMFIS_ACCEPT;
    case Step::Kind::skip:
        return SMFIS_SKIP;
    case Step::Kind::refuse:
        set_reply(context, step.reply);
        return SMFIS_REJECT;
    case Step::Kind::defer:
        set_reply(context, step.reply);
        return SMFIS_TEMPFAIL;
    }
    return go_on;
}

sfsistat negotiated(SMFICTX* context, unsigned long actions, unsigned long steps, unsigned long,
                    unsigned long, unsigned long* wanted_actions, unsigned long* wanted_steps,
                    unsigned long* unused, unsigned long* unused_too) {
    return host::guarded("milter negotiation", sfsistat{SMFIS_REJECT}, [&]() -> sfsistat {
        const bool rewrites = shared->site().milter.forwarding == config::MilterPolicy::Forwarding::rewrite;
        const unsigned long needed = SMFIF_DELRCPT | (rewrites ? SMFIF_ADDRCPT : 0UL);
        if ((actions & needed) != needed) {
            log_error("the MTA does not let us change recipients: mail goes on without us, or not at all, "
                      "as its settings say");
            return SMFIS_REJECT;
        }
        if (rewrites && (actions & SMFIF_ADDHDRS) == 0 && !is_mark_missed.exchange(true))
            log_warning("the MTA does not let us add fields: forwarded messages that come round again are "
                        "known by their number of Received fields only");
        Connection& connection = connection_of(context);
        connection.actions = actions & (needed | (rewrites ? SMFIF_ADDHDRS : 0UL));
        connection.steps = steps & (SMFIP_NOCONNECT | SMFIP_NOHELO | SMFIP_NOUNKNOWN | SMFIP_SKIP |
                                    SMFIP_NR_MAIL | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_HDR_LEADSPC);
        *wanted_actions = connection.actions;
        *wanted_steps = connection.steps;
        *unused = 0;
        *unused_too = 0;
        return SMFIS_CONTINUE;
    });
}

// A step that the MTA does not wait for, where it agreed to that: a failure is remembered until it does wait.
// The answer is always the same one: after any other, libmilter would think that the message is over, send
// nothing, and answer nothing that comes behind.
template <class Body>
sfsistat guarded_step(SMFICTX* context, const char* where, unsigned long unanswered, Body&& body) {
    const bool is_done = host::guarded(where, false, [&] {
        body(connection_of(context));
        return true;
    });
    auto* connection = static_cast<Connection*>(smfi_getpriv(context));
    if (connection == nullptr)
        return on_error(); // no memory for one: then nothing was agreed either
    if (!is_done)
        connection->is_broken = true;
    return connection->go_on(unanswered);
}

// The answer to a step that the MTA waits for, of a broken message.
sfsistat broken(SMFICTX* context) {
    log_warning(name_of(context) + ": a part of the message was lost");
    set_reply(context, tombstone::cannot_decide);
    return on_error();
}

sfsistat sender(SMFICTX* context, char** arguments) {
    return guarded_step(context, "milter MAIL", SMFIP_NR_MAIL, [&](Connection& connection) {
        connection.is_broken = true;
        const bool is_authenticated = !macro(context, "{auth_authen}").empty();
        connection.session.sender({arguments[0], macro(context, "{mail_addr}")}, is_authenticated);
        connection.is_broken = false;
    });
}

// RFC 3461 section 4.1: without NOTIFY, failures are reported.
bool is_report_wanted(char** parameters) {
    constexpr std::string_view keyword = "NOTIFY=";
    for (; *parameters != nullptr; ++parameters) {
        std::string_view parameter = *parameters;
        if (!equals_ignoring_case(parameter.substr(0, keyword.size()), keyword))
            continue;
        parameter.remove_prefix(keyword.size());
        while (!parameter.empty()) {
            const std::size_t end = std::min(parameter.find(','), parameter.size());
            if (equals_ignoring_case(parameter.substr(0, end), "FAILURE"))
                return true;
            parameter.remove_prefix(std::min(end + 1, parameter.size()));
        }
        return false;
    }
    return true;
}

sfsistat recipient(SMFICTX* context, char** arguments) {
    return host::guarded("milter RCPT", on_error(), [&] {
        Connection& connection = connection_of(context);
        if (connection.is_broken)
            return broken(context);
        return answer(context,
                      connection.session.recipient({arguments[0], macro(context, "{rcpt_addr}")},
                                                   is_report_wanted(arguments + 1), name_of(context)),
                      SMFIS_CONTINUE);
    });
}

sfsistat data(SMFICTX* context) {
    return host::guarded("milter DATA", on_error(), [&] {
        const Connection& connection = connection_of(context);
        return connection.is_broken ? broken(context)
                                    : answer(context, connection.session.data(), SMFIS_CONTINUE);
    });
}

sfsistat field(SMFICTX* context, char* name, char* body) {
    return guarded_step(context, "milter header", SMFIP_NR_HDR, [&](Connection& connection) {
        if (!connection.is_broken)
            connection.session.field(name, body, (connection.steps & SMFIP_HDR_LEADSPC) != 0);
    });
}

sfsistat end_of_header(SMFICTX* context) {
    return guarded_step(context, "milter end of header", SMFIP_NR_EOH, [&](Connection& connection) {
        if (!connection.is_broken)
            connection.session.end_of_header();
    });
}

sfsistat body(SMFICTX* context, unsigned char* octets, std::size_t length) {
    return host::guarded("milter body", on_error(), [&]() -> sfsistat {
        Connection& connection = connection_of(context);
        if (connection.is_broken)
            return broken(context);
        // NOLINTNEXTLINE: octets are octets
        const Step step = connection.session.body({reinterpret_cast<const char*>(octets), length});
        if (step.kind == Step::Kind::skip && (connection.steps & SMFIP_SKIP) == 0)
            return SMFIS_CONTINUE;
        return answer(context, step, SMFIS_CONTINUE);
    });
}

// "Name: value CRLF" on top of the message.
bool insert_mark(SMFICTX* context, const std::string& mark, bool has_leading_blank) {
    const std::size_t colon = mark.find(':');
    if (colon == std::string::npos)
        return true; // none
    const std::size_t end = mark.find_last_not_of("\r\n") + 1;
    const std::size_t begin = colon + (has_leading_blank ? 1 : 2);
    return smfi_insheader(context, 0, unchanged(mark.substr(0, colon)),
                          unchanged(mark.substr(begin, end - begin))) == MI_SUCCESS;
}

bool change(SMFICTX* context, const Ending& ending, const Connection& connection) {
    bool good = true;
    if ((connection.actions & SMFIF_ADDHDRS) != 0)
        for (const std::string& mark : ending.marks)
            good &= insert_mark(context, mark, (connection.steps & SMFIP_HDR_LEADSPC) != 0);
    // First this: who is to be added may be one of them.
    for (const std::string& address : ending.remove)
        good &= smfi_delrcpt(context, unchanged("<" + address + ">")) == MI_SUCCESS;
    for (const std::string& address : ending.add)
        good &= smfi_addrcpt(context, unchanged("<" + address + ">")) == MI_SUCCESS;
    return good;
}

sfsistat end_of_message(SMFICTX* context) {
    const Busy busy;
    return host::guarded("milter end of message", on_error(), [&]() -> sfsistat {
        Connection& connection = connection_of(context);
        if (connection.is_broken)
            return broken(context);
        const std::string name = name_of(context);
        const Ending ending = connection.session.end_of_message(name);
        switch (ending.kind) {
        case Ending::Kind::accept:
            if (change(context, ending, connection))
                return SMFIS_ACCEPT;
            log_error(name + ": the MTA does not take our changes: deferred");
            set_reply(context, tombstone::cannot_decide);
            return SMFIS_TEMPFAIL;
        case Ending::Kind::discard:
            return SMFIS_DISCARD;
        case Ending::Kind::refuse:
            set_reply(context, ending.reply);
            return SMFIS_REJECT;
        case Ending::Kind::defer:
            break;
        }
        set_reply(context, ending.reply);
        return SMFIS_TEMPFAIL;
    });
}

sfsistat aborted(SMFICTX* context) {
    return host::guarded("milter abort", SMFIS_CONTINUE, [&] {
        connection_of(context).session.abort();
        return SMFIS_CONTINUE;
    });
}

// The end of the connection; it may come without aborted().
sfsistat closed(SMFICTX* context) {
    return host::guarded("milter close", SMFIS_CONTINUE, [&] {
        delete static_cast<Connection*>(smfi_getpriv(context)); // NOLINT: made in connection_of()
        smfi_setpriv(context, nullptr);
        return SMFIS_CONTINUE;
    });
}

constexpr int longest_queue = 256; // of connections that wait for a thread

} // namespace

Expected<void> register_filter(Resources& resources) {
    shared = &resources;
    const std::string& socket = resources.site().milter.socket;
    std::string name = "columbarium";
    smfiDesc filter{};
    filter.xxfi_name = name.data();
    filter.xxfi_version = SMFI_VERSION;
    filter.xxfi_flags = SMFIF_ADDHDRS | SMFIF_ADDRCPT | SMFIF_DELRCPT;
    filter.xxfi_envfrom = sender;
    filter.xxfi_envrcpt = recipient;
    filter.xxfi_header = field;
    filter.xxfi_eoh = end_of_header;
    filter.xxfi_body = body;
    filter.xxfi_eom = end_of_message;
    filter.xxfi_abort = aborted;
    filter.xxfi_close = closed;
    filter.xxfi_data = data;
    filter.xxfi_negotiate = negotiated;
    if (smfi_setconn(unchanged(socket)) != MI_SUCCESS)
        return permanent_failure(
            fmt::format("[milter] socket = \"{}\": libmilter knows no such form", socket));
    if (smfi_register(filter) != MI_SUCCESS || smfi_setbacklog(longest_queue) != MI_SUCCESS)
        return permanent_failure("libmilter does not take the filter: it is older than the one that this "
                                 "program was built with");
    if (auto free = nobody_listens_at(socket); !free)
        return free;
    // What a process before us has left there is in the way.
    if (smfi_opensocket(true) != MI_SUCCESS)
        return permanent_failure(fmt::format(
            "[milter] socket = \"{}\": cannot listen there: the folder is missing or not ours, or somebody "
            "else listens",
            socket));
    send_without_delay();
    return {};
}

bool serve() {
    return smfi_main() == MI_SUCCESS;
}

void wait_for_messages(std::chrono::seconds longest) {
    Busy::wait(longest);
}

} // namespace columbarium::milter
