# What flags mean on a desk. Stars and labels that triagers set in their mail programs become keywords that everybody sees:
#   a star                          $Pending
#   a star on an unread message     $Postponed
#   the label "To Do" ($label4)     $Handling, and $Handling-NAME: who is on it
# Run by imap_sieve, see desk.conf.
require ["vnd.columbarium.triage", "imapsieve", "environment", "variables", "imap4flags"];

if not hasflag "\\Flagged" {
    removeflag ["$Pending", "$Postponed"];
} elsif hasflag "\\Seen" {
    removeflag "$Postponed";
    addflag "$Pending";
} else {
    removeflag "$Pending";
    addflag "$Postponed";
}

if environment :contains "imap.changedflags" "$label4" {
    # Whoever was on it is not any more, whoever takes the label away. A message has one name: others that somebody set by
    # hand stay.
    if hasflag :matches "$Handling-*" {
        removeflag "$Handling-${1}";
    }
    # Of the login "support*anna" the name is anna.
    if not hasflag "$label4" {
        removeflag "$Handling";
    } elsif environment :matches "vnd.columbarium.user" "*" {
        addflag ["$Handling", "$Handling-${1}"];
    }
}
