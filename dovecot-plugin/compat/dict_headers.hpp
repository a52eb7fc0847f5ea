// SPDX-License-Identifier: LGPL-2.1-or-later
// Dovecot's dicts and mail users for C++. Include this last: see host_headers.hpp.
#pragma once

#include "host_headers.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wold-style-cast"

extern "C" {
#include "dict.h"
#include "mail-user.h"
}

#pragma GCC diagnostic pop
