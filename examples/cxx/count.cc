// Adds 1 to a counter and prints its value: count NAME
#include <cstdlib>
#include <iostream>

#include <tally/client.h>

namespace {

int complain(const tally::ClientError& error) {
  std::cerr << error.detail << '\n';
  if (error.kind == tally::ErrorKind::unknown_outcome) std::cerr << "Look before you add again.\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "count NAME\n";
    return 2;
  }
  tally::Client::Options options;
  if (const char* const balancer = std::getenv("TALLY_BALANCER")) options.balancers = {balancer};
  auto client = tally::Client::create(options);
  if (!client) return complain(client.error());

  const auto added = client->add(argv[1]);
  if (!added) return complain(added.error());
  std::cout << added->value.to_string() << '\n';

  const auto reading = client->get(argv[1]);
  if (!reading) return complain(reading.error());
  for (const std::string& server : reading->missing) std::cerr << "Not heard of lately: " << server << '\n';
  return 0;
}
