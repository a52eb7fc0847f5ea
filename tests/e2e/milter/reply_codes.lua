-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Refusals at RCPT: code, enhanced code; the message goes on for the others, and what was refused is not in it.
local c = connect()
envelope(c, writer, {present, silent}, SMFIR_REPLYCODE)
envelope(c, writer, {present, departed, silent}, SMFIR_REPLYCODE)
good(mt.data(c), "DATA")
expect(c, "DATA", SMFIR_CONTINUE)
header(c, departed .. ", " .. present)
good(mt.bodystring(c, "Hello\r\n"), "body")
good(mt.eom(c), "end of message")
expect(c, "end of message", SMFIR_ACCEPT, SMFIR_CONTINUE)
check(mt.eom_check(c, MT_RCPTDELETE, departed), "who was answered is not taken off")
check(not mt.eom_check(c, MT_RCPTDELETE, silent), "who was refused is taken off")

-- The same sender again: refused after DATA, with the same words.
envelope(c, writer, {departed})
good(mt.data(c), "DATA")
header(c, departed, "2")
good(mt.bodystring(c, "Hello\r\n"), "body")
good(mt.eom(c), "end of message")
expect(c, "end of message", SMFIR_REPLYCODE)
mt.disconnect(c)
