# The triager's gesture: a message that is moved, copied or saved into Channels/NAME goes to the destination NAME of
# columbarium.toml, with the triager's name in its first line, and is filed under Done/NAME. Where it cannot go out it stays
# in Channels/NAME. Run by imap_sieve, see desk.conf.
require ["vnd.columbarium.triage", "imapsieve", "environment", "variables", "fileinto", "mailbox", "imap4flags"];

if environment :matches "imap.mailbox" "*Channels/*" {
    set "above" "${1}";
    set "channel" "${2}";
    # Before it is filed: where it cannot go out, nothing of this is done.
    route "${channel}";
    removeflag "$NotForwarded"; # of an earlier attempt
    addflag "$Forwarded";
    fileinto :create "${above}Done/${channel}";
}
