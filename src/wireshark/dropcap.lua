-- Fields of dropped packets, from the comments that dropcap writes. For Wireshark 4.0 to 4.6, with Lua 5.2 to 5.4: uses
-- only what all these versions have. https://www.wireshark.org/docs/wsdg_html_chunked/wsluarm.html
--
-- A comment is `dropcap: key=value key=value ...`, and a second one can be `dropcap: 12 equal drops left out before`. In values, blanks, `%` and bytes that are not printable ASCII are
-- percent-encoded. Any program may have written the comment: text of another form is skipped, and raises no error.

local registered, dropcap = pcall(Proto, "dropcap", "Packet dropped by the kernel")
if not registered then
  io.stderr:write("dropcap.lua: not loaded, there is a protocol dropcap already (a second copy of this file?)\n")
  return
end

local comments = Field.new("frame.comment")

-- Patterns of the characters that are shown unchanged: printable ASCII, and UTF-8 (RFC 3629, section 4) without the
-- control characters U+0080 to U+009F.
local CHARACTERS = {
  "^[ -~]",
  "^\194[\160-\191]",
  "^[\195-\223][\128-\191]",
  "^\224[\160-\191][\128-\191]",
  "^[\225-\236\238\239][\128-\191][\128-\191]",
  "^\237[\128-\159][\128-\191]",
  "^\240[\144-\191][\128-\191][\128-\191]",
  "^[\241-\243][\128-\191][\128-\191][\128-\191]",
  "^\244[\128-\143][\128-\191][\128-\191]",
}

local function end_of_character(bytes, at)
  for _, pattern in ipairs(CHARACTERS) do
    local _, last = bytes:find(pattern, at)
    if last then return last end
  end
end

