# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs what debian/control names and starts no daemon by it. Sourced from the project's root.

# Where invoke-rc.d asks whether it may start a daemon, and where the administrator's own waits meanwhile.
policy_file=/usr/sbin/policy-rc.d
policy_kept=/usr/sbin/policy-rc.d.before-columbarium

# Puts back what stood there before forbid_daemons, exactly.
allow_daemons() {
    if [[ -e $policy_kept || -L $policy_kept ]]; then
        mv -f "$policy_kept" "$policy_file"
    elif [[ -f $policy_file ]] && grep -q '^# columbarium: temporary' "$policy_file"; then
        rm -f "$policy_file"
    fi
}

# Packages that are installed from here on neither start nor restart a daemon.
forbid_daemons() {
    allow_daemons # after a run that was killed
    if [[ -e $policy_file || -L $policy_file ]]; then
        mv "$policy_file" "$policy_kept"
    fi
    printf '#!/bin/sh\n# columbarium: temporary\nexit 101\n' >"$policy_file"
    chmod 755 "$policy_file"
}

# Runs apt-get without daemons and questions.
apt_get_without_daemons() { # ARGUMENT...
    local status=0
    forbid_daemons
    DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" || status=$?
    allow_daemons
    return "$status"
}

nothing_is_missing() {
    command -v dpkg-checkbuilddeps >/dev/null && dpkg-checkbuilddeps debian/control 2>/dev/null
}

install_build_dependencies() {
    apt-get -q update
    apt_get_without_daemons build-dep ./
}

# Exim, for the tests that deliver with it. Debian installs one MTA only, and that is Postfix here: so its package is
# unpacked, and nothing of it is installed.
exim_place=build/exim

exim_is_there() { [[ -x /usr/sbin/exim4 || -x $exim_place/usr/sbin/exim4 ]]; }

unpack_exim() {
    local package
    mkdir -p "$exim_place"
    (cd "$exim_place" && apt-get -q -o APT::Sandbox::User=root download exim4-daemon-light)
    for package in "$exim_place"/exim4-daemon-light_*.deb; do
        dpkg-deb --extract "$package" "$exim_place"
    done
    exim_is_there
}

# Makes the machine ready, or says what it needs and sets step_ok to no. The caller's EXIT trap has to call
# allow_daemons.
prepare_machine() {
    install_what_is_missing
    if [[ $step_ok == yes ]] && ((EUID == 0)) && ! exim_is_there; then
        step "fetching Exim" unpack_exim
    fi
}

install_what_is_missing() {
    if nothing_is_missing; then
        return 0
    fi
    if ((EUID != 0)); then
        echo "Packages are missing:"
        command -v dpkg-checkbuilddeps >/dev/null && dpkg-checkbuilddeps debian/control
        echo "Run this script with sudo, or install them with: sudo apt-get build-dep ./"
        step_ok=no
        return 0
    fi
    local dovecot_was_there=no
    [[ -e /usr/sbin/dovecot ]] && dovecot_was_there=yes
    step "installing what debian/control names" install_build_dependencies
    if [[ $dovecot_was_there == no && -d /run/systemd/system ]]; then
        echo "Dovecot is installed now and was not started. To keep it off after a reboot:"
        echo "  systemctl disable dovecot.service dovecot.socket"
    fi
}
