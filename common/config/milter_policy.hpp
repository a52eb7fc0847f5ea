// SPDX-License-Identifier: LGPL-2.1-or-later
// The [milter] table of columbarium.toml: columbarium-milter, at the MTA.
#pragma once

#include <cstddef>
#include <string>

namespace columbarium::config {

struct MilterPolicy {
    // What the MTA is told where we cannot decide: our store is away, our configuration is wrong.
    enum class OnError { tempfail, accept };
    // Who turns the address of somebody who is here into his forwarding address.
    enum class Forwarding {
        rewrite, // the milter: it removes the recipient and adds the new one
        leave,   // the MTA, by its own maps: the milter leaves such recipients alone
    };
    // What the sender gets for recipients that are refused after DATA, while others of the same message are
    // not.
    enum class Mixed {
        report, // a delivery status notification (RFC 3464), where one may be sent
        drop,   // nothing: the log has it
    };

    // socket = "unix:/run/columbarium-milter/milter", "inet:8891@127.0.0.1" (libmilter's form)
    std::string socket = "unix:/run/columbarium-milter/milter";
    OnError on_error = OnError::tempfail;        // on_error = "tempfail" | "accept"
    Forwarding forwarding = Forwarding::rewrite; // forwarding = "rewrite" | "leave"
    Mixed mixed = Mixed::report;                 // mixed = "report" | "drop"
    std::size_t connections =
        16; // connections, 1 to 256: connections to the store and replies on their way at once
};

} // namespace columbarium::config
