-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Only senders who have proved themselves are answered; who has logged in is one of them.
local c = connect()
envelope(c, writer, {departed})
message(c, departed, "1", SMFIR_REPLYCODE)
mt.macro(c, SMFIC_MAIL, "i", "ABC123", "{auth_authen}", "wendy")
envelope(c, writer, {departed})
message(c, departed, "2", SMFIR_DISCARD)
mt.disconnect(c)
