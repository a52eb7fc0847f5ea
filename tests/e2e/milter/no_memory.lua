-- SPDX-License-Identifier: LGPL-2.1-or-later
-- There is no memory for the middle of a header: the end of it would forbid a reply.
local status = {}
for line in io.lines("/proc/" .. pid .. "/status") do
    local name, number = line:match("^(%a+):%s*(%d+)")
    if name ~= nil then status[name] = number end
end

-- What the filter uses now.
local function memory()
    for line in io.lines("/proc/" .. pid .. "/status") do
        local size = line:match("^VmSize:%s*(%d+)")
        if size ~= nil then return size * 1024 end
    end
end

-- The soft limit, as the filter's own user: who else sets it needs more than root may have.
local function limit(octets)
    local good = os.execute("setpriv --reuid " .. status.Uid .. " --regid " .. status.Gid ..
                            " --clear-groups prlimit --pid " .. pid .. " --as=" .. octets .. ":")
    check(good == 0 or good == true, "the filter cannot be limited")
end

local c = connect()
envelope(c, writer, {departed})
good(mt.data(c), "DATA")
good(mt.header(c, "From", " Wendy Writer <writer@example.com>"), "From")
good(mt.header(c, "To", " " .. departed), "To")
limit(memory() + 700 * 1024) -- enough for half of it
for i = 1, 1000 do
    good(mt.header(c, "X-Long", string.rep("x", 900)), "X-Long")
end
good(mt.header(c, "Auto-Submitted", " auto-generated"), "Auto-Submitted")
good(mt.eoh(c), "end of header")
-- The first step that the MTA waits for.
good(mt.bodystring(c, "Hello\r\n"), "body")
expect(c, "body", SMFIR_REPLYCODE, SMFIR_TEMPFAIL)
mt.disconnect(c)
