# Your assistant is told in detail why you do not answer, family and friends that you do not, all others nothing.
#
# Copy this into a script of your own; write your own XMPP address into the line `set "me"`, and your assistant's
# address below it. The lists "family" and "friends" are the groups (or categories) of these names in your
# address book.
#
# It is tempting to add a last "else" with a reply to everybody. Better not: most of them did not expect you to
# answer within the hour, and with each reply a stranger learns something about your day.
#
# The intervals are short because your assistant may need to know now. Each change of your presence has a handle
# of its own, so that a change is told even within the interval of the one before; this also lets a reader of
# the replies follow you closely. Envelope addresses are easily forged, but the reply goes to the forged address.
require ["envelope", "extlists", "enotify", "variables", "vacation-seconds"];

set "me" "xmpp:me@example.com";

if envelope :is "from" "assistant@example.com" {
    if notify_method_capability "${me}" "show" "away" {
        vacation :handle "away" :seconds 600
            "I'm away for now, but I'll be back soon.";
    }
    elsif notify_method_capability "${me}" "show" "dnd" {
        vacation :handle "dnd" :seconds 1800
            "I'm not to be disturbed. I'll check mail later.";
    }
    elsif notify_method_capability "${me}" "show" "xa" {
        vacation :handle "ext-away" :seconds 3600
            "I'm away for a while, without access to email.";
    }
    # What counts as busy beside "dnd" is for the administrator to say.
    elsif notify_method_capability "${me}" "busy" "yes" {
        vacation :handle "busy" :seconds 1800
            "I'm very busy, but might check email now and then.";
    }
}
elsif envelope :list "from" [":addrbook:family", ":addrbook:friends"] {
    if notify_method_capability "${me}" "show" ["away", "dnd", "xa"] {
        vacation :handle "away" :seconds 3600
            "I'm not available to respond to email.";
    }
}
