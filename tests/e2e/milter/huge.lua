-- SPDX-License-Identifier: LGPL-2.1-or-later
-- A huge header, and a body in many pieces.
local c = connect()
envelope(c, writer, {departed, present})
good(mt.data(c), "DATA")
local long = string.rep("x", 900)
for i = 1, 1000 do
    good(mt.header(c, "X-Field-" .. i, long), "header")
end
header(c, departed)
for i = 1, 300 do
    good(mt.bodystring(c, "A piece of the body, number " .. i .. "\r\n"), "body")
end
good(mt.eom(c), "end of message")
expect(c, "end of message", SMFIR_ACCEPT, SMFIR_CONTINUE)
check(mt.eom_check(c, MT_RCPTADD, "<present@hermes.example.org>"), "the account is not added")
check(mt.eom_check(c, MT_RCPTDELETE, departed), "who has left is not taken off")
mt.disconnect(c)
