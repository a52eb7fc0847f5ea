# What flags mean on a desk. Stars and labels that triagers set in their mail programs become keywords that everybody sees:
#   a star                          $Pending
#   a star on an unread message     $Postponed
#   the label "To Do" ($label4)     $Handling, and $Handling-NAME: who is on it
# Run by imap_sieve, see desk.conf.
require ["imapsieve", "environment", "variables", "imap4flags"];

set "name" "";
if environment :matches "imap.user" "*@*" {
    set "name" "${1}";
} elsif environment :matches "imap.user" "*" {
    set "name" "${1}";
}

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
    if hasflag "$label4" {
        addflag ["$Handling", "$Handling-${name}"];
    } else {
        removeflag ["$Handling", "$Handling-${name}"];
    }
}
