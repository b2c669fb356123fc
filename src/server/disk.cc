#include "server/disk.h"

#include <optional>
#include <utility>

#include <boost/asio/post.hpp>

#include "base/check.h"

namespace tally {

Disk::Disk(std::unique_ptr<Store> store, boost::asio::io_context& loop)
    : loop_(loop), store_(std::move(store)), thread_loop_(1), thread_(thread_loop_) {}

void Disk::commit(Commit commit, std::function<void(const Result<void>&)> done) {
  boost::asio::post(thread_loop_[0], [this, commit = std::move(commit), done = std::move(done)]() mutable {
    auto committed = store_->commit(commit);
    boost::asio::post(loop_, [done = std::move(done), committed = std::move(committed)] { done(committed); });
  });
}

void Disk::read(StreamId stream, std::function<void(const Result<Rows>&)> done) {
  boost::asio::post(thread_loop_[0], [this, stream, done = std::move(done)]() mutable {
    std::optional<Rows> rows;
    const auto shown = store_->read(stream, [&rows](const ShareHeader& header, const auto& entries) {
      rows = Rows{header, entries};
    });
    TALLY_CHECK(!shown || rows.has_value());  // only what was committed is read
    boost::asio::post(
        loop_, [done = std::move(done),
                read = shown ? Result<Rows>(std::move(*rows)) : Result<Rows>(shown.error())] { done(read); });
  });
}

}  // namespace tally
