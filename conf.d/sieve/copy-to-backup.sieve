# While you are "extended away" (xa), your backup gets a copy of mail from customers and colleagues, and of
# whatever calls itself urgent. You keep all of it.
#
# Copy this into a script of your own; write your own XMPP address into the line `set "me"`, and your backup's
# address into `redirect`. "customers" and "co-workers" are the groups (or categories) of these names in your
# address book.
#
# The senders are not told that somebody else reads their mail. Make sure that your backup may, and agrees. And
# everybody can write "urgent" into a subject: take that line out where too much comes of it.
require ["envelope", "extlists", "enotify", "variables"];

set "me" "xmpp:me@example.com";

if anyof (envelope :list "from" [":addrbook:customers", ":addrbook:co-workers"],
          header :contains "subject" "urgent") {
    if notify_method_capability "${me}" "show" "xa" {
        redirect "susan@example.com"; # the copy
        keep;                         # and the mail itself
    }
}
