-- SPDX-License-Identifier: LGPL-2.1-or-later
-- An MTA that sends no macros.
local c = connect()
envelope(c, writer, {departed})
good(mt.data(c), "DATA")
header(c, departed)
good(mt.bodystring(c, "Hello\r\n"), "body")
good(mt.eom(c), "end of message")
expect(c, "end of message", SMFIR_DISCARD)
mt.disconnect(c)
