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
        throw std::runtime_error("conf.d/90-columbarium.conf does not hold \"" + std::string(from) + "\"");
    for (; at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

} // namespace

rig::DovecotOptions shipped_configuration(const std::filesystem::path& conf_d) {
    // What the administrator changes: triage for everybody.
    std::string conf =
        replaced(rig::read_file(conf_d / "90-columbarium.conf"), "#sieve_before", "sieve_before");
    // What differs in a private server: where things are.
    conf = replaced(std::move(conf), "!include_try /usr/share/dovecot-columbarium/sieve-plugin.conf",
                    rig::read_file(conf_d / "sieve-plugin.conf"));
    conf = replaced(std::move(conf), "!include_try /usr/share/dovecot-columbarium/service.conf", "");
    conf = replaced(std::move(conf), "/etc/dovecot/", "@directory@/");

    rig::DovecotOptions options;
    options.extra_conf = conf;
    options.site_config = rig::read_file(conf_d / "columbarium.toml") +
                          "\n[destinations.help]\nkind = \"channel\"\nforward_to = \"help@example.org\"\n";
    return options;
}

void install_triage_script(const rig::Dovecot& dovecot, const std::filesystem::path& conf_d) {
    const auto script =
        dovecot.write_file("sieve/triage.sieve", rig::read_file(conf_d / "sieve/triage.sieve"));
    const auto compiled = dovecot.tool("sievec", {script.string()});
    if (compiled.status != 0)
        throw std::runtime_error("triage.sieve does not compile: " + to_string(compiled));
}

} // namespace columbarium::demo
