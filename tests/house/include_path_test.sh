#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# common knows no host: no source of it is compiled with a directory of Dovecot, Pigeonhole or libmilter on its
# include path.
#   include_path_test.sh COMPILE_COMMANDS SOURCE_DIRECTORY
set -euo pipefail
mapfile -t commands < <(grep '"command":' "$1" | grep -F -- " -c $2/common/")
((${#commands[@]})) || { echo "no source of $2/common in $1"; exit 1; }
faults=0
for command in "${commands[@]}"; do
    directories=${command//"$2/common"/} # the project may live in a directory of any name
    if [[ $directories =~ (-I|-isystem|-iquote|-include)' '?([^ ]*(dovecot|pigeonhole|sieve|milter)[^ ]*) ]]; then
        echo "compiled with ${BASH_REMATCH[2]}: ${command##* -c }"
        faults=$((faults + 1))
    fi
done
((faults == 0)) && echo "no host on the include path of ${#commands[@]} sources"
