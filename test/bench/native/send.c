// Multicasts packet alerts as the drop monitor does, from eight drop points, to a group of NETLINK_USERSOCK.
// Prints the number of alerts, and the times of the first and the last.  send GROUP COUNT PAYLOAD_BYTES
// FAMILY_ID MESSAGES_A_SECOND FLOWS   (0: as fast as possible; FLOWS is `few`, or `new`: each packet has
// another source address)
#include <errno.h>
#include <linux/net_dropmon.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { kPlaces = 8, kMessageBytes = 66688, kAdvanceNs = 1000, kTickNs = 100000 };
enum { kEthernetBytes = 14, kIpBytes = 20, kUdpBytes = 8, kIpSourceAt = 12 };

static const struct {
  const char* reason;
  const char* symbol;
} places[kPlaces] = {
    {"NO_SOCKET", "__udp4_lib_rcv+0x9a4/0xb50"},
    {"NO_SOCKET", "tcp_v4_rcv+0x15e/0xf00"},
    {"NETFILTER_DROP", "nf_hook_slow+0xa8/0x110"},
    {"IP_INNOROUTES", "ip_rcv_finish_core+0x1f2/0x4b0"},
    {"IP_CSUM", "ip_rcv_core+0x2c1/0x390"},
    {"SOCKET_RCVBUFF", "__udp_enqueue_schedule_skb+0x171/0x220"},
    {"QDISC_DROP", "__dev_queue_xmit+0xb64/0xdb0"},
    {"TCP_FLAGS", "tcp_rcv_state_process+0x4e3/0xee0"},
};

struct Message {
  size_t length;
  // Offsets of the time stamp and of the number in the packet's data.
  size_t time_at;
  size_t number_at;
  uint8_t bytes[kMessageBytes];
};

static struct Message messages[kPlaces];

static void Fail(const char* what) {
  perror(what);
  exit(1);
}

static int64_t Now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// Appends an attribute. Returns the offset of its value.
static size_t Put(struct Message* message, int type, const void* value, size_t length) {
  const struct nlattr header = {(uint16_t)(NLA_HDRLEN + length), (uint16_t)type};
  const size_t at = message->length;
  memcpy(message->bytes + at, &header, sizeof(header));
  if (value != NULL) memcpy(message->bytes + at + NLA_HDRLEN, value, length);
  message->length += NLA_ALIGN(NLA_HDRLEN + length);
  return at + NLA_HDRLEN;
}

static void Put16At(uint8_t* bytes, size_t value) {
  bytes[0] = (uint8_t)(value >> 8);
  bytes[1] = (uint8_t)value;
}

// An Ethernet frame with a UDP datagram. After the headers, there is room for a number of 4 bytes.
static void BuildPacket(uint8_t* frame, size_t length, int place) {
  memset(frame, 0, length);
  memcpy(frame, "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x08\x00", kEthernetBytes);
  uint8_t* ip = frame + kEthernetBytes;
  ip[0] = 0x45;
  Put16At(ip + 2, length - kEthernetBytes);
  ip[8] = 64;
  ip[9] = 17;
  memcpy(ip + 12, "\xc0\x00\x02\x01\xc0\x00\x02\x02", 8);
  uint32_t sum = 0;
  for (int i = 0; i < kIpBytes; i += 2) sum += (uint32_t)(ip[i] << 8 | ip[i + 1]);
  sum = (sum & 0xffff) + (sum >> 16);
  Put16At(ip + 10, ~sum & 0xffff);
  uint8_t* udp = ip + kIpBytes;
  Put16At(udp, 40000 + (size_t)place);
  Put16At(udp + 2, 53);
  Put16At(udp + 4, length - kEthernetBytes - kIpBytes);
}

