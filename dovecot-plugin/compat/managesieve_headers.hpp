// SPDX-License-Identifier: LGPL-2.1-or-later
// What the managesieve program of Pigeonhole 0.5 exports to modules. Include this last.
//
// Pigeonhole does not install the headers of that program (src/managesieve: managesieve-client.h and
// managesieve-commands.h), though the program exports what they declare. So what is needed stands here, as
// 0.5.19 has it. Structures are declared up to the last member that is used; the host makes them, never we.
// Pigeonhole is built from Dovecot's source package and the module's version symbol is compared with the
// host's: a module that was built for another release is not loaded. Later Pigeonholes (2.4) print EXTLISTS
// themselves, and CMake does not build the module for them.
#pragma once

#include "host_headers.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wold-style-cast"

extern "C" {
#include "ostream.h"

#include "sieve.h"

struct client_command_context;
struct managesieve_settings;
struct mail_storage_service_user;

typedef bool command_func_t(struct client_command_context* cmd);

struct command { // NOLINT(readability-identifier-naming): the host's name
    const char* name;
    command_func_t* func;
};

struct client { // NOLINT(readability-identifier-naming): the host's name
    struct client *prev, *next;
    struct event* event;
    const char* session_id;
    int fd_in, fd_out;
    struct io* io;
    struct istream* input;
    struct ostream* output;
    struct timeout *to_idle, *to_idle_output;
    pool_t pool;
    struct mail_storage_service_user* service_user;
    const struct managesieve_settings* set;
    struct mail_user* user;
    struct sieve_instance* svinst;
};

struct client_command_context {
    struct client* client;
};

// The command of this name, or nullptr. What it points to may be changed.
struct command* command_find(const char* name);

// Sends a line; the line end is added.
int client_send_line(struct client* client, const char* data);
}

#pragma GCC diagnostic pop
