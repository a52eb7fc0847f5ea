// SPDX-License-Identifier: LGPL-2.1-or-later
// What a service of Dovecot's master needs, for C++. Include this last: Dovecot defines about 1,900 macros.
//
// Apart from host_headers.hpp: a service stores no mail and runs no scripts.
#pragma once

// What the C headers include from the C library comes first, outside of extern "C".
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wold-style-cast"

extern "C" {
#include "lib.h"

#include "array.h"
#include "ioloop.h"
#include "master-service-settings.h"
#include "master-service.h"
#include "ostream.h"
#include "restrict-access.h"
#include "settings-parser.h"
#include "str-sanitize.h"
}

#pragma GCC diagnostic pop

namespace columbarium::host {

// The host's macros of these names cast the callback, and check by it what C++ checks by itself.
using LoopCallback = void (*)(void* context);

// Calls when the descriptor can be read from, or is at its end; until io_remove().
[[nodiscard]] inline io* watch_for_input(int descriptor, LoopCallback callback, void* context) {
    return (io_add)(descriptor, IO_READ, __FILE__, __LINE__, callback, context);
}

// The same for a descriptor that can be written to.
[[nodiscard]] inline io* watch_for_output(int descriptor, LoopCallback callback, void* context) {
    return (io_add)(descriptor, IO_WRITE, __FILE__, __LINE__, callback, context);
}

// Calls each so many milliseconds; until timeout_remove().
[[nodiscard]] inline timeout* call_each(unsigned milliseconds, LoopCallback callback, void* context) {
    return (timeout_add)(milliseconds, __FILE__, __LINE__, callback, context);
}

} // namespace columbarium::host
