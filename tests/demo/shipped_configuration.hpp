// SPDX-License-Identifier: LGPL-2.1-or-later
// The files of conf.d as an administrator installs them, with the paths of a private server.
#pragma once

#include <filesystem>

#include "rig/dovecot.hpp"

namespace columbarium::demo {

// Options for a server that reads 90-columbarium.conf, desk.conf and columbarium.toml of `conf_d` and runs
// triage.sieve for every mailbox, with the service. What the administrator fills in: the desk is
// support@example.org, each channel NAME forwards to name@example.org, and the Authentication-Results of
// mx.example.org are believed. Throws std::runtime_error where a file cannot be read.
[[nodiscard]] rig::DovecotOptions shipped_configuration(const std::filesystem::path& conf_d);

// Puts the scripts and the texts of answers where that configuration says, and compiles what the comments
// there tell the administrator to. To be called before the first delivery. Throws std::runtime_error with
// sievec's words.
void install_triage_script(const rig::Dovecot& dovecot, const std::filesystem::path& conf_d);

} // namespace columbarium::demo
