# While you are "extended away" (xa), colleagues are told where you are and who stands in for you: once in three
# days at most. Nobody else is told anything.
#
# Copy this into a script of your own, write your own XMPP address into the line `set "me"` and your own words
# into the reply. "co-workers" is the group (or category) of this name in your address book.
#
# Everything here hangs on the right list: with a wrong one, or with none, your plans and other people's
# telephone numbers go to whoever writes. Look at who is in it with `doveadm columbarium members`, or ask your
# administrator to. And a sender's address is only a claim: a reply goes to the address that was claimed, but do
# not write into it what must not be read by everybody who can read a colleague's mail.
require ["envelope", "extlists", "enotify", "variables", "vacation"];

set "me" "xmpp:me@example.com";

if envelope :list "from" ":addrbook:co-workers" {
    if notify_method_capability "${me}" "show" "xa" {
        vacation :handle "bigtrip" :days 3
            "I'm on an extended business trip for the Foo project.
If it cannot wait, please write to my backup, Susan <susan@example.com>,
or call my assistant on +1 666 555 1234.";
    }
}
