// SPDX-License-Identifier: LGPL-2.1-or-later
// Expected failures as values. Every function of common that can fail returns Expected<T>; exceptions are
// left for bugs and exhausted memory, and stop at an adapter's guarded().
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace columbarium {

// What an adapter may do about a failure.
enum class ErrorKind {
    temporary, // may pass by itself or when the administrator has mended it: answer 4xx, keep the mail queued
    permanent, // the same request will fail again: the request itself is wrong
};

// A failure. `text` is one line for a person: what failed, on what, and what to do. It holds no secret.
struct Error {
    ErrorKind kind = ErrorKind::temporary;
    std::string text;
};

// A T, or an Error. `Expected<void>` for actions.
template <class T>
using Expected = tl::expected<T, Error>;

// An Expected<T> that holds a temporary failure with this text.
[[nodiscard]] inline tl::unexpected<Error> temporary_failure(std::string text) {
    return tl::make_unexpected(Error{ErrorKind::temporary, std::move(text)});
}

// An Expected<T> that holds a permanent failure with this text.
[[nodiscard]] inline tl::unexpected<Error> permanent_failure(std::string text) {
    return tl::make_unexpected(Error{ErrorKind::permanent, std::move(text)});
}

} // namespace columbarium