-- The decoded text of a value. Control characters and bytes that are not UTF-8 stay percent-encoded.
local function text(value)
  if not value:find("[^!-$&-~]") then return value end
  local bytes = value:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end)
  local shown, at = {}, 1
  while at <= #bytes do
    local last = end_of_character(bytes, at)
    shown[#shown + 1] = last and bytes:sub(at, last) or ("%%%02X"):format(bytes:byte(at))
    at = (last or at) + 1
  end
  return table.concat(shown)
end

-- The number in a value; nil when the value is not a number, or too large for its field. So are protocol and index.
local function address(value)
  local digits = value:match("^0x(%x+)$")
  if digits and #digits <= 16 then return UInt64.fromhex(digits) end
end

local function protocol(value)
  local digits = value:match("^0x(%x+)$")
  if digits and #digits <= 4 then return tonumber(digits, 16) end
end

local function index(value)
  local number = value:match("^%d+$") and #value <= 10 and tonumber(value)
  if number and number <= 0xffffffff then return number end
end

-- Keys of a comment in their order, each with its field, and the function that converts the comment's value.
local KEYS = {
  { "reason", ProtoField.string("dropcap.reason", "Reason"), text },
  { "trap", ProtoField.string("dropcap.trap", "Trap"), text },
  { "group", ProtoField.string("dropcap.trap_group", "Trap group"), text },
  { "symbol", ProtoField.string("dropcap.symbol", "Symbol"), text },
  { "module", ProtoField.string("dropcap.module", "Module"), text },
  { "pc", ProtoField.uint64("dropcap.pc", "Program counter", base.HEX), address },
  { "if", ProtoField.string("dropcap.interface", "Interface"), text },
  { "ifindex", ProtoField.uint32("dropcap.ifindex", "Interface index", base.DEC), index },
  { "proto", ProtoField.uint16("dropcap.proto", "Protocol", base.HEX), protocol },
  { "origin", ProtoField.string("dropcap.origin", "Origin"), text },
  { "cookie", ProtoField.string("dropcap.cookie", "Cookie"), text },
  { "class", ProtoField.string("dropcap.class", "Class"), text },
  { "repeated", ProtoField.uint32("dropcap.repeated_before", "Equal drops left out before", base.DEC), index },
}

local fields = {}
for at, key in ipairs(KEYS) do
  fields[at] = key[2]
end
dropcap.fields = fields

-- Analyze > Expert Information lists the drops, one group for each text.
local dropped = ProtoExpert.new("dropcap.dropped", "Dropped", expert.group.PROTOCOL, expert.severity.NOTE)
dropcap.experts = { dropped }

-- The values of a comment by key, the first value of each key; nil when the comment is not dropcap's.
local function parse(comment)
  local pairs_of_it = comment:match("^dropcap:(.*)$")
  if not pairs_of_it then return nil end
  local values = {}
  -- Splits into words first: one pattern for all pairs would take quadratic time for a long word without `=`.
  for word in pairs_of_it:gmatch("%S+") do
    local key, value = word:match("^([^=]+)=(.+)$")
    if key then values[key] = values[key] or value end
  end
  return values
end

-- The second comment of a drop after equal drops that were left out.
local REPEATED = "^dropcap: (%d+) equal drops? left out before$"

-- The values of each comment of the current frame that is dropcap's.
local function drops()
  local found = {}
  for _, comment in ipairs({ comments() }) do
    local value = type(comment.value) == "string" and comment.value or ""
    local repeated = value:match(REPEATED)
    local values = not repeated and parse(value)
    if repeated and found[#found] then found[#found].repeated = repeated end
    if values then found[#found + 1] = values end
  end
  return found
end

-- What Wireshark's windows group drops by: each function returns a text, or nil when the comment does not have it.
local function reason_of(values)
  local why = values.reason or values.trap
  return why and text(why)
end

local function place_of(values)
  local where = values.symbol or (values.pc and address(values.pc) and values.pc)
  return where and text(where)
end

local function interface_of(values)
  if values["if"] then return text(values["if"]) end
  return values.ifindex and index(values.ifindex) and "ifindex " .. values.ifindex
end

local function title(values)
  local why = reason_of(values)
  local what = values.origin == "hw" and "Dropped by hardware" or "Dropped"
  return why and what .. ": " .. why or what
end

local function summary(values)
  local where = place_of(values)
  return where and title(values) .. " at " .. where or title(values)
end

function dropcap.dissector(_, pinfo, tree)
  for _, values in ipairs(drops()) do
    local drop = tree:add(dropcap)
    drop:set_text(summary(values))
    for _, key in ipairs(KEYS) do
      local name, field, convert = key[1], key[2], key[3]
      local value = values[name] and convert(values[name])
      if value then drop:add(field, value) end
    end
    drop:add_proto_expert_info(dropped, title(values))
    pinfo.cols.info:append((" [Dropped: %s]"):format(reason_of(values) or "reason unknown"))
  end
end

register_postdissector(dropcap)

-- Most texts that a window counts. A hostile file can have another text in each packet.
local MAX_ROWS = 1000
local MORE = "(others)"
local UNKNOWN = "(not known)"

-- The rows of a window, the largest count first.
local function rows_of(counts, total)
  local order = {}
  for key in pairs(counts) do
    order[#order + 1] = key
  end
  table.sort(order, function(one, other)
    if counts[one] ~= counts[other] then return counts[one] > counts[other] end
    return one < other
  end)
  local rows = { ("%10d  drops"):format(total) }
  for _, key in ipairs(order) do
    rows[#rows + 1] = ("%10d  %5.1f %%  %s"):format(counts[key], 100 * counts[key] / total, key)
  end
  return table.concat(rows, "\n") .. "\n"
end

-- Opens a window with the number of displayed drops for each text of key_of.
local function count_drops(name, key_of)
  local window = TextWindow.new(name)
  local listener = Listener.new("frame", "dropcap")
  -- Wireshark can call draw before reset.
  local counts, rows, total = {}, 0, 0
  function listener.reset()
    counts, rows, total = {}, 0, 0
  end
  function listener.packet()
    for _, values in ipairs(drops()) do
      local key = key_of(values) or UNKNOWN
      if not counts[key] then
        if rows >= MAX_ROWS then key = MORE end
        rows = rows + 1
      end
      counts[key] = (counts[key] or 0) + 1
      total = total + 1
    end
  end
  function listener.draw() window:set(rows_of(counts, total)) end
  window:set_atclose(function() listener:remove() end)
  retap_packets()
end

if gui_enabled() then
  for _, menu in ipairs({ { "reason", reason_of }, { "place", place_of }, { "interface", interface_of } }) do
    local name = "Drops by " .. menu[1]
    register_menu(name, function() count_drops(name, menu[2]) end, MENU_STAT_UNSORTED)
  end
end
