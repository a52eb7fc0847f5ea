-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Addresses in other spellings, with and without the macros that say what the MTA makes of them.
local c = connect()
for _, path in ipairs({"<silent@cam.example.org.>", "<@relay.example,@other.example:silent@cam.example.org>",
                       "< silent@cam.example.org >", "silent@cam.example.org", " <SILENT@CAM.example.org> "}) do
    good(mt.mailfrom(c, writer), "MAIL")
    good(mt.rcptto(c, path), "RCPT")
    expect(c, path, SMFIR_REPLYCODE)
    good(mt.abort(c), "abort")
end
good(mt.mailfrom(c, writer), "MAIL")
mt.macro(c, SMFIC_RCPT, "{rcpt_addr}", "silent@cam.example.org")
good(mt.rcptto(c, "<cam.example.org!silent>"), "RCPT")
expect(c, "RCPT", SMFIR_REPLYCODE)
good(mt.abort(c), "abort")
-- Who is taken off is named as RCPT named him.
good(mt.mailfrom(c, writer), "MAIL")
mt.macro(c, SMFIC_RCPT, "{rcpt_addr}", "departed@cam.example.org")
good(mt.rcptto(c, "<@relay.example:departed@cam.example.org.>"), "RCPT")
mt.macro(c, SMFIC_RCPT, "{rcpt_addr}", "present@cam.example.org")
good(mt.rcptto(c, present), "RCPT")
message(c, departed, "1", SMFIR_ACCEPT, SMFIR_CONTINUE)
check(mt.eom_check(c, MT_RCPTDELETE, "<@relay.example:departed@cam.example.org.>"), "nobody is taken off")
-- His own mail, from an address in another spelling; a macro without domain says nothing.
mt.macro(c, SMFIC_MAIL, "{mail_addr}", "departed@example.com")
good(mt.mailfrom(c, "<@relay.example:departed@example.com>"), "MAIL")
mt.macro(c, SMFIC_RCPT, "{rcpt_addr}", "departed")
good(mt.rcptto(c, departed), "RCPT")
expect(c, "RCPT", SMFIR_REPLYCODE)
mt.disconnect(c)
