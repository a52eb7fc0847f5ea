-- SPDX-License-Identifier: LGPL-2.1-or-later
-- NOTIFY of RFC 3461: who wants to hear nothing of a failure gets no report.
local gone = "<gone@cam.example.org>"
local c = connect()
envelope(c, writer, {departed, gone})
message(c, departed .. ", " .. gone, "1", SMFIR_DISCARD)

for _, parameter in ipairs({"NOTIFY=NEVER", "notify=Success,Delay"}) do
    good(mt.mailfrom(c, writer, "ENVID=1"), "MAIL")
    good(mt.rcptto(c, present, parameter), "RCPT")
    good(mt.rcptto(c, departed, "ORCPT=rfc822;departed@cam.example.org", parameter), "RCPT")
    message(c, departed, "2", SMFIR_ACCEPT, SMFIR_CONTINUE)
    check(mt.eom_check(c, MT_RCPTDELETE, departed), "who is refused is not taken off")
end

good(mt.mailfrom(c, writer), "MAIL")
good(mt.rcptto(c, present, "NOTIFY=NEVER"), "RCPT")
good(mt.rcptto(c, gone, "NOTIFY=DELAY,failure"), "RCPT")
message(c, gone, "3", SMFIR_ACCEPT, SMFIR_CONTINUE)

-- Another person, who was never told of: a reply is no report.
good(mt.mailfrom(c, "<another@example.com>"), "MAIL")
good(mt.rcptto(c, departed, "NOTIFY=NEVER"), "RCPT")
message(c, departed, "4", SMFIR_DISCARD)
mt.disconnect(c)
