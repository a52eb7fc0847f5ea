// SPDX-License-Identifier: LGPL-2.1-or-later
// The one place where C++ exceptions stop before they reach the host. An exception that escapes a callback
// ends the process, and with it the deliveries of all recipients of the session.
//
// Nothing inside may open a data stack frame of Dovecot (T_BEGIN): an exception would leave it open, and the
// host panics.
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

namespace columbarium::host {

// Writes one line to the host's log: where it happened and what. In log_exception.cpp; a test brings its own.
void log_exception(const char* where, const char* what) noexcept;

// Returns what `body` returns. Where it throws, logs one line and returns `fallback`: what the callback
// answers for a temporary failure. `where` names the callback for the log ("triage test").
template <class Fallback, class Body>
std::invoke_result_t<Body> guarded(const char* where, Fallback fallback, Body&& body) noexcept {
    try {
        return std::forward<Body>(body)();
    } catch (const std::exception& exception) {
        log_exception(where, exception.what());
    } catch (...) {
        log_exception(where, "unknown exception");
    }
    return fallback;
}

// The same for callbacks that answer nothing.
template <class Body>
void guarded(const char* where, Body&& body) noexcept {
    guarded(where, 0, [&] {
        std::forward<Body>(body)();
        return 0;
    });
}

} // namespace columbarium::host
