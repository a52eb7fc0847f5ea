# Sorts the mail of a shared support mailbox. What is left reaches the user's own script, or INBOX, where people read it.
# Destinations, patterns ("token.NAME") and languages are defined in /etc/dovecot/columbarium.toml: change names there, not
# here. `columbarium triage explain FILE` prints what each fact says of a message. The page triage.md has all of this as a
# table. The parts are found by the setting sieve_global; the order counts: what comes first is decided first.
require ["vnd.columbarium.triage", "include"];

include :global "desk-machines";
include :global "desk-payments";
include :global "desk-reports";
include :global "desk-unreadable";
include :global "desk-requests";
