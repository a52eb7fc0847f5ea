#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Compares docs/conformance.md, and the tables of docs/tombstone.md and docs/triage.md, with the names of the tests, so that
# the tables cannot drift from them.
#   conformance.sh              prints one line for each fault, and exits 1 where there is one
#   conformance.sh --update     writes the column of tests anew, then checks
# A test carries an identifier by its name: TEST(ListNames, EL_40_EL_41_...) stands in the lines of EL-40 and EL-41.
# A line without a test says why, in its last column: "no test: ...".
set -euo pipefail
cd "$(dirname "$0")/../.."

pages=(docs/conformance.md docs/tombstone.md docs/triage.md)
# The checklists: prefix and number of the last line. LC is the memo's lifecycle, CA what becomes of mail to people, TD what a triage desk sorts.
declare -A last=([LC]=33 [CA]=22 [TD]=34 [AR]=32 [DC]=9 [EL]=78 [VC]=12 [CD]=12 [SY]=8 [PR]=25 [EN]=16 [XN]=22 [VS]=7 [EX]=6 [XP]=26)
prefixes=$(IFS="|"; echo "${!last[*]}")
# Numbers that the checklists leave out.
unused=" XP-18 XP-19 "

# All tests with identifiers, one a line: "EL-40 Suite.Name", and the named cases of tables: "EL-37 FILE:Name". A test
# over several lines has its name on the first two.
tests_with_identifiers() {
    find tests -name '*_test.cpp' | sort |
        while read -r file; do
            awk -v file="$(basename "$file" .cpp)" -v prefixes="$prefixes" '
                /^TEST(_F|_P)?\(/ { open = 1; text = "" }
                open { text = text $0; if ($0 ~ /\)/) { open = 0; print text } }
                match($0, "\\{(\\.name = )?\"(" prefixes ")_[0-9]+_[A-Za-z0-9_]+\"") {
                    name = substr($0, RSTART, RLENGTH)
                    gsub(/^[^"]*"|"$/, "", name)
                    print "CASE(" file "," name ")"
                }' "$file"
        done |
        sed -nE -e 's/^TEST(_F|_P)?\([[:space:]]*([A-Za-z0-9_]+),[[:space:]]*([A-Za-z0-9_]+)\).*/\2.\3/p' \
            -e 's/^CASE\((.*),(.*)\)/\1:\2/p' |
        awk -v prefixes="$prefixes" '{
            rest = substr($0, match($0, /[.:]/) + 1)
            while (match(rest, "^(" prefixes ")_[0-9]+_")) {
                id = substr(rest, 1, RLENGTH - 1); sub(/_/, "-", id); print id, $0
                rest = substr(rest, RLENGTH + 1)
            }
        }'
}

expected_identifiers() {
    local prefix number
    for prefix in "${!last[@]}"; do
        for ((number = 1; number <= last[$prefix]; number++)); do
            [[ $unused == *" $prefix-$number "* ]] || printf '%s-%d\n' "$prefix" "$number"
        done
    done
}

# The page with the column of tests as it has to be. What a line says without a test is kept.
page_with_tests() { # PAGE
    local page=$1
    awk -F' *[|] *' -v page="$page" -v prefixes="$prefixes" '
        FILENAME != page { split($0, words, " "); tests[words[1]] = tests[words[1]] " `" words[2] "`"; next }
        $2 ~ "^(" prefixes ")-[0-9]+$" {
            said = $6
            if ($2 in tests) said = substr(tests[$2], 2)
            else if (said !~ /^no test: ./) said = ""
            print "| " $2 " | " $3 " | " $4 " | " $5 " | " said " |"
            next
        }
        { print }' <(tests_with_identifiers) "$page"
}

if [[ ${1:-} == --update ]]; then
    for page in "${pages[@]}"; do
        fresh=$(page_with_tests "$page")
        printf '%s\n' "$fresh" >"$page"
    done
fi

faults=0
fault() {
    printf '%s\n' "$1"
    faults=$((faults + 1))
}

for page in "${pages[@]}"; do
    while read -r line; do
        fault "$page: $line (conformance.sh --update mends it)"
    done < <(diff <(page_with_tests "$page") "$page" | sed -n 's/^[<>] | \([A-Z]*-[0-9]*\) .*/the tests of \1 are not those that carry it/p' | sort -u)
    while read -r identifier; do
        fault "$page: $identifier has neither a test nor a reason"
    done < <(awk -F' *[|] *' -v prefixes="$prefixes" '$2 ~ "^(" prefixes ")-[0-9]+$" && $6 == "" { print $2 }' "$page")
done
while read -r line; do
    fault "$line"
done < <(diff <(expected_identifiers | sort) \
    <(awk -F' *[|] *' -v prefixes="$prefixes" '$2 ~ "^(" prefixes ")-[0-9]+$" { print $2 }' "${pages[@]}" | sort) |
    sed -n 's/^< /no line for /p; s/^> /a line too many: /p')
while read -r identifier test; do
    fault "$test: $identifier is no line of the checklists"
done < <(tests_with_identifiers | grep -vwFf <(expected_identifiers) || true)

if ((faults)); then
    echo "conformance: $faults faults"
    exit 1
fi
echo "conformance: $(expected_identifiers | wc -l) lines, $(tests_with_identifiers | cut -d' ' -f2 | sort -u | wc -l) tests"
