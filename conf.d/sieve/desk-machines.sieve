# Part of triage.sieve: spam, complaints, and what mail systems report.
require ["vnd.columbarium.triage", "imap4flags"];

# A forward of this desk did not arrive: somebody has to look, whatever else the report looks like. To forward it once more
# would be a loop.
if triage :matches "bounce.forward" "*" {
    addflag ["\\Flagged", "$ForwardFailed"];
    keep;
    stop;
}

# The filter in front has decided.
if triage "spam" "yes" {
    route "Junk";
    stop;
}

# Complaints about mail that was sent in our name (ARF, RFC 5965).
if triage "class" "abuse-report" {
    route "Abuse";
    stop;
}

# Delivery reports and receipts. The addresses that failed are kept where `columbarium bounces` finds them.
if allof (not triage "class" "mailing-list",
          triage "class" ["bounce", "delay-notice", "delivery-receipt", "read-receipt"]) {
    route "Returns";
    stop;
}
