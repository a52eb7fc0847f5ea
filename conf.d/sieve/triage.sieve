# Sorts mail that no person wrote out of a shared mailbox. All else reaches the user's own script, or INBOX.
# Destinations are defined in /etc/dovecot/columbarium.toml; `columbarium triage explain FILE` prints what
# "class" and the other facts say of a message.
require "vnd.columbarium.triage";

# Complaints about mail that was sent in our name (ARF, RFC 5965).
if triage "class" "abuse-report" {
    route "Abuse";
}

# Delivery reports, receipts, vacation and ticket acknowledgements, cron and monitoring. Lists are left alone,
# also where a machine wrote to them; so are newsletters ("bulk"): somebody may have asked for them. Take
# "auto-generated" out where people read what machines write.
elsif allof (not triage "class" "mailing-list",
             triage "class" ["bounce", "delay-notice", "delivery-receipt", "read-receipt",
                             "auto-reply", "auto-generated"]) {
    route "Returns";
}
