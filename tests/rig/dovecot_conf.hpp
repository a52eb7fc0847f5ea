// SPDX-License-Identifier: LGPL-2.1-or-later
// What a private Dovecot is configured with: the options a test chooses, and the dovecot.conf made of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "account.hpp"
#include "modules.hpp"

namespace columbarium::rig {

// All defaults together are a server that delivers to any user name and has Sieve for LMTP and LDA.
// In every text here, "@directory@" stands for the temporary directory.
struct DovecotOptions {
    // Lines for the end of dovecot.conf; they win over what the rig writes.
    std::string extra_conf;

    // Further settings of plugin { }.
    std::map<std::string, std::string> plugin_settings;

    // columbarium.toml; plugin setting columbarium_config names its path. Empty: no file, no setting.
    std::string site_config;

    // Modules for every mail process; for LMTP and LDA on top of them ("sieve" is always among these, first);
    // for LMTP only; for LDA only; for IMAP only.
    std::vector<std::string> mail_plugins;
    std::vector<std::string> delivery_plugins;
    std::vector<std::string> lmtp_plugins;
    std::vector<std::string> lda_plugins;
    std::vector<std::string> imap_plugins;

    // sieve_plugins, and sieve_extensions / sieve_global_extensions as they stand in dovecot.conf ("+vnd.x").
    std::vector<std::string> sieve_plugins;
    std::string sieve_extensions;
    std::string sieve_global_extensions;

    // Scripts of the administrator: before the user's, instead of the user's when he has none, after it.
    std::string sieve_before;
    std::string sieve_default;
    std::string sieve_after;

    // Scripts for include :global, by name without ".sieve".
    std::map<std::string, std::string> sieve_global_scripts;

    // "*:storage=10k": loads the quota plugin with this rule. Empty: no quota.
    std::string quota_rule;

    // The users who exist, each with his extra fields ("userdb_quota_rule=*:bytes=1"). Empty: every name is a
    // user. A user's name is the local part, in lower case, without "+detail".
    std::map<std::string, std::string> users;

    // The port of 127.0.0.1 that outgoing mail is given to (SmtpSink::port). 0: sending fails.
    std::uint16_t submission_port = 0;

    // Whether there is the service `columbarium`: its block is the one that the package ships, but for its
    // program and user. Its socket is "@directory@/run/columbarium", its state directory
    // "@directory@/service".
    bool service = false;

    // Where freshly built modules are looked for, recursively.
    std::vector<std::filesystem::path> module_directories = built_module_directories();

    // The server goes on running, and its directory stays, when the Dovecot object or the process ends.
    bool keep_running = false;
};

// What the rig decided for one server.
struct DovecotLayout {
    std::filesystem::path directory;
    Account account;
    Modules modules;
    std::uint16_t lmtp_port = 0;
    std::uint16_t imap_port = 0;
    std::uint16_t managesieve_port = 0;
};

// The text of dovecot.conf.
[[nodiscard]] std::string dovecot_conf(const DovecotOptions& options, const DovecotLayout& layout);

// `text` with "@directory@" replaced.
[[nodiscard]] std::string with_directory(std::string text, const std::filesystem::path& directory);

} // namespace columbarium::rig
