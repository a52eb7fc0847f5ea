// SPDX-License-Identifier: LGPL-2.1-or-later
// LMTP, LDA and the host's way to send mail, for C++. Include this last: see host_headers.hpp.
#pragma once

#include "dict_headers.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wold-style-cast"

extern "C" {
#include "net.h"

#include "iostream-ssl.h"
#include "lda-settings.h"
#include "lmtp-common.h"
#include "lmtp-recipient.h"
#include "mail-deliver.h"
#include "mail-storage-service.h"
#include "mail-user.h"
#include "master-service-settings.h"
#include "master-service-ssl-settings.h"
#include "master-service.h"
#include "message-address.h"
#include "settings-parser.h"
#include "smtp-common.h"
#include "smtp-server.h"
#include "smtp-submit.h"
}

#pragma GCC diagnostic pop
