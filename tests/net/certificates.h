// A certificate authority for a test, in a folder of its own that goes with it.
#pragma once

#include <string>

#include "net/tls_context.h"

namespace tally::net {

struct CertificateFiles {
  std::string certificate;
  std::string key;
};

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name = "test CA");
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  const std::string& folder() const { return folder_; }
  std::string file() const { return folder_ + "/ca.pem"; }

  // `names` as OpenSSL has them: "IP:127.0.0.1,DNS:localhost,URI:tally://server/a". Valid since yesterday;
  // where `valid_for_s` is negative, no longer. The same file name again replaces what is there.
  CertificateFiles issue(const std::string& file, const std::string& names = "IP:127.0.0.1,DNS:localhost",
                         long valid_for_s = 3600) const;

 private:
  std::string folder_;
};

}  // namespace tally::net
