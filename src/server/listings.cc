#include "server/listings.h"

#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "api/list_query.h"
#include "api/media_type.h"
#include "api/render.h"
#include "edge/answers.h"

namespace tally {

Listings::Listings(Counting& counting, std::function<void()> between_slices)
    : lister_(counting,
              [this, between_slices = std::move(between_slices)] {
                between_slices();
                return !stopping_;
              }),
      loop_(1),
      thread_(loop_) {}

Listings::~Listings() { stopping_ = true; }

void Listings::list(ListQuery query, net::LaterReply reply) {
  if (asked_.fetch_add(1) >= kMost) {
    asked_.fetch_sub(1);
    const Error error{Errc::unavailable, "As many listings as this server has patience for, " +
                                             std::to_string(kMost) +
                                             ", are waiting already: ask again in a second. Counting, and "
                                             "reading single counters, goes on."};
    return std::move(reply).send(problem_response(error).view());
  }
  boost::asio::post(loop_[0], [this, query = std::move(query), reply = std::move(reply)]() mutable {
    serve(query, std::move(reply));
    asked_.fetch_sub(1);
  });
}

void Listings::serve(const ListQuery& query, net::LaterReply reply) {
  const std::optional<ListPage> page = lister_.page(query);
  if (!page) return;
  std::vector<NamedValue> counters;
  for (const Listed& listed : page->counters) counters.push_back({listed.counter->name(), listed.value});
  std::optional<std::string> next;
  if (page->next) next = cursor_text(query.order, *page->next);
  body_.clear();
  render_page(body_, counters, next);
  std::move(reply).send({200, kJsonType, body_, {}});
}

}  // namespace tally
