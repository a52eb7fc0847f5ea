# Acknowledges each message to a mailbox that people write to for help, but for messages of your own staff.
#
# Copy this into the script of that mailbox. "staff" is the group (or category) of this name in its address book;
# a list of the site, such as "tag:example.com,2026:staff", may stand there as well.
#
# `:seconds 0` answers each message, without a look at who was answered before. Somebody who writes ten times
# gets ten replies, so think of an interval, `:seconds 3600` for instance, where one reply an hour is enough.
# Mailing lists, machines and other automatic replies are never answered, nor is mail that does not name this
# mailbox in To or Cc; other addresses of it can be named with :addresses.
#
# While the list cannot be asked, mail waits and is tried again, and nobody of the staff gets a reply by mistake.
require ["envelope", "extlists", "vacation-seconds"];

if not envelope :list "from" ":addrbook:staff" {
    vacation :handle "auto-resp" :seconds 0
        "Your request has been received. A service representative will contact
you as soon as possible, usually within one business day.";
}
