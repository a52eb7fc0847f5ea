# Part of triage.sieve: notifications of the payment service.
require ["vnd.columbarium.triage", "imap4flags", "variables"];

if triage :matches "token.payment-service" "*" {
    # Anybody can write a From line. Where nothing proves it, a person decides.
    if not triage "authenticated.from" "yes" {
        addflag "$Unproved";
        keep;
        stop;
    }
    set "amount" "an amount that was not found";
    if triage :matches "token.amount" "*" {
        set "amount" "${1}";
    }
    # A fee that somebody has to act on: to the engineers, and into the bucket where they look it up.
    if triage :matches "token.password-payment" "*" {
        route :note "${1}: ${amount}" "SE";
        route "Paypal";
    }
    # Nobody has to do anything.
    elsif anyof (triage :matches "token.certificate-payment" "*", triage :matches "token.donation" "*") {
        route "Paypal";
    } else {
        route :note "payment of another kind: ${amount}" "SE";
    }
    stop;
}
