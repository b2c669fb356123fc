#include "server/disk.h"

#include <memory>
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

void Disk::read(StreamId stream, std::function<void(const Result<KeptStream>&)> done) {
  boost::asio::post(thread_loop_[0], [this, stream, done = std::move(done)]() mutable {
    const auto kept = std::make_shared<KeptStream>();  // a handler is copied, a million entries are not
    auto read = store_->read(stream, [&kept](const KeptPart& part) { kept->add(part); });
    TALLY_CHECK(!read || kept->whole());  // only what was committed is read
    boost::asio::post(loop_, [done = std::move(done), kept, read = std::move(read)] {
      done(read ? Result<KeptStream>(std::move(*kept)) : Result<KeptStream>(read.error()));
    });
  });
}

}  // namespace tally
