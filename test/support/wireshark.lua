-- Runs dropcap.lua without Wireshark. Implements the functions of Wireshark's Lua that the plugin uses, with the same
-- checks. Arguments: the plugin, then the comments of one frame. Prints the tree, one line for each item, and what is added
-- to the column Info.

local plugin = table.remove(arg, 1)

local function field_of(kind)
  return function(abbr, name, display)
    assert(type(abbr) == "string" and type(name) == "string")
    assert(kind == "string" or display, "a number needs a base")
    return { abbr = abbr, kind = kind }
  end
end

ProtoField = { string = field_of("string"), uint64 = field_of("uint64"), uint32 = field_of("uint32"), uint16 = field_of("uint16") }
base = { HEX = 1, DEC = 2 }

UInt64 = {
  fromhex = function(digits)
    assert(digits:match("^%x+$") and #digits <= 16)
    return { uint64 = digits }
  end,
}

ProtoExpert = {
  new = function(abbr, name, group, severity)
    assert(type(abbr) == "string" and #name > 0 and group and severity)
    return { expert = abbr }
  end,
}
expert = { group = { PROTOCOL = 1 }, severity = { NOTE = 2 } }

-- With DROPCAP_GUI set, the plugin runs as in the graphical Wireshark: menus, windows and listeners.
local menus = {}
MENU_STAT_UNSORTED = 1
function gui_enabled() return os.getenv("DROPCAP_GUI") ~= nil end
function register_menu(name, action, group)
  assert(group == MENU_STAT_UNSORTED)
  menus[#menus + 1] = { name, action }
end

local listener, atclose, removed
Listener = {
  new = function(tap, filter)
    assert(tap == "frame" and filter == "dropcap")
    listener = { remove = function() removed = true end }
    return listener
  end,
}
TextWindow = {
  new = function(title)
    print("window\t" .. title)
    return {
      set = function(_, text) io.write(text) end,
      set_atclose = function(_, action) atclose = action end,
    }
  end,
}

-- Wireshark calls draw, then reset, then packet for each frame, then draw. The frame of the arguments is given twice.
function retap_packets()
  listener.draw()
  listener.reset()
  listener.packet()
  listener.packet()
  listener.draw()
end

Field = {
  new = function(name)
    assert(name == "frame.comment")
    return function()
      local infos = {}
      for i, comment in ipairs(arg) do
        infos[i] = { value = comment }
      end
      return table.unpack(infos)
    end
  end,
}

-- Like proto_tree_add_uint and similar functions: raises an error when the value does not fit the field.
local SHOWN = {
  string = function(value)
    assert(type(value) == "string")
    return value
  end,
  uint64 = function(value) return value.uint64 end,
  uint32 = function(value)
    assert(value >= 0 and value < 2 ^ 32)
    return ("%.0f"):format(value)
  end,
  uint16 = function(value)
    assert(value >= 0 and value < 2 ^ 16)
    return ("%.0f"):format(value)
  end,
}

local function item()
  return {
    add = function(_, what, value)
      if not what.kind then return item() end
      print(what.abbr .. "\t" .. SHOWN[what.kind](value))
    end,
    set_text = function(_, text) print(text) end,
    add_proto_expert_info = function(_, info, text) print(info.expert .. "\t" .. text) end,
  }
end

local taken = false
function Proto(name, description)
  assert(not taken, "there cannot be two protocols with the same description")
  assert(name == "dropcap" and #description > 0)
  taken = true
  return {}
end

local registered
function register_postdissector(proto)
  assert(#proto.fields == 13 and #proto.experts == 1)
  registered = proto
end

dofile(plugin)
-- Load the plugin a second time: it must report this on standard error.
dofile(plugin)
if gui_enabled() then
  for _, menu in ipairs(menus) do
    print("menu\t" .. menu[1])
    menu[2]()
    atclose()
    assert(removed)
  end
else
  local info = { append = function(_, text) print("info\t" .. text) end }
  registered.dissector({}, { cols = { info = info } }, item())
end
