// Somebody who watches the cluster: curl, and the events that it has printed so far.
#pragma once

#include <string>
#include <vector>

#include <boost/json.hpp>

#include "net/url.h"
#include "tests/e2e/process.h"

namespace tally::e2e {

class Watching {
 public:
  // `parameters`: "?counter=x", or nothing; `header`: another field, "@FILE" for one in a file.
  explicit Watching(const net::Url& balancer, const std::string& parameters = {},
                    const std::string& header = "Accept: text/event-stream")
      : curl_({"curl", "-sSN", "--max-time", "120", "-H", header,
               balancer.text() + "/v1/events" + parameters}) {}

  // The data of all whole events of that kind.
  std::vector<boost::json::object> events(const std::string& kind) const {
    std::vector<boost::json::object> found;
    const std::string out = curl_.out();
    const std::string head = "event: " + kind + "\ndata: ";
    for (std::size_t at = 0; (at = out.find(head, at)) != std::string::npos;) {
      at += head.size();
      const std::size_t end = out.find("\n\n", at);
      if (end == std::string::npos) break;
      found.push_back(boost::json::parse(out.substr(at, end - at)).as_object());
    }
    return found;
  }

  // The last of that kind; empty: there is none.
  boost::json::object last(const std::string& kind) const {
    auto all = events(kind);
    return all.empty() ? boost::json::object() : all.back();
  }

  Process& curl() { return curl_; }

 private:
  Process curl_;
};

}  // namespace tally::e2e
