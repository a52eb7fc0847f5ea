// SPDX-License-Identifier: LGPL-2.1-or-later
// doveadm's headers for C++. Include this last: see host_headers.hpp.
#pragma once

#include <sysexits.h>

#include "dict_headers.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wold-style-cast"

extern "C" {
#include "doveadm-mail.h"
#include "doveadm-print.h"
#include "doveadm-settings.h"
#include "path-util.h"
}

#pragma GCC diagnostic pop
