{
  # Tarballs have programs without shared libraries, for hosts with an older glibc: package.js. Other builds do without, because not
  # every distribution installs libc.a, and sanitizers need shared libraries.
  "variables": { "static_programs%": "false" },
  "targets": [
    {
      "target_name": "dropcap",
      "sources": [
        "addon.cc",
        "datagram.cc",
        "descriptors.cc",
        "exchange.cc",
        "filter/libpcap.cc",
        "filter/packet_filter.cc",
        "hot/alert_templates.cc",
        "hot/decode.cc",
        "hot/framing.cc",
        "hot/hot_path.cc",
        "hot/layout.cc",
        "hot/packet_templates.cc",
        "js_values.cc",
        "posix.cc",
        "privileges.cc",
        "receive/netlink_socket.cc",
        "receive/receive_session.cc",
        "receive/receive_thread.cc",
        "receive/recv_batch.cc"
      ],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")", "."],
      # NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS: a method cannot throw while its worker is being terminated. Without
      # this define, node-addon-api would then end the process.
      "defines": [
        "NAPI_VERSION=8",
        "NODE_ADDON_API_CPP_EXCEPTIONS",
        "NODE_ADDON_API_CPP_EXCEPTIONS_ALL",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "cflags_cc!": ["-fno-exceptions", "-std=gnu++17"],
      "cflags_cc": [
        "-std=c++20",
        "-include glibc_2_28.h",
        "-fexceptions",
        "-fvisibility=hidden",
        "-O2",
        "-Wall",
        "-Wextra",
        "-Wno-unused-parameter"
      ]
    },
    {
      # A program that may have capabilities, so it is hardened: position-independent, relocations read-only, no shared
      # library except libc.
      "target_name": "dropcap-guard",
      "type": "executable",
      "sources": [
        "guard/channel.cc",
        "guard/drop_monitor.cc",
        "guard/event_socket.cc",
        "guard/guard.cc",
        "guard/main.cc",
        "guard/netlink.cc",
        "guard/ownership.cc",
        "guard/pending_end.cc",
        "guard/privilege.cc",
        "guard/syscall_filter.cc",
        "posix.cc"
      ],
      "defines": ["_FORTIFY_SOURCE=2"],
      "cflags_cc!": ["-std=gnu++17"],
      "cflags_cc": ["-std=c++20", "-fPIE", "-fstack-protector-strong", "-O2", "-Wall", "-Wextra"],
      "ldflags": ["-Wl,-z,relro,-z,now"],
      "conditions": [
        [
          "static_programs=='true'",
          { "ldflags": ["-static-pie"] },
          { "ldflags": ["-pie", "-static-libstdc++", "-static-libgcc"] }
        ]
      ]
    },
    {
      "target_name": "dropcap-keeper",
      "type": "executable",
      "sources": ["guard/privilege.cc", "keeper/main.cc", "posix.cc"],
      "defines": ["_FORTIFY_SOURCE=2"],
      "cflags_cc!": ["-std=gnu++17"],
      "cflags_cc": ["-std=c++20", "-fPIE", "-fstack-protector-strong", "-O2", "-Wall", "-Wextra"],
      "ldflags": ["-Wl,-z,relro,-z,now"],
      "conditions": [
        [
          "static_programs=='true'",
          { "ldflags": ["-static-pie"] },
          { "ldflags": ["-pie", "-static-libstdc++", "-static-libgcc"] }
        ]
      ]
    }
  ]
}
