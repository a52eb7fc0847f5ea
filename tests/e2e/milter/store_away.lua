-- SPDX-License-Identifier: LGPL-2.1-or-later
-- The store is away: `wanted` is "tempfail" or "accept".
local c = connect()
good(mt.mailfrom(c, writer), "MAIL")
good(mt.rcptto(c, departed), "RCPT")
if wanted == "tempfail" then
    expect(c, "RCPT", SMFIR_REPLYCODE, SMFIR_TEMPFAIL)
else
    expect(c, "RCPT", SMFIR_CONTINUE)
    good(mt.data(c), "DATA")
    expect(c, "DATA", SMFIR_ACCEPT)
end
mt.disconnect(c)
