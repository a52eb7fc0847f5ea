# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Builds the Debian packages, installs them, and runs one delivery against them. Sourced from the project's root.

our_packages=(libcolumbarium0 dovecot-columbarium columbarium columbarium-milter)
package_tree=

# Where packages are built. To be called by the shell that calls remove_package_tree.
make_package_tree() {
    package_tree=$(mktemp -d)
    chmod 755 "$package_tree" # apt reads packages as a user of its own
}

remove_package_tree() { [[ -z $package_tree ]] || rm -rf "$package_tree"; }

# Where dpkg-buildpackage builds.
package_build() { printf '%s/columbarium/obj-%s\n' "$package_tree" "$(dpkg-architecture -qDEB_HOST_GNU_TYPE)"; }

# Builds in a copy of the tree, so that nothing is left behind, and the tests with it, so that they can be run on what
# is packaged. What they look for beside the tree is there as well.
build_packages() {
    mkdir "$package_tree/columbarium"
    tar --create --exclude=./build --exclude=./.git . |
        tar --extract --no-same-owner --directory "$package_tree/columbarium"
    [[ ! -d ../shared ]] || ln -s "$(realpath ../shared)" "$package_tree/shared"
    (cd "$package_tree/columbarium" &&
        DEB_CXXFLAGS_APPEND="-Werror -Wno-error=unused-result" DEB_BUILD_OPTIONS="nocheck with-tests noautodbgsym parallel=$(nproc)" \
            dpkg-buildpackage -us -uc)
    if [[ -d $exim_place ]]; then
        mkdir "$package_tree/columbarium/build"
        cp -r "$exim_place" "$package_tree/columbarium/$exim_place"
    fi
}

test_package_build() { ctest --test-dir "$(package_build)" --output-on-failure --parallel "$(nproc)"; }

run_lintian() { lintian --fail-on error --pedantic --display-info "$package_tree"/*.changes; }

package_state() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || true; }

# Whether purging the packages leaves nothing of theirs: to be called where none of them had been there before.
purge_installed_packages() {
    local left=() place
    # What a site and the service make beside the packages' files.
    sievec /etc/dovecot/sieve/triage.sieve || return 1
    touch /var/lib/dovecot-columbarium/notifications /var/lib/dovecot-columbarium/store.sqlite
    apt_get_without_daemons purge "${our_packages[@]}"
    for place in /var/lib/dovecot-columbarium /usr/share/dovecot-columbarium /etc/dovecot/columbarium.toml \
        /etc/dovecot/conf.d/90-columbarium.conf /etc/dovecot/sieve/*.svbin /usr/lib/dovecot/columbarium \
        /etc/dovecot/columbarium-replies /usr/sbin/columbarium-milter \
        /lib/systemd/system/columbarium-*.* /usr/lib/dovecot/modules/lib95_*columbarium*; do
        [[ ! -e $place ]] || left+=("$place")
    done
    ((${#left[@]} == 0)) || { echo "purging leaves: ${left[*]}"; return 1; }
}

# Takes away what was not there before: with its configuration where none of ours had been there.
remove_installed_packages() { # STATES-BEFORE
    case $1 in
        *' installed '*) echo "left installed, as before" ;;
        *' config-files '*) apt_get_without_daemons remove "${our_packages[@]}" ;;
        *) purge_installed_packages ;;
    esac
}

# A sync by the installed command, as the user of the timer's service; in a configuration of its own.
people_with_installed_packages() {
    local place scripts
    # A timer that the administrator has enabled must outlive an upgrade.
    scripts=$(mktemp -d)
    dpkg-deb --control "$package_tree"/dovecot-columbarium_*.deb "$scripts"
    ! grep -s 'stop.*columbarium-people-sync' "$scripts/preinst" "$scripts/postinst" || return 1
    grep -q 'stop columbarium-people-sync.timer' "$scripts/prerm" || return 1
    rm -rf "$scripts"
    place=$(mktemp -d)
    chmod 755 "$place"
    printf '[people]\ndomains = ["cam.example.org"]\n[feed]\nkind = "csv"\nfile = "%s/people.csv"\n' "$place" >"$place/columbarium.toml"
    printf '[store]\nsqlite = "/var/lib/dovecot-columbarium/check.sqlite"\n' >>"$place/columbarium.toml"
    printf 'username,full_name,forwarding_address\nabc1,Alice Baker,alice@example.com\n' >"$place/people.csv"
    if command -v systemd-analyze >/dev/null; then
        systemd-analyze verify --man=no /lib/systemd/system/columbarium-people-sync.timer || return 1
    fi
    runuser -u columbarium -- columbarium people sync --config "$place/columbarium.toml" || return 1
    columbarium people show --config "$place/columbarium.toml" abc1 | grep alice@example.com || return 1
    columbarium tables export --config "$place/columbarium.toml" --format postfix-texthash --output "$place/forwarding" forwarding || return 1
    grep '^abc1@cam.example.org[[:blank:]]*alice@example.com$' "$place/forwarding" || return 1
    rm -rf "$place" /var/lib/dovecot-columbarium/check.sqlite*
}

# The installed milter reads a configuration, as the user of its service; and systemd its unit.
milter_with_installed_packages() {
    local place status=0
    if command -v systemd-analyze >/dev/null; then
        systemd-analyze verify --man=no /lib/systemd/system/columbarium-milter.service || return 1
    fi
    place=$(mktemp -d)
    chmod 755 "$place"
    printf '[people]\ndomains = ["cam.example.org"]\n[store]\nsqlite = "/var/lib/dovecot-columbarium/check.sqlite"\n' >"$place/good.toml"
    printf '[milter]\nsocket = 7\n' >"$place/bad.toml"
    runuser -u columbarium -- columbarium-milter --check --config "$place/good.toml" || status=1
    ! runuser -u columbarium -- columbarium-milter --check --config "$place/bad.toml" || status=1
    rm -rf "$place" /var/lib/dovecot-columbarium/check.sqlite*
    return "$status"
}

deliver_with_installed_packages() {
    local package states=' ' status=0
    for package in "${our_packages[@]}"; do
        states+="$(package_state "$package") "
    done
    trap allow_daemons EXIT
    apt_get_without_daemons install --reinstall --allow-downgrades "$package_tree"/*.deb
    COLUMBARIUM_RIG_INSTALLED=1 "$(package_build)"/tests/packages/columbarium_installed || status=1
    columbarium triage explain tests/mail/dsn-failed-user-unknown.eml || status=1
    people_with_installed_packages || status=1
    milter_with_installed_packages || status=1
    [[ $(stat -c '%U %a' /var/lib/dovecot-columbarium) == "columbarium 700" ]] ||
        { echo "/var/lib/dovecot-columbarium is not the service's alone"; status=1; }
    # As an upgrade does it: what is there already is no obstacle.
    dpkg-reconfigure --frontend=noninteractive dovecot-columbarium || status=1
    remove_installed_packages "$states" || status=1
    return "$status"
}
