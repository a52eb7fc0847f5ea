# While you are "extended away" (xa) in your XMPP client, people in your address book get your status text as an
# automatic reply, the same person not more often than once in half an hour. Everybody else hears nothing.
#
# Copy this into a script of your own and write your own XMPP address into the line `set "me"`.
#
# Do you need it? Few people mind to wait for an answer to a mail, and each automatic one is a mail more for
# somebody. It is worth it where the sender would do something else at once if he knew.
#
# Whoever gets the reply learns that you are away, and whoever writes again and again can watch you come and go.
# So ask for a list, never reply to all. Your status goes out as you wrote it: what you tell friends there, the
# rest of the address book reads as well.
require ["envelope", "extlists", "enotify", "variables", "vacation-seconds"];

set "me" "xmpp:me@example.com";

if allof (envelope :list "from" ":addrbook:default",
          notify_method_capability "${me}" "show" "xa") {
    set "reply" "Away for a while, without access to email.";
    # "?*" and not "*": a status that is empty, or that nobody knows, would match "*" and make an empty reply.
    if notify_method_capability :matches "${me}" "status" "?*" {
        set "reply" "${0}";
    }
    vacation :handle "ext-away" :seconds 1800 "${reply}";
}
