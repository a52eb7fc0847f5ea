// SPDX-License-Identifier: LGPL-2.1-or-later
// TCP without Nagle's algorithm for the MTA's connections.
#pragma once

namespace columbarium::milter {

// libmilter writes each change of a message on its own, and TCP holds the second one back until the MTA has
// acknowledged the first, which it delays by 40 milliseconds. libmilter has no setting for that, nor does it
// say what its socket is. Connections have what the listening socket has: this turns it off for every TCP
// socket of the process that listens. Before there are threads.
void send_without_delay();

} // namespace columbarium::milter
