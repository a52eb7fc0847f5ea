# Part of triage.sieve: mail of people that the team cannot read.
require ["vnd.columbarium.triage", "imap4flags"];

if triage :matches "crypto" "*-signed" {
    addflag "$Signed";
}
if triage :matches "crypto" "*-encrypted" {
    addflag "$Encrypted";
}

if not triage "class" ["mailing-list", "bulk"] {
    # Apple's keychain assistant, and every other certificate signing request.
    if triage :matches "certificate-request" "*" {
        route :note "a certificate signing request: the sender needs the web interface" "SE";
        stop;
    }

    # Encrypted, and to none of the team's keys.
    if triage "crypto.unreadable" "yes" {
        route :note "encrypted to a key that the team does not have" "SE";
        stop;
    }

    # An old mail client takes our address out of a root certificate. Its users are answered (see [answers]). What names a
    # case was meant for us.
    if allof (triage :matches "mailer" "The Bat!*", triage "language" "ru",
              not triage :matches ["token.arbitration", "token.ticket"] "*") {
        route "Bat";
        stop;
    }

    if triage "garbled" "yes" {
        route :note "not readable: damaged, or no language at all" "SE";
        stop;
    }

    if triage "language.wrong" "yes" {
        route :note "in a language that the desk does not read" "SE";
        stop;
    }
}
