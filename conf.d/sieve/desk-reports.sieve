# Part of triage.sieve: what our own systems and other machines write. Lists are left alone, also where a machine wrote to
# them; so are newsletters ("bulk"): somebody may have asked for them. And so are forwards of other desks: a rule sent them,
# but a person's mail is inside.
require "vnd.columbarium.triage";

if allof (not triage "class" "mailing-list", not exists "X-Columbarium-Forward",
          triage "class" ["auto-reply", "auto-generated"]) {
    if triage :matches "token.password-report" "*" {
        route "Passwd";
    } elsif triage :matches "token.account-deleted" "*" {
        route "Deleted";
    } else {
        # Vacation and ticket acknowledgements, cron and monitoring.
        route "Returns";
    }
    stop;
}

# Copies and redirections of our own addresses.
if allof (not triage "class" ["mailing-list", "bulk"], triage :matches "token.internal" "*") {
    route "SE";
    stop;
}
