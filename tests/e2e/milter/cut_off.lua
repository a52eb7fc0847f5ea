-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Connections that end in the middle, without a word.
for stage = 1, 5 do
    local c = connect()
    if stage > 1 then envelope(c, writer, {departed}) end
    if stage > 2 then good(mt.data(c), "DATA") end
    if stage > 3 then header(c, departed) end
    if stage > 4 then good(mt.bodystring(c, "Hello\r\n"), "body") end
    mt.disconnect(c, false)
end
-- The filter goes on.
local c = connect()
envelope(c, writer, {departed})
good(mt.data(c), "DATA")
header(c, departed)
good(mt.eom(c), "end of message")
expect(c, "end of message", SMFIR_DISCARD)
mt.disconnect(c)