// The attributes of net_dm_packet_report_fill() in net/core/drop_monitor.c, in its order.
static void Build(struct Message* message, int place, size_t payload_bytes, int family_id, int new_flows) {
  message->length = NLMSG_HDRLEN + 4;
  message->bytes[NLMSG_HDRLEN] = NET_DM_CMD_PACKET_ALERT;
  message->bytes[NLMSG_HDRLEN + 1] = 2;
  const uint16_t origin = NET_DM_ORIGIN_SW;
  const uint64_t pc = 0xffffffff81a00000 + (uint64_t)place * 0x1234;
  const uint32_t ifindex = 2 + (uint32_t)place % 2;
  const uint32_t original_length = (uint32_t)payload_bytes;
  const uint16_t protocol = 0x0800;
  Put(message, NET_DM_ATTR_ORIGIN, &origin, sizeof(origin));
  Put(message, NET_DM_ATTR_PC, &pc, sizeof(pc));
  Put(message, NET_DM_ATTR_REASON, places[place].reason, strlen(places[place].reason) + 1);
  Put(message, NET_DM_ATTR_SYMBOL, places[place].symbol, strlen(places[place].symbol) + 1);
  const size_t nest = Put(message, NLA_F_NESTED | NET_DM_ATTR_IN_PORT, NULL, 0);
  Put(message, NET_DM_ATTR_PORT_NETDEV_IFINDEX, &ifindex, sizeof(ifindex));
  ((struct nlattr*)(message->bytes + nest - NLA_HDRLEN))->nla_len += NLA_HDRLEN + sizeof(ifindex);
  message->time_at = Put(message, NET_DM_ATTR_TIMESTAMP, NULL, sizeof(uint64_t));
  Put(message, NET_DM_ATTR_ORIG_LEN, &original_length, sizeof(original_length));
  Put(message, NET_DM_ATTR_PROTO, &protocol, sizeof(protocol));
  const size_t payload = Put(message, NET_DM_ATTR_PAYLOAD, NULL, payload_bytes);
  BuildPacket(message->bytes + payload, payload_bytes, place);
  message->number_at = payload + kEthernetBytes + (new_flows ? kIpSourceAt : kIpBytes + kUdpBytes);
  const struct nlmsghdr header = {.nlmsg_len = (uint32_t)message->length, .nlmsg_type = (uint16_t)family_id};
  memcpy(message->bytes, &header, sizeof(header));
}

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  const int group = atoi(argv[1]);
  const int64_t count = atoll(argv[2]);
  const size_t payload_bytes = (size_t)atoi(argv[3]);
  const int64_t rate = atoll(argv[5]);
  if (group < 1 || group > 32 || payload_bytes < 64 || payload_bytes > 65000) return 2;
  for (int i = 0; i < kPlaces; ++i)
    Build(&messages[i], i, payload_bytes, atoi(argv[4]), strcmp(argv[6], "new") == 0);
  const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_USERSOCK);
  if (fd < 0) Fail("socket");
  const struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 1u << (group - 1)};

  const int64_t start_ns = Now(CLOCK_MONOTONIC);
  for (int64_t sent = 0; sent < count;) {
    int64_t time_ns = Now(CLOCK_REALTIME);
    int64_t due = count;
    if (rate > 0) due = (int64_t)((double)(Now(CLOCK_MONOTONIC) - start_ns) * 1e-9 * (double)rate);
    for (; sent < due && sent < count; ++sent, time_ns += kAdvanceNs) {
      struct Message* message = &messages[sent % kPlaces];
      const uint32_t number = (uint32_t)sent;
      memcpy(message->bytes + message->time_at, &time_ns, sizeof(time_ns));
      memcpy(message->bytes + message->number_at, &number, sizeof(number));
      // The group has the alert when the kernel refuses the unicast to port id 0, where no kernel listens for
      // NETLINK_USERSOCK (netlink_sendmsg does both).
      if (sendto(fd, message->bytes, message->length, 0, (const struct sockaddr*)&address, sizeof(address)) <
              0 &&
          errno != ECONNREFUSED) {
        Fail("sendto");
      }
    }
    const struct timespec tick = {0, kTickNs};
    if (rate > 0) nanosleep(&tick, NULL);
  }
  printf("{\"sent\":%lld,\"startNs\":%lld,\"endNs\":%lld}\n", (long long)count, (long long)start_ns,
         (long long)Now(CLOCK_MONOTONIC));
  return 0;
}
