#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The rules of the house that no compiler checks: who may include whom, how long a file may be, and that it
# names its licence. Prints one line per fault, "file:line: what is wrong", and exits 1 where there is one.
#   check_house.sh [ROOT]      ROOT: the project's top directory (default: the one above this script)
set -euo pipefail
root=${1:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "$root"

longest_file=500
adapters=(sieve-ext dovecot-plugin milter tools)
# What adapters may include of another one: the differences between versions of the hosts, and a user's lists
# as the host has them.
shared_by_adapters=(dovecot-plugin/compat dovecot-plugin/host)

# Which rooms of common a room may include beside itself. A room that is missing here is a fault.
declare -A rooms_below=(
    [base]=""
    [config]="base mail"
    [mail]="base"
    [wire]="base"
    [xmpp]="base"
    [presence]="base config xmpp"
    [notify]="base config mail xmpp"
    [session]="base config notify presence xmpp"
    [lists]="base config mail"
    [carddav]="base lists"
    [triage]="base config mail"
    [reply]="base config mail triage"
    [tombstone]="base config mail reply"
    [desk]="base config mail reply triage"
    [submission]="base config"
    [store]="base config desk reply tombstone"
    [feed]="base config store tombstone wire"
    [tables]="base"
)

# Headers of the hosts: what Dovecot and Pigeonhole install where that is known, and their names anywhere.
host_header_directory=${DOVECOT_INCLUDE_DIR:-/usr/include/dovecot}
host_header_names='^(dovecot/|sieve/|sieve-|libmilter/|mail-(storage|user|deliver|namespace)|lmtp-|master-service|istream|ostream|(lib|config|module-dir|dovecot-version|pigeonhole-version)\.h$)'

faults=0
fault() { # PLACE TEXT
    printf '%s: %s\n' "$1" "$2"
    faults=$((faults + 1))
}

existing() { # DIRECTORY... : those that are there
    local directory
    for directory in "$@"; do
        [[ -d $directory ]] && printf '%s\n' "$directory"
    done
    return 0
}

# Every #include below some directories, one a line: file:line, then <name or "name.
includes_of() { # DIRECTORY...
    local directories
    mapfile -t directories < <(existing "$@")
    ((${#directories[@]})) || return 0
    { grep -rnE '^[[:space:]]*#[[:space:]]*include' --include='*.[ch]pp' --include='*.[ch]' "${directories[@]}" || true; } |
        sed -E 's/^([^:]+:[0-9]+):[[:space:]]*#[[:space:]]*include[[:space:]]*([<"])([^>"]*)[>"].*/\1 \2\3/'
}

# All files that somebody wrote. Mail, licence and key files are data.
sources() {
    find . \( -path ./.git -o -path ./build -o -path './obj-*' -o -path './debian/*/*' \) -prune -o -type f \
        \( -name '*.[ch]pp' -o -name '*.[ch]' -o -name '*.cmake' -o -name CMakeLists.txt -o -name '*.sh' \
        -o -name '*.py' -o -path ./debian/rules -o -path ./.ci/run \) -printf '%P\n' | sort
}

check_common() {
    local place include name room target
    while read -r place include; do
        name=${include:1}
        room=${place#common/}
        room=${room%%/*}
        if [[ $name =~ $host_header_names || ( $include == '<'* && -e $host_header_directory/$name ) ]]; then
            fault "$place" "common includes $name, a header of a host"
        elif [[ $include == '"'* ]]; then
            target=${name%%/*}
            if [[ ! -e common/$name ]]; then
                fault "$place" "common includes \"$name\", which is not in common (write room/header.hpp)"
            elif [[ $target != "$room" && " ${rooms_below[$room]-} " != *" $target "* ]]; then
                fault "$place" "room $room may not include room $target"
            fi
        fi
    done < <(includes_of common)
    for room in common/*/; do
        room=$(basename "$room")
        [[ $room == '*' || -v rooms_below[$room] ]] ||
            fault "common/$room" "a room that tests/house does not know: say there what it may include"
    done
}

is_shared_by_adapters() { # HEADER ADAPTER : as the adapter's own include path finds it
    local shared
    for shared in "${shared_by_adapters[@]}"; do
        [[ -e $shared/$1 || ($2/$1 == "$shared"/* && -e $2/$1) ]] && return 0
    done
    return 1
}

check_adapters() {
    local adapter other place include name
    for adapter in "${adapters[@]}"; do
        while read -r place include; do
            name=${include:1}
            if [[ $name == *..* ]]; then
                fault "$place" "includes $name: name the room instead of climbing"
                continue
            fi
            for other in "${adapters[@]}"; do
                [[ $other == "$adapter" || -e $adapter/$name || -e $(dirname "$place")/$name ]] && continue
                is_shared_by_adapters "$name" "$other" && continue
                if [[ $name == "$other"/* || -e $other/$name ]]; then
                    fault "$place" "adapter $adapter includes $name of adapter $other"
                fi
            done
        done < <(includes_of "$adapter")
    done
}

check_files() {
    local file lines
    while read -r file; do
        lines=$(wc -l <"$file")
        ((lines <= longest_file)) || fault "$file" "$lines lines; at most $longest_file"
        head -n 2 "$file" | grep -q 'SPDX-License-Identifier: LGPL-2.1-or-later' ||
            fault "$file" "no line 'SPDX-License-Identifier: LGPL-2.1-or-later' on top"
    done < <(sources)
}

check_common
check_adapters
check_files
if ((faults)); then
    echo "house rules: $faults broken"
    exit 1
fi
echo "house rules: kept in $(sources | wc -l) files"
