#include "bench/load/protocol.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace tally::load {
namespace {

constexpr std::uint64_t kBatch = 1000;

std::string base64(std::string_view bytes) {  // RFC 4648
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view group = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= group.size() ? kDigits[bits >> (18 - 6 * i) & 63U] : '=';
    }
  }
  return text;
}

std::string post(std::string_view authority, std::string_view target) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: " + std::string(authority) + "\r\n";
}

std::string post_json(std::string_view authority, std::string_view target, const std::string& body) {
  return post(authority, target) +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

std::string resp_incr(std::string_view, const NameSource& next_name) {
  const std::string name = next_name();
  return "*2\r\n$4\r\nINCR\r\n$" + std::to_string(name.size()) + "\r\n" + name + "\r\n";
}

std::string http_add(std::string_view authority, const NameSource& next_name) {
  return post(authority, "/v1/counters/" + next_name()) + "\r\n";
}

std::string http_batch(std::string_view authority, const NameSource& next_name) {
  std::string body;
  for (std::uint64_t add = 0; add < kBatch; ++add) {
    body += (add == 0 ? R"([{"name":")" : R"(,{"name":")") + next_name() + R"(","delta":1})";
  }
  return post_json(authority, "/v1/counters", body + "]");
}

std::string memcached_incr(std::string_view, const NameSource& next_name) {
  return "incr " + next_name() + " 1\r\n";
}

std::string etcd_put(std::string_view authority, const NameSource& next_name) {
  return post_json(authority, "/v3/kv/put", R"({"key":")" + base64(next_name()) + R"(","value":"MQ=="})");
}

Result<Scanned> scan_resp(std::string_view unread) { return scan_integers(unread, ":"); }
Result<Scanned> scan_memcached(std::string_view unread) { return scan_integers(unread, ""); }
Result<Scanned> scan_empty(std::string_view unread) { return scan_http_ok(unread, ""); }
Result<Scanned> scan_add(std::string_view unread) { return scan_http_ok(unread, R"({"name":")"); }
Result<Scanned> scan_batch(std::string_view unread) { return scan_http_ok(unread, R"({"counters":[)"); }
Result<Scanned> scan_etcd(std::string_view unread) { return scan_http_ok(unread, R"({"header":{)"); }

constexpr std::array kProtocols{
    Protocol{"resp-incr", "INCR, over the Redis protocol", 1, resp_incr, scan_resp},
    Protocol{"http-add", "POST /v1/counters/NAME: Tally's add", 1, http_add, scan_add},
    Protocol{"http-batch", "POST /v1/counters: 1,000 adds in one request", kBatch, http_batch, scan_batch},
    Protocol{"http-200", "the bytes of http-add, to a server that only says 200", 1, http_add, scan_empty},
    Protocol{"memcached-incr", "incr of names that are there already", 1, memcached_incr, scan_memcached},
    Protocol{"etcd-put", "POST /v3/kv/put: etcd's JSON gateway", 1, etcd_put, scan_etcd},
};

}  // namespace

std::span<const Protocol> protocols() { return kProtocols; }

const Protocol* find_protocol(std::string_view name) {
  const auto* const found = std::ranges::find(kProtocols, name, &Protocol::name);
  return found == kProtocols.end() ? nullptr : found;
}

}  // namespace tally::load
