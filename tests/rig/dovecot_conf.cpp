// SPDX-License-Identifier: LGPL-2.1-or-later
#include "dovecot_conf.hpp"

#include <set>
#include <sstream>

namespace columbarium::rig {

namespace {

[[nodiscard]] std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

// The names of "NAME=value" lines, each once. The values are in the environment of whoever is started:
// doveadm has others than the server.
[[nodiscard]] std::string names_of_variables(const Modules& modules) {
    std::set<std::string> names;
    for (const auto* environment : {&modules.environment, &modules.doveadm_environment}) {
        for (const auto& variable : *environment) {
            names.insert(variable.substr(0, variable.find('=')));
        }
    }
    return joined({names.begin(), names.end()});
}

// The shadow memory of a sanitizer is address space by the terabyte.
[[nodiscard]] bool has_sanitizer(const Modules& modules) {
    return joined(modules.environment).find("LD_PRELOAD=") != std::string::npos;
}

void write_process_settings(std::ostream& conf, const DovecotLayout& layout) {
    const auto& account = layout.account;
    conf << "base_dir = @directory@/run\n"
            "state_dir = @directory@/state\n"
            "log_path = @directory@/log\n"
            "listen = 127.0.0.1\n"
            "protocols = imap lmtp sieve\n"
            "ssl = no\n"
            "disable_plaintext_auth = no\n"
            "default_client_limit = 100\n"
            "default_process_limit = 20\n"
         << "default_internal_user = " << account.user << "\ndefault_internal_group = " << account.group
         << "\ndefault_login_user = " << account.user << "\nfirst_valid_uid = " << account.uid
         << "\nlast_valid_uid = " << account.uid << "\nfirst_valid_gid = " << account.gid
         << "\nlast_valid_gid = " << account.gid << "\nimport_environment = TZ LISTEN_PID LISTEN_FDS "
         << "LLVM_PROFILE_FILE GCOV_PREFIX " << names_of_variables(layout.modules) << '\n';
    if (has_sanitizer(layout.modules)) {
        conf << "default_vsz_limit = 0\n";
    }
}

void write_services(std::ostream& conf, const DovecotLayout& layout) {
    // Nobody but root may chroot.
    for (const char* service : {"anvil", "stats"}) {
        conf << "service " << service << " {\n  chroot =\n}\n";
    }
    conf << "service imap-login {\n  chroot =\n  inet_listener imap {\n    port = " << layout.imap_port
         << "\n  }\n  inet_listener imaps {\n    port = 0\n  }\n}\n"
         << "service managesieve-login {\n  chroot =\n  inet_listener sieve {\n    port = "
         << layout.managesieve_port << "\n  }\n}\n"
         << "service lmtp {\n  inet_listener lmtp {\n    port = " << layout.lmtp_port << "\n  }\n}\n";
    if (!layout.modules.doveadm_environment.empty()) {
        conf << "service doveadm {\n  executable = /usr/bin/env "
             << joined(layout.modules.doveadm_environment)
             << " " COLUMBARIUM_DOVECOT_LIBEXEC_DIR "/doveadm-server\n}\n";
    }
}

void write_columbarium_service(std::ostream& conf, const DovecotOptions& options,
                               const DovecotLayout& layout) {
    if (!options.service) {
        return;
    }
    // The master is not root, so that it starts nobody else's processes.
    conf << shipped_service_conf() << "service columbarium {\n  executable = " << layout.modules.service
         << "\n  user = " << layout.account.user << '\n';
    if (has_sanitizer(layout.modules)) {
        conf << "  vsz_limit = 0\n";
    }
    conf << "}\nservice auth {\n  unix_listener columbarium-userdb {\n    user = " << layout.account.user
         << "\n  }\n}\n";
}

void write_users(std::ostream& conf, const DovecotOptions& options, const DovecotLayout& layout) {
    const auto& account = layout.account;
    conf << "auth_username_format = %Ln\n"
            "passdb {\n  driver = static\n  args = password=secret\n}\n"
         << "mail_uid = " << account.user << "\nmail_gid = " << account.group
         << "\nmail_home = @directory@/home/%n\n"
            "mail_location = maildir:~/Maildir\n"
            "namespace inbox {\n  inbox = yes\n  separator = /\n}\n";
    if (options.users.empty()) {
        conf << "userdb {\n  driver = static\n  args = uid=" << account.uid << " gid=" << account.gid
             << " home=@directory@/home/%n allow_all_users=yes\n}\n";
    } else {
        conf << "userdb {\n  driver = passwd-file\n  args = @directory@/users\n}\n";
    }
}

void write_plugins(std::ostream& conf, const DovecotOptions& options, const DovecotLayout& layout) {
    std::vector<std::string> everywhere = options.mail_plugins;
    if (!options.quota_rule.empty()) {
        everywhere.emplace_back("quota");
    }
    const std::string delivery = "$mail_plugins sieve " + joined(options.delivery_plugins);
    conf << "mail_plugin_dir = " << layout.modules.directory.string()
         << "\nmail_plugins = " << joined(everywhere) << "\nprotocol lmtp {\n  mail_plugins = " << delivery
         << ' ' << joined(options.lmtp_plugins) << "\n}\nprotocol lda {\n  mail_plugins = " << delivery << ' '
         << joined(options.lda_plugins) << "\n}\n";
    if (!options.imap_plugins.empty()) {
        conf << "protocol imap {\n  mail_plugins = $mail_plugins " << joined(options.imap_plugins) << "\n}\n";
    }
}

void write_sending(std::ostream& conf, const DovecotOptions& options) {
    conf << "hostname = mail.example.org\n"
            "postmaster_address = postmaster@example.org\n"
            // Never the system's sendmail.
            "sendmail_path = /bin/false\n";
    if (options.submission_port != 0) {
        conf << "submission_host = 127.0.0.1:" << options.submission_port << '\n';
    }
}

void write_plugin_settings(std::ostream& conf, const DovecotOptions& options, const DovecotLayout& layout) {
    std::map<std::string, std::string> settings = {
        {"sieve", "file:~/sieve;active=~/.dovecot.sieve"},
        {"sieve_global", "@directory@/sieve/global"},
        {"sieve_plugin_dir", (layout.modules.directory / "sieve").string()},
    };
    const auto set_unless_empty = [&settings](const char* name, const std::string& value,
                                              const std::string& said) {
        if (!said.empty()) {
            settings[name] = value;
        }
    };
    const std::string plugins = joined(options.sieve_plugins);
    set_unless_empty("sieve_plugins", plugins, plugins);
    set_unless_empty("sieve_extensions", options.sieve_extensions, options.sieve_extensions);
    set_unless_empty("sieve_global_extensions", options.sieve_global_extensions,
                     options.sieve_global_extensions);
    set_unless_empty("sieve_before", "@directory@/sieve/before.sieve", options.sieve_before);
    set_unless_empty("sieve_default", "@directory@/sieve/default.sieve", options.sieve_default);
    set_unless_empty("sieve_after", "@directory@/sieve/after.sieve", options.sieve_after);
    set_unless_empty("columbarium_config", "@directory@/columbarium.toml", options.site_config);
    if (options.service) {
        settings["columbarium_state_dir"] = "@directory@/service";
    }
    set_unless_empty("quota", "count:User quota", options.quota_rule);
    set_unless_empty("quota_vsizes", "yes", options.quota_rule);
    set_unless_empty("quota_rule", options.quota_rule, options.quota_rule);
    for (const auto& [name, value] : options.plugin_settings) {
        settings[name] = value;
    }
    conf << "plugin {\n";
    for (const auto& [name, value] : settings) {
        conf << "  " << name << " = " << value << '\n';
    }
    conf << "}\n";
}

} // namespace

std::string with_directory(std::string text, const std::filesystem::path& directory) {
    constexpr std::string_view placeholder = "@directory@";
    for (std::size_t at = 0; (at = text.find(placeholder, at)) != std::string::npos;) {
        text.replace(at, placeholder.size(), directory.string());
        at += directory.string().size();
    }
    return text;
}

std::string dovecot_conf(const DovecotOptions& options, const DovecotLayout& layout) {
    std::ostringstream conf;
    write_process_settings(conf, layout);
    write_services(conf, layout);
    write_columbarium_service(conf, options, layout);
    write_users(conf, options, layout);
    write_plugins(conf, options, layout);
    write_sending(conf, options);
    write_plugin_settings(conf, options, layout);
    conf << options.extra_conf << '\n';
    return with_directory(conf.str(), layout.directory);
}

} // namespace columbarium::rig
