-- SPDX-License-Identifier: LGPL-2.1-or-later
-- What the scripts share: `socket` is the filter's. A script ends with an error where something is not as it
-- should be.

writer, departed, present = "<writer@example.com>", "<departed@cam.example.org>", "<present@cam.example.org>"
silent, other = "<silent@cam.example.org>", "<anybody@example.org>"

function check(condition, what)
    if not condition then error(what, 2) end
end

-- What the filter said last has to be one of these.
function expect(connection, what, ...)
    local reply = mt.getreply(connection)
    for _, wanted in ipairs({...}) do
        if reply == wanted then return end
    end
    error(what .. ": the filter says " .. string.char(reply), 2)
end

function good(failure, what)
    if failure ~= nil then error(what .. ": " .. failure, 2) end
end

-- The filter wants to hear nothing of the client, where the MTA can leave that out.
function connect()
    local connection = mt.connect(socket)
    check(connection ~= nil, "nobody listens")
    good(mt.negotiate(connection, nil, nil, nil), "negotiation")
    return connection
end

-- The envelope; what is said to the last recipient has to be `reply`.
function envelope(connection, sender, recipients, reply)
    good(mt.mailfrom(connection, sender), "MAIL")
    for _, recipient in ipairs(recipients) do
        good(mt.rcptto(connection, recipient), "RCPT")
    end
    expect(connection, "RCPT", reply or SMFIR_CONTINUE)
end

function header(connection, to, id)
    good(mt.header(connection, "From", " Wendy Writer <writer@example.com>"), "From")
    good(mt.header(connection, "To", " " .. to), "To")
    good(mt.header(connection, "Subject", " Lunch"), "Subject")
    good(mt.header(connection, "Message-ID", " <" .. (id or "1") .. "@example.com>"), "Message-ID")
    good(mt.eoh(connection), "end of header")
end

-- A message behind its envelope; what is said at its end has to be one of these.
function message(connection, to, id, ...)
    good(mt.data(connection), "DATA")
    header(connection, to, id)
    good(mt.bodystring(connection, "Hello\r\n"), "body")
    good(mt.eom(connection), "end of message")
    expect(connection, "end of message", ...)
end
