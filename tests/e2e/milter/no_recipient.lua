-- SPDX-License-Identifier: LGPL-2.1-or-later
-- A message without a recipient of ours is not looked at; one without any recipient does no harm.
local c = connect()
envelope(c, writer, {other})
good(mt.data(c), "DATA")
expect(c, "DATA", SMFIR_ACCEPT)

-- The only one is refused, and the MTA goes on all the same.
envelope(c, writer, {silent}, SMFIR_REPLYCODE)
good(mt.data(c), "DATA")
expect(c, "DATA", SMFIR_ACCEPT)

-- MAIL, and nothing behind it.
good(mt.mailfrom(c, writer), "MAIL")
good(mt.abort(c), "abort")
mt.disconnect(c)
