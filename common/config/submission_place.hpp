// SPDX-License-Identifier: LGPL-2.1-or-later
// The [submission] table of columbarium.toml: the SMTP server that takes what columbarium-milter sends.
// Inside Dovecot mail goes where Dovecot's own goes (submission_host, sendmail_path).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace columbarium::config {

struct SubmissionPlace {
    std::string host = "127.0.0.1"; // host
    std::uint16_t port = 25;        // port
    bool start_tls = false;         // start_tls: STARTTLS, and the server's certificate has to be good
    std::string ca_file;            // ca_file: absolute; "": the system's authorities
    std::string user;          // user, with password_file: SMTP AUTH; goes with start_tls, or a loopback host
    std::string password_file; // password_file: absolute
    std::size_t seconds = 30;  // seconds, 1 to 600: how long one mail may take altogether
};

} // namespace columbarium::config
