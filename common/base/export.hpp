// SPDX-License-Identifier: LGPL-2.1-or-later
// Marks what libcolumbarium.so shows to adapters and tools. Everything else stays inside: modules of
// Dovecot share one symbol space, so a symbol that is not exported cannot be called by mistake.
#pragma once

#define COLUMBARIUM_API __attribute__((visibility("default")))
