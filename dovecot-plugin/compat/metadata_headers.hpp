// SPDX-License-Identifier: LGPL-2.1-or-later
// The attributes of mailboxes (IMAP METADATA) for C++. Include this last: see host_headers.hpp.
#pragma once

#include "dict_headers.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wold-style-cast"

extern "C" {
#include "mail-storage-private.h"
#include "mail-storage-settings.h"
#include "mailbox-attribute.h"
}

#pragma GCC diagnostic pop
