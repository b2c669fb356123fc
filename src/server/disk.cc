#include "server/disk.h"

#include <utility>

#include <boost/asio/post.hpp>

namespace tally {

Disk::Disk(std::unique_ptr<Store> store, boost::asio::io_context& loop)
    : loop_(loop), store_(std::move(store)), thread_loop_(1), thread_(thread_loop_) {}

void Disk::commit(Commit commit, std::function<void(const Result<void>&)> done) {
  boost::asio::post(thread_loop_[0], [this, commit = std::move(commit), done = std::move(done)]() mutable {
    auto committed = store_->commit(commit);
    boost::asio::post(loop_, [done = std::move(done), committed = std::move(committed)] { done(committed); });
  });
}

}  // namespace tally
