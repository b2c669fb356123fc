#include "edge/access.h"

#include <optional>
#include <utility>

#include <spdlog/spdlog.h>

#include "net/private_file.h"

namespace tally {

namespace {

Result<std::optional<AccessText>> text_of(const std::string& path) {
  if (path.empty()) return std::optional<AccessText>();
  auto text = net::read_private_file(path);
  if (!text) return text.error();
  return std::optional(AccessText{path, std::move(*text)});
}

}  // namespace

Result<std::unique_ptr<Access>> Access::open(AccessFiles files) {
  std::unique_ptr<Access> access(new Access(std::move(files)));
  if (const auto read = access->read(); !read) return read.error();
  access->everybody_ = access->rules()->everybody;
  return access;
}

std::shared_ptr<const AccessRules> Access::rules() const {
  const MutexLock lock(mutex_);
  return rules_;
}

std::string Access::cluster_authorization() const {
  const auto now = rules();
  return now->cluster_secret.empty() ? "" : "Bearer " + now->cluster_secret;
}

Access::Stamps Access::stamps() const {
  return {files_.tokens.empty() ? net::FileStamp{} : net::stamp_of(files_.tokens),
          files_.cluster.empty() ? net::FileStamp{} : net::stamp_of(files_.cluster)};
}

// The stamps are older than what is read, if anything: a change meanwhile is seen by the next look.
Result<void> Access::read() {
  seen_ = stamps();
  const auto tokens = text_of(files_.tokens);
  if (!tokens) return tokens.error();
  const auto cluster = text_of(files_.cluster);
  if (!cluster) return cluster.error();
  auto rules = make_access_rules(*tokens, *cluster);
  if (!rules) return rules.error();
  {
    const MutexLock lock(mutex_);
    rules_ = std::make_shared<const AccessRules>(std::move(*rules));
  }
  generation_.fetch_add(1, std::memory_order_release);
  return {};
}

void Access::look() {
  if (stamps() != seen_) reload();
}

void Access::reload() {
  if (const auto done = read(); !done) {
    spdlog::warn("Who may do what stays as it was, since a file cannot be taken: {}", done.error().detail);
    return;
  }
  spdlog::info("Who may do what was read again: {} tokens and secrets.", rules()->tokens.size());
}

}  // namespace tally
