# Part of triage.sieve: what people want, where they say it in words that leave no doubt. All else is for the triagers.
require ["vnd.columbarium.triage", "variables"];

if triage "class" "personal" {
    # An arbitrator, or somebody who answers one: the number of the case is the mark.
    if triage :matches "token.arbitration" "*" {
        route :note "case ${1}" "SE";
        stop;
    }
    if triage :matches "token.dispute" "*" {
        route "disputes";
        stop;
    }
    if triage :matches "token.organisation" "*" {
        route "OA";
        stop;
    }
    if anyof (triage :matches "token.feature" "*", triage :matches "token.bug" "*") {
        route "SE";
        stop;
    }
    if triage :matches "token.meta" "*" {
        route "meta";
        stop;
    }
}
