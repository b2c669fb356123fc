// A mutex that clang's thread-safety analysis understands, so that "guarded by" is checked and not only
// written. See https://clang.llvm.org/docs/ThreadSafetyAnalysis.html for what the attributes mean.
#pragma once

#include <mutex>

#if defined(__clang__)
#define TALLY_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define TALLY_THREAD_ANNOTATION(x)
#endif

#define TALLY_GUARDED_BY(x) TALLY_THREAD_ANNOTATION(guarded_by(x))
#define TALLY_REQUIRES(x) TALLY_THREAD_ANNOTATION(requires_capability(x))

namespace tally {

class TALLY_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() TALLY_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() TALLY_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class TALLY_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) TALLY_THREAD_ANNOTATION(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() TALLY_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace tally
