// SPDX-License-Identifier: LGPL-2.1-or-later
#include "shipped_configuration.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

#include "rig/directory.hpp"

namespace columbarium::demo {

namespace {

// Replaces every `from`; a text without it is not what this program was written for.
std::string replaced(std::string text, std::string_view from, std::string_view to) {
    std::size_t at = text.find(from);
    if (at == std::string::npos)
        throw std::runtime_error("a file of conf.d does not hold \"" + std::string(from) + "\"");
    for (; at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

} // namespace

rig::DovecotOptions shipped_configuration(const std::filesystem::path& conf_d) {
    // What the administrator changes: triage for everybody, and the desk in IMAP.
    std::string conf =
        replaced(rig::read_file(conf_d / "90-columbarium.conf"), "#sieve_before", "sieve_before");
    conf = replaced(std::move(conf), "#!include_try /usr/share/dovecot-columbarium/desk.conf",
                    rig::read_file(conf_d / "desk.conf"));
    // What differs in a private server: where things are.
    conf = replaced(std::move(conf), "!include_try /usr/share/dovecot-columbarium/sieve-plugin.conf",
                    rig::read_file(conf_d / "sieve-plugin.conf"));
    conf = replaced(std::move(conf), "!include_try /usr/share/dovecot-columbarium/service.conf", "");
    conf = replaced(std::move(conf), "/etc/dovecot/", "@directory@/");

    rig::DovecotOptions options;
    options.extra_conf = conf;
    options.service = true;
    std::string site = replaced(rig::read_file(conf_d / "columbarium.toml"), "#forward_to =", "forward_to =");
    site = replaced(std::move(site), "#authserv_ids = [\"mx.example.org\"]",
                    "authserv_ids = [\"mx.example.org\"]");
    site = replaced(std::move(site), "#from = ", "from = ");
    site = replaced(std::move(site), "/etc/dovecot/", "@directory@/");
    options.site_config = site + "\n[store]\nsqlite = \"@directory@/store/store.sqlite\"\n";
    return options;
}

void install_triage_script(const rig::Dovecot& dovecot, const std::filesystem::path& conf_d) {
    for (const char* folder : {"sieve", "columbarium-replies"})
        for (const auto& file : std::filesystem::directory_iterator(conf_d / folder))
            (void)dovecot.write_file(folder / file.path().filename(), rig::read_file(file.path()));
    std::filesystem::remove(dovecot.write_file("store/empty", ""));
    for (const char* name : {"triage", "desk-moved", "desk-flagged"}) {
        const auto compiled =
            dovecot.tool("sievec", {(dovecot.directory() / "sieve" / name).string() + ".sieve"});
        if (compiled.status != 0)
            throw std::runtime_error(std::string(name) + ".sieve does not compile: " + to_string(compiled));
    }
}

} // namespace columbarium::demo
