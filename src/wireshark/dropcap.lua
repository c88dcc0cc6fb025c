-- Fields of dropped packets, from the comments that dropcap writes. For Wireshark 4.0 to 4.6, with Lua 5.2 to 5.4: uses
-- only what all these versions have. https://www.wireshark.org/docs/wsdg_html_chunked/wsluarm.html
--
-- A comment is `dropcap: key=value key=value ...`. In values, blanks, `%` and bytes that are not printable ASCII are
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
}

local fields = {}
for at, key in ipairs(KEYS) do
  fields[at] = key[2]
end
dropcap.fields = fields

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

local function summary(values)
  local what = values.origin == "hw" and "Dropped by hardware" or "Dropped"
  local why = values.reason or values.trap
  local where = values.symbol or (values.pc and address(values.pc) and values.pc)
  if why then what = what .. ": " .. text(why) end
  if where then what = what .. " at " .. text(where) end
  return what
end

function dropcap.dissector(_, _, tree)
  for _, comment in ipairs({ comments() }) do
    local values = type(comment.value) == "string" and parse(comment.value)
    if values then
      local drop = tree:add(dropcap)
      drop:set_text(summary(values))
      for _, key in ipairs(KEYS) do
        local name, field, convert = key[1], key[2], key[3]
        local value = values[name] and convert(values[name])
        if value then drop:add(field, value) end
      end
    end
  end
end

register_postdissector(dropcap)
