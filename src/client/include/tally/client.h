// Tally for C++17 programs: add to counters, and read them. Link with Tally::client (CMake) or -ltally.
//
//     auto client = tally::Client::create({});  // of the balancer at http://127.0.0.1:7070
//     if (!client) return complain(client.error().detail);
//     const auto added = client->add("page-views", 3);
//     if (added) std::cout << added->value.to_string() << '\n';
//     else if (added.error().kind == tally::ErrorKind::unknown_outcome) ...  // counted, or not
//
// A Client asks a balancer once which counting server is its own and stays with it; now and then it asks
// again. When its server fails, it moves on to another, and when the balancers fail, it goes on with the
// servers that it knows.
//
// What failed without counting (unreachable, unavailable) is sent again, in rounds over the servers with
// growing pauses in between: about three seconds in all, and the time-outs of servers that do not answer. An
// add whose outcome is unknown is never sent again: the caller decides.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tally/expected.h>
#include <tally/export.h>
#include <tally/value.h>

namespace tally {

// Calls block. Used by one thread at a time; a program with many threads has a Client in each, which costs a
// connection. Nothing throws. One that was moved from may be assigned to or destroyed, and nothing else.
//
// Names of counters are 1 to 255 bytes of UTF-8 without control characters.
class Client {
 public:
  struct Options {
    // At least one, as http://HOST:PORT or https://HOST:PORT; asked in this order until one answers.
    std::vector<std::string> balancers{"http://127.0.0.1:7070"};
    // A balancer keeps a client id with one counting server: who wants to read what he added, and at once,
    // reads under the same id. Empty: user@host, as the `tally` command has it.
    std::string client_id{};
    std::string token{};        // shown to balancers, and to the servers that they name; empty: none
    std::string tls_ca_file{};  // in PEM, the CAs that https:// is trusted by; empty: the system's
    std::chrono::milliseconds answer_timeout{10'000};  // of each server that is asked; up to an hour
    bool retry = true;  // false: a call fails once some servers were asked, without a pause
  };

  // Who holds an add for certain.
  struct Ack {
    enum class Holder { memory = 1, disk = 2, peers = 3 };  // the server's memory, its disk, K other servers

    static constexpr Ack memory() { return {Holder::memory, 0}; }
    static constexpr Ack disk() { return {Holder::disk, 0}; }
    static constexpr Ack peers(std::uint32_t count) { return {Holder::peers, count}; }

    Holder holder;
    std::uint32_t count;  // of peers, 1 or more; 0 for the others
  };

  struct Delta {
    std::string name;
    std::int64_t delta = 1;
  };

  struct Added {
    Value value;  // of the counter, this add included, as its server knows it
    Ack ack;  // less than was asked for where that was not to be had within 2 seconds: counted all the same
  };

  struct AddedAll {
    std::vector<Value> values;  // in the order of the deltas, each after all of them
    Ack ack;
  };

  struct Reading {
    Value value;  // 0 if nobody touched the counter
    // Nothing acknowledged longer ago than this, by any known server, is missing from the value, except what
    // was lost with a memory or a disk. Nothing: nobody can say.
    std::optional<std::chrono::milliseconds> staleness;
    bool complete;                     // every known server was heard of lately
    std::vector<std::string> missing;  // the ids of those that were not
  };

  enum class Order { by_name = 1, by_value_down = 2 };  // by the names' bytes; the largest value first

  struct Query {
    std::string prefix{};  // of the names
    Order order = Order::by_name;
    std::uint32_t limit = 100;            // 1 to 1000
    std::optional<std::string> cursor{};  // `next` of the page before; nothing: the first page
  };

  struct Counter {
    std::string name;
    Value value;
  };

  struct Page {
    std::vector<Counter> counters;
    std::optional<std::string> next;  // nothing: this page is the last
  };

  // Looks at `options` and sends nothing yet. ErrorKind::invalid says which of them cannot be. A file of CAs
  // is read by the first call.
  TALLY_API static Expected<Client> create(const Options& options) noexcept;

  // Adds `delta`, and waits until `ack` holds it; nothing: what the server's --ack says. ErrorKind::invalid
  // where that can't be had at all: the server has no disk, or knows too few others.
  TALLY_API Expected<Added> add(std::string_view name, std::int64_t delta = 1,
                                std::optional<Ack> ack = {}) noexcept;

  // Adds all of them or none: up to 10,000, and 1 MiB as JSON.
  TALLY_API Expected<AddedAll> add_all(const std::vector<Delta>& deltas,
                                       std::optional<Ack> ack = {}) noexcept;

  TALLY_API Expected<Reading> get(std::string_view name) noexcept;

  // The same; the server asks all others first, and waits for those that it can reach.
  TALLY_API Expected<Reading> get_fresh(std::string_view name) noexcept;

  // A page of counters. Pages are no picture of one moment: others count meanwhile.
  TALLY_API Expected<Page> list(const Query& query) noexcept;

  TALLY_API Client(Client&& other) noexcept;
  TALLY_API Client& operator=(Client&& other) noexcept;
  TALLY_API ~Client();

  // For the library itself.
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl) noexcept;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace tally
