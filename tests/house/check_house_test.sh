#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Shows that check_house.sh finds what it looks for: a small tree that keeps the rules passes, and each fault
# put into it is named.
set -euo pipefail
check=$(cd "$(dirname "$0")" && pwd)/check_house.sh
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
tree=$place/tree
export DOVECOT_INCLUDE_DIR=$place/host
mkdir "$DOVECOT_INCLUDE_DIR"
touch "$DOVECOT_INCLUDE_DIR/array.h"
licence='// SPDX-License-Identifier: LGPL-2.1-or-later'
failed=0

write() { # FILE LINE...: a source with a licence line
    mkdir -p "$tree/$(dirname "$1")"
    printf '%s\n' "$licence" "${@:2}" >"$tree/$1"
}

clean_tree() {
    rm -rf "$tree"
    write common/base/text.hpp '#include <string>'
    write common/mail/message.hpp '#include "base/text.hpp"' '#include <gmime/gmime.h>'
    write common/triage/facts.hpp '#include "mail/message.hpp"'
    write dovecot-plugin/compat/sieve.hpp 'extern "C" {' '#include "sieve-common.h"' '}'
    write dovecot-plugin/host/user.hpp
    write dovecot-plugin/doveadm/command.hpp
    write sieve-ext/ext.cpp '#include "triage/facts.hpp"' '#include "compat/sieve.hpp"' '#include "ext.hpp"' \
        '#include "host/user.hpp"'
    write sieve-ext/ext.hpp
    write tools/main.cpp '#include "triage/facts.hpp"'
}

# The check must fail and say this.
expect_fault() { # TEXT
    local output
    if output=$("$check" "$tree"); then
        echo "not found: $1"
        failed=1
    elif [[ $output != *"$1"* ]]; then
        printf 'expected: %s\nbut it said:\n%s\n' "$1" "$output"
        failed=1
    fi
    clean_tree
}

clean_tree
"$check" "$tree" >/dev/null || { echo "a clean tree does not pass:"; "$check" "$tree" || failed=1; }

write common/mail/bad.cpp '#include "sieve-common.h"'
expect_fault 'common/mail/bad.cpp:2: common includes sieve-common.h, a header of a host'
write common/mail/bad.cpp '' '  #  include <array.h>'
expect_fault 'common/mail/bad.cpp:3: common includes array.h, a header of a host'
write common/mail/bad.cpp '#include <libmilter/mfapi.h>'
expect_fault 'common includes libmilter/mfapi.h, a header of a host'
write common/mail/bad.cpp '#include "ext.hpp"'
expect_fault 'common includes "ext.hpp", which is not in common'
write common/mail/bad.cpp '#include "triage/facts.hpp"'
expect_fault 'room mail may not include room triage'
write common/base/bad.hpp '#include "mail/message.hpp"'
expect_fault 'room base may not include room mail'
write common/cellar/barrel.hpp
expect_fault 'common/cellar: a room that tests/house does not know'
write tools/bad.cpp '#include "ext.hpp"'
expect_fault 'tools/bad.cpp:2: adapter tools includes ext.hpp of adapter sieve-ext'
write sieve-ext/bad.cpp '#include "doveadm/command.hpp"'
expect_fault 'adapter sieve-ext includes doveadm/command.hpp of adapter dovecot-plugin'
write sieve-ext/bad.cpp '#include "tools/main.hpp"'
expect_fault 'adapter sieve-ext includes tools/main.hpp of adapter tools'
write tools/bad.cpp '#include "../sieve-ext/ext.hpp"'
expect_fault 'includes ../sieve-ext/ext.hpp: name the room instead of climbing'
printf 'int answer;\n' >"$tree/tools/bad.cpp"
expect_fault "tools/bad.cpp: no line 'SPDX-License-Identifier"
{ echo "$licence"; seq 500; } >"$tree/tools/bad.cpp"
expect_fault 'tools/bad.cpp: 501 lines; at most 500'

((failed == 0)) && echo "every fault was found"
exit "$failed"
