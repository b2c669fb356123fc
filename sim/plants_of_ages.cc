#include "sim/plants_of_ages.h"

#include "cluster/echoes.h"
#include "cluster/wire.h"
#include "sim/server.h"

namespace tally::sim {

namespace {

// Answers with marks, otherwise than they were given.
template <class Twist>
std::unique_ptr<Sabotage> twisted_marks(Twist twist) {
  struct Plant final : Sabotage {
    explicit Plant(Twist wrong) : twist(wrong) {}
    std::string hears_answer(const Server& server, const PeerRequest& asked, std::string body) override {
      if (std::holds_alternative<PeerRequest::AskStream>(asked.question)) return body;
      auto marks = decode_marks(body);
      if (!marks) return body;
      twist(server, *marks);
      return encode(*marks);
    }
    const Twist twist;
  };
  return std::make_unique<Plant>(twist);
}

}  // namespace

std::unique_ptr<Sabotage> ages_by_arrival() {
  return twisted_marks([](const Server& server, Marks& marks) {
    if (marks.echo != 0) marks.echo = nonce_of(server.clock());
  });
}

std::unique_ptr<Sabotage> relays_without_age() {
  return twisted_marks([](const Server&, Marks& marks) {
    if (marks.vouched) marks.vouched = Duration::zero();
  });
}

}  // namespace tally::sim
