-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Several messages on one connection, one after an abort, one after RSET: none knows anything of another.
local c = connect()

envelope(c, writer, {departed})
good(mt.data(c), "DATA")
expect(c, "DATA", SMFIR_CONTINUE)
header(c, departed)
good(mt.abort(c), "abort")

-- Nothing of the departed one is left.
envelope(c, writer, {present})
good(mt.data(c), "DATA")
header(c, present)
good(mt.bodystring(c, "Hello\r\n"), "body")
good(mt.eom(c), "end of message")
expect(c, "end of message", SMFIR_ACCEPT, SMFIR_CONTINUE)
check(mt.eom_check(c, MT_RCPTDELETE, present), "the recipient is not taken off")
check(mt.eom_check(c, MT_RCPTADD, "<present@hermes.example.org>"), "the account is not added")
check(not mt.eom_check(c, MT_RCPTDELETE, departed), "somebody else is taken off")

-- RSET between RCPT and DATA.
envelope(c, writer, {departed})
good(mt.abort(c), "abort")
envelope(c, writer, {departed})
good(mt.data(c), "DATA")
header(c, departed)
good(mt.bodystring(c, "Hello\r\n"), "body")
good(mt.eom(c), "end of message")
expect(c, "end of message", SMFIR_DISCARD)
mt.disconnect(c)
