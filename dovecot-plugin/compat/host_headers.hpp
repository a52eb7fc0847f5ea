// SPDX-License-Identifier: LGPL-2.1-or-later
// Dovecot's and Pigeonhole's C headers for C++. Nothing else of ours includes them.
//
// Include this last: Dovecot defines about 1,900 macros, and C++ headers read after them break. Two things in
// Pigeonhole's headers are no C++, and both are renamed while the headers are read:
//   - a struct member named `class` (sieve-code.h); here it is `class_`;
//   - the forward declaration `enum sieve_ast_argument_type;` in sieve-common.h; here it becomes an empty
//     enumeration of another name, and sieve-ast.h defines the real one afterwards.
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
#include "guid.h"
#include "ioloop.h"
#include "istream-concat.h"
#include "istream-crlf.h"
#include "istream-header-filter.h"
#include "istream.h"
#include "mempool.h"
#include "ostream.h"
#include "str-sanitize.h"
#include "str.h"

#include "mail-namespace.h"
#include "mail-storage.h"
#include "smtp-address.h"

#define class class_
#define sieve_ast_argument_type                                                                              \
    columbarium_unused_argument_type {}
#include "pigeonhole-config.h"
#include "sieve-common.h"
#undef sieve_ast_argument_type
#include "sieve-ast.h"

#include "rfc2822.h"
#include "sieve-actions.h"
#include "sieve-address.h"
#include "sieve-binary.h"
#include "sieve-code.h"
#include "sieve-commands.h"
#include "sieve-comparators.h"
#include "sieve-config.h"
#include "sieve-dump.h"
#include "sieve-error.h"
#include "sieve-ext-enotify.h"
#include "sieve-ext-environment.h"
#include "sieve-ext-imap4flags.h"
#include "sieve-extensions.h"
#include "sieve-generator.h"
#include "sieve-interpreter.h"
#include "sieve-limits.h"
#include "sieve-match-types.h"
#include "sieve-match.h"
#include "sieve-message.h"
#include "sieve-result.h"
#include "sieve-settings.h"
#include "sieve-smtp.h"
#include "sieve-stringlist.h"
#include "sieve-validator.h"
#undef class
}

#pragma GCC diagnostic pop
