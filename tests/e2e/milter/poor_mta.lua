-- SPDX-License-Identifier: LGPL-2.1-or-later
-- An MTA that offers none of the protocol's steps.
local c = mt.connect(socket)
good(mt.negotiate(c, 6, nil, 0), "negotiation")
envelope(c, writer, {"<traveller@cam.example.org>"})
good(mt.data(c), "DATA")
header(c, "<traveller@cam.example.org>")
good(mt.bodystring(c, "Hello\r\n"), "body")
good(mt.bodystring(c, "Hello\r\n"), "body")
good(mt.eom(c), "end of message")
check(mt.eom_check(c, MT_RCPTADD, "<traveller@example.net>"), "nobody is added")
check(mt.eom_check(c, MT_HDRINSERT, "X-Columbarium-Forwarded"), "the mark is missing")
mt.disconnect(c)
