// The balancers, any of which will do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/assignment.h"
#include "base/result.h"
#include "client/transport.h"
#include "net/url.h"

namespace tally {

class Balancers {
 public:
  // At least one. `transport` outlives this.
  Balancers(std::vector<net::Url> urls, Transport& transport);

  // Errors: the last balancer's, after each was asked once. Errc::no_such_path: a program that is no
  // balancer.
  Result<Assignment> assignment(std::string_view client_id);
  Result<std::vector<ListedServer>> servers();
  // Who answered last.
  const net::Url& answered() const { return urls_.front(); }

 private:
  template <class Answer>
  Result<Answer> ask(const std::string& target, Result<Answer> (*read)(std::string_view));

  std::vector<net::Url> urls_;  // who answered last stands first
  Transport& transport_;
};

}  // namespace tally
